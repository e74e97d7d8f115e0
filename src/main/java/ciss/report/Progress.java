package ciss.report;

import java.io.PrintWriter;
import java.util.Locale;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressState;
import org.jspecify.annotations.Nullable;

/**
 * How far a task is: a bar that redraws itself on a terminal, a plain line every 30 seconds elsewhere.
 *
 * <pre>
 * ciss          [######....] 371/600   loss 0.74                      3:21  ETA 1:58
 * </pre>
 *
 * Safe to call from several threads.
 */
public final class Progress implements AutoCloseable {
  private static final int WIDTH = 100;
  private static final int CELLS = 10;
  private static final long PLAIN_LINE_NANOS = 30_000_000_000L;

  private final String task;
  private long total;
  private final PrintWriter out;
  private final LongSupplier nanoTime;
  private final long started;
  private final @Nullable ProgressBar bar;
  private String message = "";
  private long done;
  private long lastPlainLine;

  /**
   * Starts the display.
   *
   * @param task short name, shown at the left
   * @param total number of steps
   * @param out takes progress; not closed
   * @param terminal whether {@code out} can redraw a line
   */
  public Progress(String task, long total, PrintWriter out, boolean terminal) {
    this(task, total, out, terminal, System::nanoTime);
  }

  Progress(String task, long total, PrintWriter out, boolean terminal, LongSupplier nanoTime) {
    this.task = task;
    this.total = total;
    this.out = out;
    this.nanoTime = nanoTime;
    started = nanoTime.getAsLong();
    lastPlainLine = started;
    bar = terminal ? redrawing(out) : null;
  }

  private ProgressBar redrawing(PrintWriter writer) {
    return new ProgressBarBuilder()
        .setInitialMax(total)
        .setUpdateIntervalMillis(250)
        .setRenderer(this::rendered)
        .setConsumer(new TerminalLine(writer))
        .build();
  }

  /**
   * Tells that {@code steps} of the total are done.
   *
   * @param note what to show beside the count, such as losses or memory; may be empty
   */
  public synchronized void at(long steps, String note) {
    done = steps;
    message = note;
    if (bar != null) {
      bar.stepTo(steps);
    } else if (steps < total && nanoTime.getAsLong() - lastPlainLine >= PLAIN_LINE_NANOS) {
      lastPlainLine = nanoTime.getAsLong();
      out.println(line());
      out.flush();
    }
  }

  /** Changes the number of steps, where it becomes known only after the start. */
  public synchronized void total(long steps) {
    total = steps;
    if (bar != null) {
      bar.maxHint(steps);
    }
  }

  /** Prints a line of its own above the display. */
  public synchronized void say(String text) {
    if (bar != null) {
      out.print("\r" + " ".repeat(WIDTH) + "\r");
    }
    out.println(text);
    out.flush();
  }

  /** Ends the display with its last state on a line of its own; says nothing if the total never became known. */
  @Override
  public void close() {
    if (bar != null) {
      bar.close();
      out.print("\r" + " ".repeat(WIDTH) + "\r");
    }
    if (total > 0) {
      out.println(line());
    }
    out.flush();
  }

  private String rendered(ProgressState state, int maxLength) {
    String line = line();
    return line.substring(0, Math.min(line.length(), maxLength));
  }

  private synchronized String line() {
    int filled = total == 0 ? CELLS : (int) (CELLS * done / total);
    double seconds = (nanoTime.getAsLong() - started) / 1e9;
    String cells = "#".repeat(filled) + ".".repeat(CELLS - filled);
    String eta = done == 0 || done >= total ? "" : "  ETA " + clock(seconds / done * (total - done));
    String left = String.format(Locale.ROOT, "%-13s [%s] %d/%d   %s", task, cells, done, total, message);
    return String.format(Locale.ROOT, "%-66s %8s%s", left, clock(seconds), eta);
  }

  /** Seconds as {@code m:ss} or {@code h:mm:ss}. */
  public static String clock(double seconds) {
    long s = Math.round(seconds);
    return s < 3600
        ? String.format(Locale.ROOT, "%d:%02d", s / 60, s % 60)
        : String.format(Locale.ROOT, "%d:%02d:%02d", s / 3600, s / 60 % 60, s % 60);
  }

  /** Redraws one line of a terminal. */
  private record TerminalLine(PrintWriter out) implements ProgressBarConsumer {
    @Override
    public int getMaxRenderedLength() {
      return WIDTH;
    }

    @Override
    public void accept(String text) {
      out.print("\r" + text + " ".repeat(Math.max(0, WIDTH - text.length())));
      out.flush();
    }

    @Override
    public void close() {
      out.flush();
    }
  }
}
