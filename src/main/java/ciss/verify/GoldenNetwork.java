package ciss.verify;

import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import java.util.HashSet;
import java.util.Set;
import java.util.function.UnaryOperator;

/** State of a network of a reference case: loads stored or generated values, compares gradients and buffers. */
final class GoldenNetwork {
  private GoldenNetwork() {}

  /** Where the values of an entry come from. */
  @FunctionalInterface
  interface Source {
    float[] values(String name, long[] shape);
  }

  /** A store filled from {@code source}; the caller closes it. */
  static ParameterStore load(Backend backend, NetworkTables tables, boolean trained, Source source) {
    ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), trained);
    fill(backend, store.values(), source);
    fill(backend, store.buffers(), source);
    return store;
  }

  private static void fill(Backend backend, FlatBuffer buffer, Source source) {
    for (ParameterTable.Entry entry : buffer.table().entries()) {
      long[] shape = new long[entry.shape().rank()];
      for (int i = 0; i < shape.length; i++) {
        shape[i] = entry.shape().size(i);
      }
      backend.upload(source.values(entry.name(), shape), buffer.get(entry.name()));
    }
  }

  /**
   * Compares every gradient.
   *
   * @param nameInCase name of a parameter to the name of the stored gradient
   * @param without parameters that never receive one
   */
  static void compareGradients(
      Backend backend, ParameterStore store, UnaryOperator<String> nameInCase, Iterable<String> without, Comparison out) {
    Set<String> skipped = new HashSet<>();
    without.forEach(skipped::add);
    for (ParameterTable.Entry entry : store.gradients().table().entries()) {
      if (!skipped.contains(entry.name())) {
        out.tensor(nameInCase.apply(entry.name()), backend.download(store.gradient(entry.name())));
      }
    }
  }

  /** Compares every running statistic. */
  static void compareBuffers(
      Backend backend, ParameterStore store, UnaryOperator<String> nameInCase, Comparison out) {
    for (ParameterTable.Entry entry : store.buffers().table().entries()) {
      out.tensor(nameInCase.apply(entry.name()), backend.download(store.buffer(entry.name())));
    }
  }
}
