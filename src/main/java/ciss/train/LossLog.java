package ciss.train;

import static java.lang.foreign.ValueLayout.JAVA_DOUBLE_UNALIGNED;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Readback;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loss values of one iteration. Operations write float64 results into slots in device memory; the host reads all of
 * them at once, when it has time. Names are the reference's.
 */
public final class LossLog implements AutoCloseable {
  private static final int SLOTS = 256;

  /** A logged number: element {@code index} of the slots times {@code scale}. */
  private record Entry(String name, int index, double scale, int countIndex) {}

  private final Backend backend;
  private final Storage storage;
  private final Tensor all;
  private List<Entry> entries = new ArrayList<>();
  private int next;

  public LossLog(Backend backend) {
    this.backend = backend;
    this.storage = backend.allocate((long) SLOTS * DType.F64.bytes());
    this.all = Tensor.of(storage, 0, Shape.of(SLOTS), DType.F64);
  }

  /** Forgets the values of the last iteration; slots that operations add into start at 0. */
  public void clear() {
    backend.upload(MemorySegment.ofArray(new double[SLOTS]), all);
    entries = new ArrayList<>();
    next = 1;
  }

  /** The slot of what {@link AdamW#step} finds in the gradients. */
  Tensor nonFinite() {
    return all.rows(0, 1);
  }

  /** A slot of {@code size} float64 values. */
  Tensor slot(int size) {
    int first = next;
    next += size;
    return all.rows(first, next);
  }

  /** Logs element {@code element} of a slot times {@code scale} under {@code name}. */
  void add(String name, Tensor slot, int element, double scale) {
    entries.add(new Entry(name, indexOf(slot) + element, scale, -1));
  }

  /** As {@link #add}; the value is undefined where element {@code countElement} of the slot is 0. */
  void addMean(String name, Tensor slot, int element, int countElement) {
    entries.add(new Entry(name, indexOf(slot) + element, 1, indexOf(slot) + countElement));
  }

  private static int indexOf(Tensor slot) {
    return Math.toIntExact(slot.offset() / DType.F64.bytes());
  }

  /** Begins to read the values of this iteration, without waiting for the device. */
  public Reading read() {
    return new Reading(entries, backend.readLater(all));
  }

  /** The values of one iteration, on their way from the device. */
  public static final class Reading {
    private final List<Entry> entries;
    private final Readback readback;
    private MemorySegment slots;

    private Reading(List<Entry> entries, Readback readback) {
      this.entries = entries;
      this.readback = readback;
    }

    /** Whether the values are there. */
    boolean isReady() {
      return slots != null || readback.isReady();
    }

    private double at(int index) {
      if (slots == null) {
        slots = readback.bytes();
      }
      return slots.getAtIndex(JAVA_DOUBLE_UNALIGNED, index);
    }

    /** Values in the order of logging; waits for the device. */
    public Map<String, Double> values() {
      Map<String, Double> values = new LinkedHashMap<>();
      for (Entry entry : entries) {
        values.merge(entry.name, at(entry.index) * entry.scale, Double::sum);
      }
      return values;
    }

    /** Names of logged means that had nothing to average in this iteration (logged as 0, where the reference logs NaN). */
    public List<String> undefined() {
      return entries.stream().filter(e -> e.countIndex >= 0 && at(e.countIndex) == 0).map(Entry::name).toList();
    }

    /** The first place in the gradients that is not finite, or -1. */
    long nonFinite() {
      return (long) at(0);
    }
  }

  @Override
  public void close() {
    storage.close();
  }
}
