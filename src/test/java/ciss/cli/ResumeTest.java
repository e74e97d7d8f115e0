package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A training that was interrupted and went on is, to the last bit, the training that was not. */
@Timeout(900)
class ResumeTest {
  @TempDir private Path folder;

  @Test
  void killedInTheMiddleAndResumedWithOtherThreadsIsTheUninterruptedRunBitForBit() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result whole = workplace.train("whole", "--iterations", "6");
    assertEquals(0, whole.code(), whole.err());

    Process process = workplace.start(
        "train", workplace.config().toString(), "--work-dir", workplace.run("killed").toString(), "--iterations", "6");
    while (process.isAlive() && workplace.checkpoints("killed").isEmpty()) {
      Thread.sleep(5);
    }
    process.destroyForcibly();
    process.waitFor();
    assertTrue(workplace.checkpoints("killed").size() < 3, () -> "the process was faster than the kill: " + printed(workplace));

    SmallWorkplace.Result resumed = workplace.ciss("train", "--resume", workplace.run("killed").toString(), "--threads", "2");
    assertEquals(0, resumed.code(), resumed.err());
    assertSameTensors(workplace.lastCheckpoint("whole"), workplace.lastCheckpoint("killed"));
  }

  @Test
  void killedBeforeTheFirstCheckpointResumesFromTheBeginning() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(0, workplace.train("whole").code());
    Process process =
        workplace.start("train", workplace.config().toString(), "--work-dir", workplace.run("killed").toString());
    while (process.isAlive() && !Files.exists(workplace.run("killed").resolve("run.json"))) {
      Thread.sleep(1);
    }
    process.destroyForcibly();
    process.waitFor();

    SmallWorkplace.Result resumed = workplace.ciss("train", "--resume", workplace.run("killed").toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertSameTensors(workplace.lastCheckpoint("whole"), workplace.lastCheckpoint("killed"));
  }

  @Test
  void terminationWritesACheckpointNamesTheCommandToGoOnAndExits143() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    String run = workplace.run("stopped").toString();
    Process process = workplace.start(
        "train", workplace.config().toString(), "--work-dir", run, "-o", "checkpoint.interval=1000", "--iterations", "1000");
    while (process.isAlive() && !printed(workplace).contains("\n      2 ")) {
      Thread.sleep(5);
    }
    process.destroy();
    assertTrue(process.waitFor(300, TimeUnit.SECONDS), "did not stop");
    String text = printed(workplace);
    assertEquals(143, process.exitValue(), text);
    assertTrue(text.contains("go on with: ciss train --resume " + run), text);
    assertEquals(1, workplace.checkpoints("stopped").size(), text);
    assertTrue(Files.readString(workplace.run("stopped").resolve("run.json")).contains("\"interrupted\""));
  }

  @Test
  void otherThreadCountsGiveTheSameBitsAndAnotherSeedDoesNot() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(0, workplace.train("one", "--iterations", "2", "--threads", "1").code());
    assertEquals(0, workplace.train("three", "--iterations", "2", "--threads", "3", "-o", "data.workers=2").code());
    assertEquals(0, workplace.train("seed", "--iterations", "2", "--seed", "1").code());
    assertSameTensors(workplace.lastCheckpoint("one"), workplace.lastCheckpoint("three"));
    assertNotEquals(-1, Files.mismatch(workplace.lastCheckpoint("one"), workplace.lastCheckpoint("seed")));
  }

  @Test
  void resumingAFinishedRunSaysSoAndTrainsNothing() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(0, workplace.train("done", "--iterations", "2").code());
    byte[] before = Files.readAllBytes(workplace.lastCheckpoint("done"));
    SmallWorkplace.Result again = workplace.ciss("train", "--resume", workplace.run("done").toString());
    assertEquals(0, again.code(), again.err());
    assertTrue(again.err().contains("all 2 iterations are done already"), again.err());
    assertArrayEquals(before, Files.readAllBytes(workplace.lastCheckpoint("done")));
  }

  @Test
  void resumingWithASettingThatWouldChangeTheResultIsRefused() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(0, workplace.train("done", "--iterations", "2").code());
    SmallWorkplace.Result changed =
        workplace.ciss("train", "--resume", workplace.run("done").toString(), "-o", "optimizer.lr=1");
    assertEquals(2, changed.code(), changed.err());
    assertTrue(changed.error().contains("optimizer.lr=1"), changed.err());
  }

  @Test
  void resumingRemembersTheBestScoreAndMakesUpForAMissingEvaluation() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result whole = workplace.train(
        "run", "-o", "train.validate=true", "-o", "evaluation.interval=2", "-o", "checkpoint.best=true");
    assertEquals(0, whole.code(), whole.err());
    Path log = workplace.run("run").resolve("log.jsonl");
    Path best = workplace.run("run").resolve("checkpoints/best.safetensors");
    String second = workplace.run("run").resolve("checkpoints/iter_000002.safetensors").toString();
    List<String> lines = Files.readAllLines(log);
    assertEquals(2, lines.stream().filter(line -> line.contains("\"eval\"")).count(), lines.toString());

    Files.write(log, lines.stream().map(line -> line.replaceFirst("\"mIoU\":[0-9.eE-]+", "\"mIoU\":0.99")).toList());
    Files.delete(best);
    SmallWorkplace.Result resumed = workplace.ciss("train", "--resume", second);
    assertEquals(0, resumed.code(), resumed.err());
    assertFalse(resumed.err().contains(" 2 evaluation on"), resumed.err());
    assertFalse(Files.exists(best), "the lower score of iteration 4 counted as the best");

    Files.write(log, lines.stream().filter(line -> !line.contains("\"eval\"")).toList());
    SmallWorkplace.Result again = workplace.ciss("train", "--resume", second);
    assertEquals(0, again.code(), again.err());
    assertTrue(again.err().contains(" 2 evaluation on"), again.err());
    assertTrue(Files.exists(best));
  }

  private static String printed(SmallWorkplace workplace) {
    try {
      return Files.exists(workplace.output()) ? Files.readString(workplace.output()) : "";
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Compares tensors, not files: the stored configuration may name another number of threads. */
  static void assertSameTensors(Path expected, Path actual) {
    try (Safetensors a = Safetensors.open(expected);
        Safetensors b = Safetensors.open(actual)) {
      assertEquals(a.names(), b.names());
      assertEquals(a.metadata().get("iteration"), b.metadata().get("iteration"));
      for (String name : a.names()) {
        assertEquals(-1, a.tensor(name).data().mismatch(b.tensor(name).data()), name);
      }
    }
  }
}
