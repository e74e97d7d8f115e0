package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ciss.cli.SmallWorkplace.Result;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** One small training and everything a user does with it: commands as typed, files as found afterwards. */
@Timeout(900)
class WholeProgramTest {
  @TempDir private static Path folder;
  private static SmallWorkplace workplace;
  private static Result trained;

  @BeforeAll
  static void train() throws IOException {
    workplace = SmallWorkplace.in(folder);
    trained = workplace.train(
        "run", "--iterations", "2", "-o", "train.validate=true", "-o", "evaluation.interval=2", "-o", "checkpoint.best=true");
  }

  private static String run() {
    return workplace.run("run").toString();
  }

  private static Result successful(Result result) {
    assertEquals(0, result.code(), result.err());
    return result;
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void trainingShowsEachIterationItsFilesAndWhatToDoNext() throws IOException {
    successful(trained);
    assertEquals("", trained.out());
    assertTrue(trained.err().contains("data       source 5   target 4   val 2"), trained.err());
    assertTrue(trained.err().contains("2 evaluation on night (2 pictures): mIoU "), trained.err());
    assertTrue(trained.err().endsWith("next: ciss test " + run() + System.lineSeparator()), trained.err());
    assertTrue(names(workplace.run("run")).containsAll(Set.of("config.yaml", "run.json", "log.txt", "log.jsonl")));
    assertEquals(
        Set.of("best.safetensors", "iter_000002.safetensors", "latest"), names(workplace.run("run").resolve("checkpoints")));
  }

  @Test
  void quietTrainingPrintsNothing() {
    Result result = successful(workplace.train("quiet", "--startup-test", "--quiet"));
    assertEquals("", result.out());
    assertEquals("", result.err());
  }

  @Test
  void startupTestTrainsTwoIterationsAndWritesNoCheckpoint() throws IOException {
    Result result = successful(workplace.train("startup", "--startup-test"));
    assertTrue(result.err().contains("\n      2 "), result.err());
    assertFalse(result.err().contains("next:"), result.err());
    assertEquals(0, workplace.checkpoints("startup").size());
  }

  @Test
  void dryRunChecksDataAndWeightsAndMakesNothing() {
    Result result = successful(workplace.train("dry", "--dry-run", "--load-from", run()));
    assertTrue(result.out().contains("source 5   target 4"), result.out());
    assertTrue(result.out().contains(" tensors of the student, not used: teacher "), result.out());
    assertFalse(result.out().contains("not in the file") || result.out().contains("not of this network"), result.out());
    assertFalse(Files.exists(workplace.run("dry")));
    assertTrue(result.out().lines().anyMatch(line -> line.matches("memory +fused +planned \\d+ MiB +free .*")), result.out());
    Result head = successful(workplace.train("dry", "--dry-run", "--load-from", run(), "-o", "model.head.channels=32"));
    assertTrue(head.out().contains("of another shape, kept as they were: decode_head.head.conv_seg.weight [19, 16, 1, 1]"), head.out());
    Result other = workplace.train(
        "dry", "--dry-run", "--load-from", run(), "-o", "model.backbone.type=mit_b1", "-o", "model.head.in_channels=[64,128,320,512]");
    assertEquals(3, other.code(), other.err());
    assertTrue(other.error().contains("another architecture"), other.err());
  }

  @Test
  void loadFromStartsWithTheWeightsOfAnotherRun() {
    Result result = successful(workplace.train("from", "--load-from", run(), "--iterations", "2"));
    assertTrue(result.err().contains("iter_000002.safetensors: "), result.err());
    assertFalse(result.err().contains("not in the file"), result.err());
  }

  @Test
  void loadFromNowhereIsExitCode3() {
    Result result = workplace.train("nowhere", "--load-from", folder.resolve("nowhere").toString());
    assertEquals(3, result.code(), result.err());
    assertTrue(result.error().contains("no such weight file or work directory"), result.err());
  }

  @Test
  void aSecondRunInTheSameDirectoryIsRefused() {
    Result result = workplace.train("run");
    assertEquals(2, result.code(), result.err());
    assertTrue(result.error().contains("holds a run already"), result.err());
  }

  @Test
  void nothingOrTooMuchToTrainIsAUsageError() {
    assertEquals(2, workplace.ciss("train").code());
    Result both = workplace.ciss("train", workplace.config().toString(), "--resume", run());
    assertEquals(2, both.code(), both.err());
    Result changed = workplace.ciss("train", "--resume", run(), "--iterations", "9");
    assertEquals(2, changed.code(), changed.err());
    assertTrue(changed.error().contains("--resume goes on with a run as it is"), changed.err());
  }

  @Test
  void resumingWhatIsNoRunIsExitCode3() {
    Result absent = workplace.ciss("train", "--resume", folder.resolve("absent").toString());
    assertEquals(3, absent.code(), absent.err());
    assertTrue(absent.error().contains("no such run or checkpoint"), absent.err());
    Result data = workplace.ciss("train", "--resume", workplace.data("day").toString());
    assertEquals(3, data.code(), data.err());
    assertTrue(data.error().contains("not a work directory"), data.err());
  }

  @Test
  void testPrintsATableAndWritesPictures() throws IOException {
    Path shown = folder.resolve("shown");
    Result result = successful(workplace.ciss("test", run(), "--show-dir", shown.toString(), "--opacity", "0.5"));
    assertTrue(result.out().contains("road"), result.out());
    assertTrue(result.out().contains("mIoU"), result.out());
    assertTrue(result.err().contains("2/2"), result.err());
    assertEquals(Set.of("0.png", "1.png"), names(shown));
    assertEquals(Set.of("0.png", "1.png"), names(workplace.run("run").resolve("labelTrainIds")));
    Pixels colours = ImageFiles.readColor(shown.resolve("0.png"));
    assertEquals(SmallWorkplace.SIZE, colours.height());
    assertTrue(names(workplace.run("run").resolve("evaluation")).contains("night_val_000002.json"));
  }

  @Test
  void testAsJsonIsNothingButTheScores() {
    Result result = successful(workplace.ciss("test", run(), "--json", "--limit", "1", "--predictions", "none", "--images", "none"));
    JsonNode json = new JsonMapper().readTree(result.out());
    assertTrue(json.has("mIoU"), result.out());
    assertTrue(result.err().contains("1/1"), result.err());
  }

  @Test
  void quietTestPrintsTheTableAlone() {
    Result result = successful(workplace.ciss("test", run(), "--quiet", "--limit", "1"));
    assertEquals("", result.err());
    assertTrue(result.out().contains("mIoU"), result.out());
  }

  @Test
  void testOfTheTeacherAndAllAtOnceWork() {
    Result teacher = successful(workplace.ciss("test", run(), "--weights", "teacher", "--limit", "1"));
    assertFalse(teacher.err().contains("warning"), teacher.err());
    successful(workplace.ciss("test", run(), "--inference", "whole", "--limit", "1"));
    successful(workplace.ciss("test", "--checkpoint", run() + "/checkpoints/best.safetensors", "--limit", "1"));
  }

  @Test
  void wrongOptionsOfTestAreUsageErrors() {
    assertEquals(2, workplace.ciss("test", run(), "--limit", "0").code());
    assertEquals(2, workplace.ciss("test", run(), "--metrics", "mIOUU").code());
    assertEquals(2, workplace.ciss("test", run(), "--opacity", "0").code());
  }

  @Test
  void inferWritesLabelsOverlaysAndConfidenceAndSkipsABrokenPicture() throws IOException {
    Path photos = Files.createDirectories(folder.resolve("photos"));
    Path val = workplace.data("night").resolve("images/val");
    Files.copy(val.resolve("0.png"), photos.resolve("a.png"));
    Files.writeString(photos.resolve("b.png"), "no picture");
    Files.copy(val.resolve("1.png"), photos.resolve("c.png"));
    Path labelled = folder.resolve("labelled");
    Result result = workplace.ciss(
        "infer", photos.toString(), "--run", run(), "--out", labelled.toString(), "--overlay", "--confidence");
    assertEquals(3, result.code(), result.err());
    assertTrue(result.err().contains("b.png: neither a PNG nor a JPEG file"), result.err());
    assertTrue(result.err().contains("1 of 3 pictures could not be labelled"), result.err());
    assertEquals(2, result.out().lines().count(), result.out());
    assertEquals(
        Set.of("a.confidence.png", "a.labels.png", "a.overlay.png", "c.confidence.png", "c.labels.png", "c.overlay.png"),
        names(labelled));
    assertEquals(1, ImageFiles.readLabels(labelled.resolve("a.labels.png")).channels());
  }

  @Test
  void exportWritesAFileThatOnnxRuntimeTakesAndItsErrorsSayWhatToDo() throws OrtException {
    Path file = folder.resolve("model.onnx");
    Result result = successful(workplace.ciss("export", run(), "--out", file.toString(), "--argmax"));
    assertTrue(result.out().contains("image uint8 [1,64,64,3] (R,G,B), output labels uint8 [1,64,64]"), result.out());
    try (OrtSession session = OrtEnvironment.getEnvironment().createSession(file.toString())) {
      assertEquals(Set.of("image"), session.getInputNames());
      assertEquals(Set.of("labels"), session.getOutputNames());
    }
    Result again = workplace.ciss("export", run(), "--out", file.toString());
    assertEquals(2, again.code());
    assertTrue(again.err().contains("add --yes"), again.err());
    Result odd = workplace.ciss("export", run(), "--out", folder.resolve("odd.onnx").toString(), "--size", "60x64");
    assertEquals(2, odd.code(), odd.err());
    assertTrue(odd.error().contains("pictures of 60x64 do not fit this network"), odd.err());
    assertEquals(2, workplace.ciss("export", run(), "--size", "0x64").code());
    Result whole = workplace.ciss("export", run(), "--out", "x.onnx", "-o", "inference.mode=whole");
    assertEquals(2, whole.code(), whole.err());
    assertTrue(whole.err().contains("--size"), whole.err());
  }

  @Test
  void inferOfNothingIsExitCode3() throws IOException {
    Path empty = Files.createDirectories(folder.resolve("empty"));
    Result result = workplace.ciss("infer", empty.toString(), "--run", run());
    assertEquals(3, result.code(), result.err());
    assertTrue(result.error().contains("no PNG or JPEG picture in it"), result.err());
  }

  @Test
  void stylizeWritesAPictureAndRefusesToReplaceIt() {
    Path day = workplace.data("day").resolve("images/train/0.png");
    Path night = workplace.data("night").resolve("images/train/0.png");
    Path out = folder.resolve("styled.png");
    successful(workplace.ciss("stylize", day.toString(), night.toString(), "--out", out.toString()));
    assertEquals(SmallWorkplace.SIZE, ImageFiles.readColor(out).width());
    Result again = workplace.ciss("stylize", day.toString(), night.toString(), "--out", out.toString());
    assertEquals(2, again.code(), again.err());
    assertTrue(again.err().contains("add --yes"), again.err());
    assertEquals(3, workplace.ciss("stylize", day + "x", night.toString()).code());
  }

  @Test
  void lackOfAnyRunIsSaid() {
    Result result = workplace.ciss("test", "--work-root", folder.resolve("none").toString());
    assertEquals(2, result.code(), result.err());
    assertTrue(result.error().contains("no run below this folder"), result.err());
  }
}
