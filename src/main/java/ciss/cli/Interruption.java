package ciss.cli;

import java.util.function.BooleanSupplier;
import sun.misc.Signal;

/**
 * Ctrl-C and SIGTERM for work that wants to end well: the first signal only asks, so that the iteration in progress can
 * finish and be saved; the second ends the process at once.
 *
 * <p>A long command hands this to the loop it starts, which asks {@link #getAsBoolean()} between iterations, and returns
 * {@link #exitCode()} afterwards. Commands that do not install it end at the first signal, with the same exit codes.
 */
final class Interruption implements BooleanSupplier {
  private static final int SIGNAL_BASE = 128;

  private volatile int signal;

  private Interruption() {}

  /** Takes over both signals for the rest of the process. */
  static Interruption install() {
    Interruption interruption = new Interruption();
    Signal.handle(new Signal("INT"), interruption::received);
    Signal.handle(new Signal("TERM"), interruption::received);
    return interruption;
  }

  /** Whether somebody asked to stop. */
  @Override
  public boolean getAsBoolean() {
    return signal != 0;
  }

  /** 0 if nobody asked to stop, 130 after Ctrl-C, 143 after SIGTERM. */
  int exitCode() {
    return signal == 0 ? 0 : SIGNAL_BASE + signal;
  }

  private void received(Signal received) {
    if (signal != 0) {
      Runtime.getRuntime().halt(SIGNAL_BASE + received.getNumber());
    }
    signal = received.getNumber();
    System.err.println("\nstopping after this iteration; once more to stop at once");
  }
}
