package ciss.train;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Loss values of one iteration. Operations write float64 results into slots in device memory; the host reads all of them
 * once, after the iteration. Names are the reference's.
 */
public final class LossLog implements AutoCloseable {
  private static final int SLOTS = 256;

  /** A logged number: element {@code index} of the slots times {@code scale}. */
  private record Entry(String name, int index, double scale, int countIndex) {}

  private final Backend backend;
  private final Storage storage;
  private final Tensor all;
  private final List<Entry> entries = new ArrayList<>();
  private int next;

  public LossLog(Backend backend) {
    this.backend = backend;
    this.storage = backend.allocate((long) SLOTS * DType.F64.bytes());
    this.all = Tensor.of(storage, 0, Shape.of(SLOTS), DType.F64);
  }

  /** Forgets the values of the last iteration; slots that operations add into start at 0. */
  public void clear() {
    backend.upload(java.lang.foreign.MemorySegment.ofArray(new double[SLOTS]), all);
    entries.clear();
    next = 0;
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

  /** Values in the order of logging; waits for the device. */
  public Map<String, Double> values() {
    double[] slots = backend.downloadDoubles(all);
    Map<String, Double> values = new LinkedHashMap<>();
    for (Entry entry : entries) {
      values.merge(entry.name, slots[entry.index] * entry.scale, Double::sum);
    }
    return values;
  }

  /** Names of logged means that had nothing to average in this iteration (logged as 0, where the reference logs NaN). */
  public List<String> undefined() {
    double[] slots = backend.downloadDoubles(all);
    return entries.stream().filter(e -> e.countIndex >= 0 && slots[e.countIndex] == 0).map(Entry::name).toList();
  }

  @Override
  public void close() {
    storage.close();
  }
}
