package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.report.ClassScores;
import ciss.report.RunDirectory;
import ciss.report.RunLog;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReportCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  /** A finished training as its files tell it. */
  private Path run(String name, long seed, double score) {
    return run(name, seed, score, "");
  }

  private Path run(String name, long seed, double score, String settings) {
    RunDirectory run = RunDirectory.createAt(folder.resolve(name));
    run.write("config.yaml", "name: mine\ntrain.seed: " + seed + "\n" + settings);
    run.update(Map.of("state", "done", "iteration", 20));
    RunLog log = new RunLog(run.path());
    log.start("mine", 20, Map.of("seed", seed));
    log.train(10, Map.of("lr", 1e-4, "decode.loss_seg", 1.5));
    log.train(20, Map.of("lr", 1e-5, "decode.loss_seg", 0.5));
    log.evaluation(ClassScores.of("night", "val", 20, score, Map.of("road", 0.8)));
    return run.path();
  }

  private int ciss(Object... arguments) {
    String[] texts = new String[arguments.length];
    for (int i = 0; i < texts.length; i++) {
      texts[i] = arguments[i].toString();
    }
    return Main.run(new PrintWriter(out), new PrintWriter(err), texts);
  }

  @Test
  void aRunGetsItsReportInItsFolder() throws Exception {
    Path run = run("a", 0, 0.5);
    assertEquals(0, ciss("report", run), err.toString());
    assertTrue(Files.readString(run.resolve("report.html")).contains("night"));
  }

  @Test
  void runsThatDifferOnlyInTheSeedAreOneSetting() throws Exception {
    Path file = folder.resolve("r.html");
    assertEquals(0, ciss("report", run("a", 0, 0.5), run("b", 1, 0.6), "--out", file), err.toString());
    assertTrue(out.toString().matches("(?s).*mine +2   night 55.0 ± 7.1 +60.0.*"), out.toString());
    String page = Files.readString(file);
    assertTrue(page.contains("mine on night: mIoU 55.0 ± 7.1 % over 2 seeds, the best 60.0 %."), page.substring(0, 2000));
  }

  @Test
  void runsThatDifferInMoreThanTheSeedAreSettingsOfTheirOwn() throws Exception {
    Path file = folder.resolve("r.html");
    String other = "uda.teacher_momentum: 0.9\n";
    Path[] runs = {run("a0", 0, 0.5), run("a1", 1, 0.6), run("b0", 0, 0.7, other), run("b1", 1, 0.8, other)};
    assertEquals(0, ciss("report", runs[0], runs[1], runs[2], runs[3], "--out", file), err.toString());
    assertTrue(out.toString().matches("(?s).*a0 +2   night 55.0 ± 7.1 +60.0.*b0 +2   night 75.0 ± 7.1 +80.0.*"), out.toString());
  }

  @Test
  void chosenValuesAreDrawnAlone() throws Exception {
    Path file = folder.resolve("loss.svg");
    assertEquals(0, ciss("report", run("a", 0, 0.5), "--keys", "decode.loss_seg", "--out", file), err.toString());
    assertTrue(Files.readString(file).startsWith("<svg"));
  }

  @Test
  void aValueThatNobodyLoggedIsAMistake() {
    Path file = folder.resolve("loss.svg");
    assertEquals(2, ciss("report", run("a", 0, 0.5), "--keys", "no_loss", "--out", file));
  }

  @Test
  void theNumbersBehindTheCurvesAreWrittenAsATable() throws Exception {
    Path csv = folder.resolve("t.csv");
    assertEquals(0, ciss("report", run("a", 0, 0.5), "--csv", csv), err.toString());
    assertTrue(Files.readAllLines(csv).contains("\"mine\",20,decode.loss_seg,0.5"));
  }

  @Test
  void watchShowsAFinishedRunAndEnds() {
    assertEquals(0, ciss("watch", run("a", 0, 0.5)), err.toString());
    assertTrue(out.toString().contains("mine   done   iteration 20/20  100%"), out.toString());
  }

  @Test
  void watchSaysWhenARunHasDied() {
    Path run = run("a", 0, 0.5);
    RunDirectory.open(run).update(Map.of("state", "running", "pid", Long.MAX_VALUE));
    assertEquals(6, ciss("watch", run, "--once"), err.toString());
  }
}
