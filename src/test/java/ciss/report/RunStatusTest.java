package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RunStatusTest {
  @TempDir Path folder;
  private RunDirectory run;

  @BeforeEach
  void aRunningTraining() {
    run = RunDirectory.createAt(folder.resolve("run"));
    RunLog log = new RunLog(run.path());
    log.start("mine", 100, Map.of("device", "cpu"));
    log.train(10, Map.of("time", 2.0, "lr", 1e-4, "memory_mb", 800.0, "src_orig.decode.loss_seg", 1.5));
    log.train(20, Map.of("time", 2.0, "lr", 1e-4, "memory_mb", 800.0, "src_orig.decode.loss_seg", 0.5));
    log.event("warning", 20, Map.of("text", "careful"));
  }

  private RunStatus withProcess(long pid) {
    run.update(Map.of("state", "running", "pid", pid));
    return RunStatus.of(run);
  }

  @Test
  void progressSpeedAndRemainingTimeAreShown() {
    String text = withProcess(ProcessHandle.current().pid()).text();
    assertTrue(text.contains("mine   running   iteration 20/100  20%   2.00 s/it   ETA 2:40   800 MB   cpu"), text);
  }

  @Test
  void lossesHaveTheirCourseAndWarningsAreCounted() {
    String text = withProcess(ProcessHandle.current().pid()).text();
    assertTrue(text.contains("src 0.50 █▁"), text);
    assertTrue(text.contains("warnings 1: careful"), text);
  }

  @Test
  void aRunWhoseProcessIsGoneHasDied() {
    assertTrue(withProcess(Long.MAX_VALUE).died());
  }

  @Test
  void whatAnotherMachineDoesCannotBeSeenFromHere() {
    run.update(Map.of("host", "another"));
    assertEquals("running", withProcess(Long.MAX_VALUE).state());
  }

  @Test
  void aFinishedRunHasNotDied() {
    run.update(Map.of("state", "done", "pid", Long.MAX_VALUE));
    assertEquals("done", RunStatus.of(run).state());
  }

  @Test
  void aRunWithoutIterationsCanBeShown() {
    RunDirectory young = RunDirectory.createAt(folder.resolve("young"));
    new RunLog(young.path()).start("young", 10, Map.of());
    young.update(Map.of("state", "running", "pid", ProcessHandle.current().pid()));
    assertTrue(RunStatus.of(young).text().startsWith("young   running   iteration 0/10"));
  }
}
