package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ConfigCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int config(String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "config";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    return Main.run(new PrintWriter(out), new PrintWriter(err), all);
  }

  private JsonNode json() {
    return new JsonMapper().readTree(out.toString());
  }

  @Test
  void showPrintsTheKeysBelowAPathWithTheirSources() {
    assertEquals(
        0, config("show", "cityscapes_to_dark_zurich", "--sources", "--only", "uda.invariance", "-o", "uda.invariance.norm=l1"));
    assertEquals(
        """
        uda.invariance.norm           l1                           -o
        uda.invariance.class_average  false                        default
        uda.invariance.weight_source  [100.0, 0.0, 0.0, 0.0, 0.0]  configs/ciss/cityscapes_to_dark_zurich.yaml:5
        uda.invariance.weight_target  [10.0, 0.0, 0.0, 0.0, 0.0]   configs/ciss/cityscapes_to_dark_zurich.yaml:5
        """,
        out.toString());
  }

  @Test
  void showPrintsTheFlatFormOfAnExperiment() {
    assertEquals(0, config("show", "--experiment", "129:4", "--format", "flat"));
    assertEquals(168, json().size());
    assertEquals(1000.0, json().get("uda.invariance.weight_source").get(0).asDouble());
  }

  @Test
  void showWritesAFileThatShowsTheSame(@TempDir Path folder) throws IOException {
    Path file = folder.resolve("all.yaml");
    assertEquals(0, config("show", "camvid_day", "--out", file.toString()));
    assertTrue(err.toString().contains("wrote " + file));
    assertTrue(Files.readString(file).contains("# configs/camvid_day.yaml:"));
    assertEquals(0, config("diff", "camvid_day", file.toString()));
    assertEquals("", out.toString());
    assertEquals(2, config("show", "camvid_day", "--out", file.toString()));
    assertTrue(err.toString().contains("add --yes to overwrite it"));
  }

  @Test
  void optionsWithANameOfTheirOwnSetTheirKeys() {
    assertEquals(0, config("show", "camvid_day", "--json", "--only", "train", "--device", "cuda:1", "--threads", "3",
        "--precision", "tf32"));
    assertEquals("cuda:1", json().get("train.device").asString());
    assertEquals(3, json().get("train.threads").asInt());
    assertEquals("tf32", json().get("train.precision").asString());
  }

  @Test
  void graphShowsTheNetworkWithTheParametersOfThePaper() {
    assertEquals(0, config("show", "cityscapes_to_acdc", "--graph"));
    String text = out.toString();
    assertTrue(text.lines().findFirst().orElseThrow().matches("hrda mit_b5 +85,685,990"), text);
    assertTrue(text.lines().anyMatch(line -> line.matches(" +0\\.\\.39 +[\\d,]+  each, 40 times")), text);
    assertTrue(text.lines().anyMatch(line -> line.matches(" +scale_attention +530,707")), text);
    assertTrue(text.lines().allMatch(line -> line.length() <= 120), text);
    assertEquals(2, config("show", "cityscapes_to_acdc", "--graph", "--sources"));
  }

  @Test
  void checkPrintsOnlyWhatIsWrong(@TempDir Path folder) throws IOException {
    assertEquals(0, config("check", "camvid_day", "cityscapes_to_acdc"));
    assertEquals("", out.toString() + err);
    Path wrong = Files.writeString(folder.resolve("wrong.yaml"), "uda:\n  metod: ciss\n");
    assertEquals(2, config("check", wrong.toString(), "camvid_day"));
    assertEquals(
        "error: " + wrong + ":2:3: unknown key 'uda.metod'\n  did you mean 'uda.method'?\n"
            + "  all keys there: ciss config keys uda\n",
        err.toString());
  }

  @Test
  void diffPrintsTheKeysThatDiffer() {
    assertEquals(0, config("diff", "camvid_day2dusk", "camvid_day2dusk_dacs", "--json"));
    assertEquals("dacs", json().get("uda.method").get(1).asString());
    assertTrue(json().get("uda.teacher_momentum") == null);
  }

  @Test
  void keysAreListedWithTypeDefaultAndTheReferencesName() {
    assertEquals(0, config("keys", "uda.teacher_momentum"));
    assertEquals(
        """
        uda.teacher_momentum  float  [0.999]
            upper bound of the moving-average factor
            reference: uda.alpha
        """,
        out.toString());
    assertEquals(2, config("keys", "uda.nothing_like_it"));
  }

  @Test
  void listNamesConfigurationsPresetsAndExperiments() {
    assertEquals(0, config("list"));
    assertTrue(out.toString().contains("  ciss/cityscapes_to_acdc\n"));
    assertTrue(out.toString().contains("dark_zurich"));
    assertTrue(out.toString().contains("  129  15 runs  Table 9"));
  }
}
