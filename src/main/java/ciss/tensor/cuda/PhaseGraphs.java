package ciss.tensor.cuda;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;

/**
 * One phase of an iteration: its slots, and the command lists it has had. A list that comes for the first time is
 * issued command by command (libraries initialise themselves at a first call), for the second time captured into a
 * graph, and from then on the graph is launched. Lists are compared number by number: a graph stands for exactly the
 * commands that it was captured from.
 */
final class PhaseGraphs implements AutoCloseable {
  /** A phase has as many lists as its draws give it ways to go: class mixing alone has four. */
  private static final int MOST = 8;

  private static final class Known {
    private final long[] commands;
    private Driver.Graph graph;

    private Known(long[] commands) {
      this.commands = commands;
    }
  }

  private final Driver driver;
  private final StepParameters slots;
  private final Deque<Known> known = new ArrayDeque<>();

  /**
   * @param flush issues what has been held back of this phase
   */
  PhaseGraphs(Driver driver, Runnable flush) {
    this.driver = driver;
    this.slots = new StepParameters(driver, false, flush);
  }

  /** Slots of the phase: at the same addresses in each occurrence. */
  StepParameters slots() {
    return slots;
  }

  /**
   * Issues a phase that has been held back as a whole.
   *
   * @param one issues it command by command
   */
  void issue(long[] list, int length, Runnable one) {
    if (length == 0) {
      return;
    }
    Known same = find(list, length);
    if (same == null) {
      remember(new Known(Arrays.copyOf(list, length)));
      one.run();
      return;
    }
    known.remove(same);
    known.addFirst(same);
    if (same.graph == null) {
      same.graph = driver.capture(one);
    }
    same.graph.launch();
  }

  private Known find(long[] list, int length) {
    for (Known each : known) {
      if (Arrays.equals(list, 0, length, each.commands, 0, each.commands.length)) {
        return each;
      }
    }
    return null;
  }

  private void remember(Known fresh) {
    if (known.size() == MOST) {
      close(known.removeLast());
    }
    known.addFirst(fresh);
  }

  private static void close(Known old) {
    if (old.graph != null) {
      old.graph.close();
    }
  }

  @Override
  public void close() {
    known.forEach(PhaseGraphs::close);
    slots.close();
  }
}
