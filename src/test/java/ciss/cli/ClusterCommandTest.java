package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ciss.report.RunDirectory;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class ClusterCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int ciss(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private void assertLine(String line) {
    assertTrue(out.toString().lines().anyMatch(line::equals), () -> line + "\nis not in\n" + out);
  }

  @Test
  void slurmGetsOneJobPerRunAndSavesBeforeTheLimit() throws IOException {
    Path archive = Files.createFile(folder.resolve("city scapes.tar"));
    assertEquals(0, ciss("slurm", "--experiment", "129", "--source-archive", archive.toString(), "--gpu-mem", "30g"));
    assertLine("#SBATCH --array=0-14");
    assertLine("#SBATCH --time=120:00:00");
    assertLine("#SBATCH --cpus-per-task=8");
    assertLine("#SBATCH --mem-per-cpu=8192");
    assertLine("#SBATCH --tmp=80000");
    assertLine("#SBATCH --gpus=1");
    assertLine("#SBATCH --gres=gpumem:30g");
    assertLine("#SBATCH --signal=B:TERM@300");
    assertLine("#SBATCH --requeue");
    assertLine("DIR_SOURCE_DATASET=$(local_copy '" + archive + "' dir_source_dataset) || exit 3");
    assertLine("\"${ciss[@]}\" prepare cityscapes \"$DIR_SOURCE_DATASET\" --threads \"$threads\" || exit");
    assertLine(
        "\"${ciss[@]}\" train --experiment 129 --resume-if-any --work-root work_dirs --threads \"$threads\" &");
  }

  @Test
  void lsfCountsFromOneAndQueuesAgainByExitCode() {
    assertEquals(
        0,
        ciss("lsf", "camvid_day", "--seeds", "4,5", "--time", "24:00:00", "--gpus", "0", "-o", "log.interval=5"));
    assertLine("#BSUB -J \"ciss-camvid_day[1-2]\"");
    assertLine("#BSUB -W 24:00");
    assertLine("#BSUB -Q 143");
    assertLine("#BSUB -wa TERM");
    assertLine("seeds=(4 5)");
    assertLine("\"${ciss[@]}\" train camvid_day --resume-if-any --seed \"${seeds[LSB_JOBINDEX - 1]}\""
        + " --work-root work_dirs -o log.interval=5 --threads \"$threads\" &");
  }

  @Test
  void whatBashWouldMisreadIsQuotedAndTheScriptIsValid() throws Exception {
    Path script = folder.resolve("job.sh");
    assertEquals(
        0,
        ciss("slurm", "--test", "a 'quoted' run", "--split", "test", "--target-archive", folder.toString(), "--out",
            script.toString()));
    String text = Files.readString(script);
    assertTrue(text.contains("test 'a '\\''quoted'\\'' run' --split test"), text);
    Process check = new ProcessBuilder("bash", "-n", script.toString()).redirectErrorStream(true).start();
    assertEquals("", new String(check.getInputStream().readAllBytes()));
    assertEquals(2, ciss("slurm", "--test", "run", "--out", script.toString()), "it exists");
  }

  @Test
  void contradictionsAndMissingArchivesAreRefused() {
    assertEquals(2, ciss("slurm"));
    assertEquals(2, ciss("slurm", "camvid_day", "--experiment", "1"));
    assertEquals(2, ciss("slurm", "camvid_day", "--time", "tomorrow"));
    assertEquals(2, ciss("slurm", "camvid_day", "--array", "all"));
    assertEquals(2, ciss("slurm", "camvid_day", "--source-archive", folder.resolve("none.tar").toString()));
    assertEquals(2, ciss("lsf", "--experiment", "2"));
  }

  @Test
  void aSchedulerThatIsNotThereIsExitCode5() {
    assumeTrue(
        !Files.isExecutable(Path.of("/usr/bin/bsub")), "NOT TESTED: submitting without LSF, which is installed here");
    assertEquals(5, ciss("lsf", "camvid_day", "--submit"));
    assertTrue(err.toString().contains("bsub: no such scheduler here"), err.toString());
  }

  /**
   * A real scheduler: two seeds as an array, data unpacked to a scratch folder; the first job is told to stop as before
   * its time limit, is queued again by its script, and finishes what it began.
   */
  @Test
  @Timeout(1500)
  void slurmRunsTheScriptAndGoesOnAfterARequeue() throws Exception {
    List<String> missing = SlurmCluster.missingPrograms();
    assumeTrue(missing.isEmpty(), "NOT TESTED: a job under SLURM. Not installed here: " + missing
        + "; apt-get install munge slurmctld slurmd slurm-client");
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    Path dayArchive = folder.resolve("day.tar");
    String data = folder.resolve("data").toString();
    Process tar = new ProcessBuilder("tar", "-cf", dayArchive.toString(), "-C", data, "day").start();
    assertEquals(0, tar.waitFor());
    Path jobs = Files.createDirectories(folder.resolve("jobs"));
    Path script = jobs.resolve("job.sh");
    SmallWorkplace.Result made =
        workplace.ciss("slurm", workplace.config().toString(), "--seeds", "0,1", "--cpus", "1", "--gpus", "0",
            "--mem-per-cpu", "1000", "--tmp", "10", "--source-archive", dayArchive.toString(), "--target-archive",
            workplace.data("night").toString(), "-o", "train.iterations=40", "-o", "checkpoint.interval=40",
            "-o", "train.validate=false", "--out", script.toString());
    assertEquals(0, made.code(), made.err());
    try (SlurmCluster cluster = SlurmCluster.start(Files.createDirectory(folder.resolve("slurm")))) {
      String answer = cluster.run("sbatch", "--chdir=" + jobs, script.toString());
      assertTrue(answer.matches("Submitted batch job \\d+"), answer);
      String job = answer.replaceAll("\\D", "");
      Path output = jobs.resolve("ciss-small_" + job + "_0.out");
      cluster.await(
          "the first iterations", () -> Files.exists(output) && Files.readString(output).contains("\n      3 "));
      cluster.run("scancel", "--batch", "--signal=TERM", job + "_0");
      cluster.await("the end of both jobs", () -> done("small") == 2 && cluster.run("squeue", "-h").isEmpty());
      String text = Files.readString(output);
      assertTrue(text.contains("stopping after this iteration"), text);
      assertTrue(text.contains("resuming " + folder.resolve("runs")), text);
      assertEquals(2, RunDirectory.below(folder.resolve("runs/small")).size(), "the requeued job made no third run");
      String config = Files.readString(RunDirectory.below(folder.resolve("runs/small")).getFirst().config());
      assertTrue(config.contains("/dir_source_dataset/day"), "the data came from the scratch folder:\n" + config);
    }
  }

  private long done(String group) {
    return RunDirectory.below(folder.resolve("runs").resolve(group)).stream()
        .filter(run -> "done".equals(run.info().get("state")))
        .count();
  }
}
