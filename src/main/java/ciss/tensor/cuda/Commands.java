package ciss.tensor.cuda;

import ciss.tensor.Mark;
import ciss.tensor.Phase;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What the device is to do, in order: launches, products, convolutions, copies, zeros. Each is first written down as
 * a few numbers: its kind, then what that kind needs. Outside of phases it is issued at once. In a phase the list
 * grows until the phase ends, and is then issued as a whole: by {@link PhaseGraphs} where it can be, else one after
 * another.
 *
 * <p>With {@code CISS_CUDA_GRAPHS=0} or {@code CISS_CUDA_SYNC=1} phases mean nothing and every command is issued at
 * once.
 */
final class Commands implements AutoCloseable {
  private static final boolean HOLDS_BACK =
      !"0".equals(System.getenv("CISS_CUDA_GRAPHS")) && !Driver.SYNCHRONOUS;

  /** Issues commands of one kind. */
  interface Kind {
    /** What the command needs is at {@code list[at]} and behind. */
    void issue(long[] list, int at);
  }

  private final Driver driver;
  private final List<Kind> kinds = new ArrayList<>();
  private final Map<String, PhaseGraphs> phases = new HashMap<>();
  private final StepParameters slots;
  private final int copy;
  private final int zero;
  private long[] list = new long[1 << 14];
  private int start;
  private int end;
  private final List<Driver.Event> marks = new ArrayList<>();
  private PhaseGraphs open;
  private boolean whole;

  Commands(Driver driver) {
    this.driver = driver;
    slots = new StepParameters(driver, true, this::flush);
    copy = kind((values, at) -> driver.copy(values[at], values[at + 1], values[at + 2]));
    zero = kind((values, at) -> driver.zero(values[at], values[at + 1]));
  }

  /** The number of a kind of commands that begin with it. */
  int kind(Kind kind) {
    kinds.add(kind);
    return kinds.size() - 1;
  }

  /** Begins a command, and forgets one that was not finished. */
  Commands begin(int kind) {
    end = start;
    return put(kind);
  }

  /** Something that the command needs. */
  Commands put(long value) {
    if (end == list.length) {
      list = Arrays.copyOf(list, 2 * end);
    }
    list[end++] = value;
    return this;
  }

  /** The first {@code count} of the values. */
  Commands put(long[] values, int count) {
    if (end + count > list.length) {
      list = Arrays.copyOf(list, 2 * (end + count));
    }
    System.arraycopy(values, 0, list, end, count);
    end += count;
    return this;
  }

  /** The command is complete. */
  void end() {
    list[start] |= (long) (end - start) << Integer.SIZE;
    if (open != null) {
      start = end;
    } else {
      issue(start);
    }
  }

  private int issue(int at) {
    kinds.get((int) list[at]).issue(list, at + 1);
    return (int) (list[at] >>> Integer.SIZE);
  }

  /** A copy within the device; the ranges do not overlap. */
  void copy(long from, long to, long bytes) {
    begin(copy).put(from).put(to).put(bytes).end();
  }

  /** Zeros. */
  void zero(long address, long bytes) {
    begin(zero).put(address).put(bytes).end();
  }

  /** Slots for the commands that follow. */
  StepParameters slots() {
    return open == null ? slots : open.slots();
  }

  boolean inPhase() {
    return open != null;
  }

  /** Holds back what follows, until the result is closed. */
  Phase phase(String name) {
    if (!HOLDS_BACK) {
      return Phase.NONE;
    }
    if (open != null) {
      throw new IllegalStateException("phase '%s' begins in a phase".formatted(name));
    }
    PhaseGraphs phase = phases.computeIfAbsent(name, key -> new PhaseGraphs(driver, this::flush));
    phase.slots().restart();
    open = phase;
    whole = true;
    return this::endPhase;
  }

  private void endPhase() {
    PhaseGraphs phase = open;
    driver.enter();
    try {
      recordMarks();
      phase.slots().send();
      if (whole) {
        phase.issue(list, start, this::issueAll);
      } else {
        issueAll();
      }
    } finally {
      start = 0;
      open = null;
    }
  }

  /** The moment after everything so far; at the beginning of a phase, that when its first command begins. */
  Mark mark() {
    Driver.Event mark = driver.clock();
    if (open != null && start == 0) {
      marks.add(mark);
    } else {
      flush();
      mark.record();
    }
    return mark;
  }

  private void recordMarks() {
    marks.forEach(Driver.Event::record);
    marks.clear();
  }

  /** Issues now what has been held back: something else is to come after it. */
  void flush() {
    if (start == 0) {
      return;
    }
    whole = false;
    try {
      recordMarks();
      open.slots().send();
      issueAll();
    } finally {
      start = 0;
    }
  }

  private void issueAll() {
    for (int at = 0; at < start; ) {
      at += issue(at);
    }
  }

  /** Waits for everything so far. */
  void synchronize() {
    flush();
    driver.synchronize();
  }

  @Override
  public void close() {
    phases.values().forEach(PhaseGraphs::close);
    slots.close();
  }
}
