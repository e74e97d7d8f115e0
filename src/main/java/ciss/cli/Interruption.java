package ciss.cli;

import java.util.function.BooleanSupplier;
import org.jline.utils.Signals;

/**
 * Ctrl-C and SIGTERM for work that wants to end well: the first signal only asks, so that the iteration in progress can
 * finish and be saved; the second ends the process at once.
 *
 * <p>A long command hands this to the loop it starts, which asks {@link #getAsBoolean()} between iterations, and returns
 * {@link #exitCode()} afterwards. Commands that do not install it end at the first signal, with the same exit codes.
 */
final class Interruption implements BooleanSupplier {
  private static final int CTRL_C = 130;
  private static final int TERMINATED = 143;
  /** One wish to stop may arrive as several signals: from the terminal, from the launcher, from a job scheduler. */
  private static final long ONE_WISH_NANOS = 1_000_000_000L;

  private volatile int exitCode;
  private volatile long firstNanos;

  private Interruption() {}

  /** Takes over both signals for the rest of the process. */
  static Interruption install() {
    Interruption interruption = new Interruption();
    Signals.register("INT", () -> interruption.received(CTRL_C));
    Signals.register("TERM", () -> interruption.received(TERMINATED));
    return interruption;
  }

  /** Whether somebody asked to stop. */
  @Override
  public boolean getAsBoolean() {
    return exitCode != 0;
  }

  /** 0 if nobody asked to stop, 130 after Ctrl-C, 143 after SIGTERM. */
  int exitCode() {
    return exitCode;
  }

  private synchronized void received(int code) {
    long now = System.nanoTime();
    if (exitCode != 0) {
      if (now - firstNanos > ONE_WISH_NANOS) {
        Runtime.getRuntime().halt(code);
      }
      return;
    }
    firstNanos = now;
    exitCode = code;
    System.err.println("\nstopping after this iteration; once more to stop at once");
  }
}
