package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.config.ConfigLoader;
import ciss.report.Host;
import ciss.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several trainings of one command, and what is left to do of them. */
class TrainSeveralTest {
  @TempDir private Path folder;

  private static RunDirectory recorded(Path path, String name, int seed, String state) {
    RunDirectory run = RunDirectory.createAt(path);
    run.update(Map.of("name", name, "seed", seed, "state", state));
    return run;
  }

  private List<RunDirectory> runs(String group) {
    return RunDirectory.below(folder.resolve("runs").resolve(group));
  }

  @Test
  void oneRunPerSeedAndGoingOnWithTheUnfinishedOne() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result both =
        workplace.ciss("train", workplace.config().toString(), "--seeds", "0,1", "--iterations", "2");
    assertEquals(0, both.code(), both.err());
    assertEquals(2, runs("small").size());
    for (RunDirectory run : runs("small")) {
      assertEquals(Host.name(), run.info().get("host"));
    }

    // The second one is made to look like stopped after its first checkpoint, at half its way.
    RunDirectory second =
        runs("small").stream().filter(run -> run.info().get("seed").equals(1)).findFirst().orElseThrow();
    second.update(Map.of("state", "interrupted"));
    Files.writeString(second.config(), Files.readString(second.config()).replace("iterations: 2 ", "iterations: 3 "));
    String[] command = {"train", workplace.config().toString(), "--seeds", "0,1", "--resume-if-any", "--iterations", "3"};
    SmallWorkplace.Result resumed = workplace.ciss(command);
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("resuming " + second), resumed.err());
    assertEquals(3, runs("small").size(), "seed 0 with another length is another run");
    assertEquals("done", second.info().get("state"));
    SmallWorkplace.Result again = workplace.ciss(command);
    assertEquals(2, again.err().lines().filter(line -> line.startsWith("finished already")).count(), again.err());
    assertEquals(3, runs("small").size());
  }

  @Test
  void aFinishedRunOfAnExperimentIsNotRepeated() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    Path done = folder.resolve("runs/exp1/230303_1200_cs2acdc_ciss_s1_9fcab");
    recorded(done, "cs2acdc_ciss_s1", 1, "done")
        .write("config.yaml", ConfigLoader.loadExperiment(1, 1, List.of()).toYaml());
    SmallWorkplace.Result result = workplace.ciss("train", "--experiment", "1:1");
    assertEquals(0, result.code(), result.err());
    assertEquals("finished already: " + done + "; run it again with --force", result.err().strip());
  }

  @Test
  void theFirstFailureEndsThemAllUnlessToldToKeepGoing() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    String nowhere = "data.source.root=" + folder.resolve("nowhere");
    SmallWorkplace.Result first = workplace.ciss("train", "--experiment", "50", "-o", nowhere);
    assertEquals(3, first.code());
    assertEquals(1, first.err().lines().filter(line -> line.startsWith("error:")).count());
    SmallWorkplace.Result all = workplace.ciss("train", "--experiment", "50", "--keep-going", "-o", nowhere);
    assertEquals(3, all.code());
    assertEquals(3, all.err().lines().filter(line -> line.startsWith("error:")).count(), all.err());
    assertTrue(runs("exp50").getFirst().path().getFileName().toString().matches("\\d{6}_\\d{4}_cs2acdc_hrda_s._.{5}"));
  }

  @Test
  void theLogLevelHidesTheTableButNotWarnings() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result result = workplace.train("run", "--startup-test", "-o", "log.level=warn");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().lines().allMatch(line -> line.startsWith("wrote")), result.err());
    assertTrue(Files.readString(workplace.run("run").resolve("log.txt")).contains("s/it"), "the file has all of it");
  }

  @Test
  void optionsThatContradictEachOtherAreRefused() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(2, workplace.ciss("train", "--experiment", "1", "--seed", "4").code());
    assertEquals(2, workplace.ciss("train", "--experiment", "1:1", "--from", "1").code());
    assertEquals(2, workplace.ciss("train", "camvid_day", "--force").code());
    assertEquals(2, workplace.ciss("train", "camvid_day", "--seeds", "1,2", "--work-dir", "x").code());
    assertEquals(2, workplace.ciss("train", "--resume", "--debug").code());
  }
}
