package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ciss.cli.SmallWorkplace.Result;
import ciss.io.Safetensors;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A full or read-only disk, made as a file system of its own; skipped where mounting is not allowed. */
@Timeout(900)
class FullDiskTest {
  private static final int RESOURCES = 5;

  @TempDir private Path folder;
  private boolean mounted;

  private Path disk() {
    return folder.resolve("disk");
  }

  private void mount(String options) throws IOException, InterruptedException {
    Files.createDirectories(disk());
    mounted = command("mount", "-t", "tmpfs", "-o", options, "tmpfs", disk().toString());
    assumeTrue(mounted, "skipped: this user may not mount a file system, so no disk can be full or read-only");
  }

  private static boolean command(String... words) throws IOException, InterruptedException {
    try {
      Process process = new ProcessBuilder(words).redirectErrorStream(true).start();
      process.getInputStream().readAllBytes();
      return process.waitFor(20, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException e) {
      return false;
    }
  }

  @AfterEach
  void unmount() throws IOException, InterruptedException {
    if (mounted) {
      assertTrue(command("umount", "-l", disk().toString()), "still mounted: " + disk());
    }
  }

  @Test
  void fullDiskEndsWithExitCode5AndEarlierCheckpointsCanGoOn() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    Result whole = workplace.train("whole", "-o", "checkpoint.interval=1");
    assertEquals(0, whole.code(), whole.err());
    long checkpoint = Files.size(workplace.lastCheckpoint("whole"));
    mount("size=" + (checkpoint * 5 / 2));

    Path run = disk().resolve("run");
    Result full = workplace.ciss(
        "train", workplace.config().toString(), "--work-dir", run.toString(), "-o", "checkpoint.interval=1");
    assertEquals(RESOURCES, full.code(), full.err());
    assertTrue(full.error().contains("No space left on device"), full.err());
    assertTrue(full.err().contains("go on with: ciss train --resume " + run), full.err());
    Path second = run.resolve("checkpoints/iter_000002.safetensors");
    try (Safetensors file = Safetensors.open(second)) {
      assertEquals("2", file.metadata().get("iteration"));
    }

    assertTrue(command("mount", "-o", "remount,size=" + 6 * checkpoint, disk().toString()));
    Result resumed = workplace.ciss("train", "--resume", run.toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(Files.exists(run.resolve("checkpoints/iter_000004.safetensors")));
  }

  @Test
  void readOnlyDirectoryEndsWithExitCode5() throws Exception {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    mount("size=1m,ro");
    Result result =
        workplace.ciss("train", workplace.config().toString(), "--work-dir", disk().resolve("run").toString());
    assertEquals(RESOURCES, result.code(), result.err());
    assertTrue(result.error().contains("cannot make the work directory"), result.err());
    assertTrue(result.error().contains("--work-dir"), result.err());
  }
}
