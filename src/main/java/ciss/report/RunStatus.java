package ciss.report;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;

/**
 * How a run is doing, from its files alone.
 *
 * @param state running, done, interrupted, failed, or died: recorded as running but its process is gone
 * @param text a few lines for a terminal
 */
public record RunStatus(String state, String text) {
  private static final String BARS = "▁▂▃▄▅▆▇█";
  private static final int CURVE = 16;
  private static final Map<String, String> SHORT =
      Map.of(
          "src_orig.decode.loss_seg", "src",
          "decode.loss_seg", "src",
          "mix_original_original.decode.loss_seg", "mix",
          "src.inv_loss", "inv.s",
          "mix_originaloriginal_stylizedstylized.inv_loss", "inv.t",
          "src.loss_imnet_feat_dist", "fd");

  /** The present state of a run. */
  public static RunStatus of(RunDirectory directory) {
    RunHistory history = RunHistory.read(directory.file("log.jsonl"), directory.path().getFileName().toString());
    String state = state(directory);
    List<String> lines = new ArrayList<>();
    lines.add(progress(history, state));
    if (!history.train().isEmpty()) {
      lines.add(curves(history));
    }
    lines.add(milestones(history));
    return new RunStatus(state, String.join("\n", lines));
  }

  /**
   * The state of a run: that of its record, or {@code died} if it is recorded as running by a process that is gone: one of
   * this machine, or an earlier one of the cluster job that we are in (a job requeued after its machine failed keeps its
   * number). What else another machine does cannot be seen from here.
   */
  public static String state(RunDirectory directory) {
    Map<String, Object> info = directory.info();
    String state = Objects.toString(info.get("state"), "?");
    boolean here = Host.name().equals(info.getOrDefault("host", Host.name()));
    boolean gone = here && info.get("pid") instanceof Number pid && !alive(pid.longValue());
    boolean requeued = !here && Host.job() != null && Host.job().equals(info.get("job"));
    return state.equals("running") && (gone || requeued) ? "died" : state;
  }

  public boolean running() {
    return state.equals("running");
  }

  public boolean died() {
    return state.equals("died");
  }

  private static boolean alive(long pid) {
    return ProcessHandle.of(pid).map(ProcessHandle::isAlive).orElse(false);
  }

  private static String progress(RunHistory history, String state) {
    int done = history.train().isEmpty() ? 0 : history.train().lastKey();
    int all = history.iterations();
    StringBuilder line = new StringBuilder(history.name() + "   " + state);
    line.append("   iteration ").append(done).append('/').append(all);
    if (all > 0) {
      line.append("  ").append(100L * done / all).append('%');
    }
    if (!history.train().isEmpty()) {
      Map<String, Double> last = history.train().get(done);
      double seconds = last.getOrDefault("time", Double.NaN);
      line.append(String.format(Locale.ROOT, "   %.2f s/it", seconds));
      if (state.equals("running") && Double.isFinite(seconds)) {
        line.append("   ETA ").append(Progress.clock(seconds * (all - done)));
      }
      line.append(String.format(Locale.ROOT, "   %.0f MB", last.getOrDefault("memory_mb", Double.NaN)));
    }
    return line.append("   ").append(history.start().getOrDefault("device", "")).toString();
  }

  private static String curves(RunHistory history) {
    StringBuilder line = new StringBuilder();
    for (String key : history.keys()) {
      if (SHORT.containsKey(key)) {
        double[] y = history.series(key, key).y();
        line.append(String.format(Locale.ROOT, "%s %.2f %s   ", SHORT.get(key), y[y.length - 1], curve(y)));
      }
    }
    double rate = history.train().get(history.train().lastKey()).getOrDefault("lr", Double.NaN);
    return line.append(String.format(Locale.ROOT, "lr %.1e", rate)).toString();
  }

  /** The course of a value in {@link #CURVE} characters. */
  static String curve(double[] y) {
    int cells = Math.min(CURVE, y.length);
    double[] mean = new double[cells];
    double low = Double.MAX_VALUE;
    double high = -Double.MAX_VALUE;
    for (int i = 0; i < cells; i++) {
      int from = i * y.length / cells;
      int to = (i + 1) * y.length / cells;
      for (int j = from; j < to; j++) {
        mean[i] += y[j] / (to - from);
      }
      low = Math.min(low, mean[i]);
      high = Math.max(high, mean[i]);
    }
    StringBuilder text = new StringBuilder();
    for (double value : mean) {
      double share = high > low ? (value - low) / (high - low) : 0;
      text.append(BARS.charAt((int) Math.round(share * (BARS.length() - 1))));
    }
    return text.toString();
  }

  private static String milestones(RunHistory history) {
    StringBuilder line = new StringBuilder();
    if (!history.evaluations().isEmpty()) {
      ClassScores last = history.evaluations().getLast();
      double best = history.evaluations().stream().mapToDouble(ClassScores::mIoU).max().orElse(Double.NaN);
      line.append(String.format(Locale.ROOT, "mIoU %s %.2f at %d", last.data(), 100 * last.mIoU(), last.iteration()));
      line.append(last.mIoU() >= best ? " (best)   " : String.format(Locale.ROOT, " (best %.2f)   ", 100 * best));
    }
    List<Map<String, String>> checkpoints = events(history, "checkpoint");
    if (!checkpoints.isEmpty()) {
      line.append("last checkpoint ").append(checkpoints.getLast().get("iter")).append("   ");
    }
    List<Map<String, String>> warnings = events(history, "warning");
    line.append("warnings ").append(warnings.size());
    if (!warnings.isEmpty()) {
      line.append(": ").append(warnings.getLast().getOrDefault("text", ""));
    }
    return line.toString();
  }

  private static List<Map<String, String>> events(RunHistory history, String what) {
    return history.events().stream().filter(event -> what.equals(event.get("what"))).toList();
  }
}
