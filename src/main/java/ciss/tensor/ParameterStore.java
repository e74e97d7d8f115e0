package ciss.tensor;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The state of one network: parameters, gradients (only if it is trained) and BatchNorm running statistics, each in one
 * {@link FlatBuffer}, plus the count of training-mode BatchNorm calls per layer (which the reference saves as {@code
 * num_batches_tracked}; kept on the host).
 */
public final class ParameterStore implements AutoCloseable {
  private final FlatBuffer values;
  private final FlatBuffer gradients;
  private final FlatBuffer buffers;
  private final Map<String, long[]> batchCounts = new LinkedHashMap<>();

  /**
   * @param buffers table of {@code running_mean} / {@code running_var} entries
   * @param trained false: no gradient buffer exists (teacher, frozen encoder)
   */
  public ParameterStore(Backend backend, ParameterTable parameters, ParameterTable buffers, boolean trained) {
    this.values = new FlatBuffer(backend, parameters);
    this.gradients = trained ? new FlatBuffer(backend, parameters) : null;
    this.buffers = new FlatBuffer(backend, buffers);
  }

  public FlatBuffer values() {
    return values;
  }

  public boolean trained() {
    return gradients != null;
  }

  /** Gradients, accumulated by every backward until cleared. */
  public FlatBuffer gradients() {
    return gradients;
  }

  public FlatBuffer buffers() {
    return buffers;
  }

  public Tensor value(String name) {
    return values.get(name);
  }

  /** Gradient of a parameter, or {@link Tensor#ABSENT} if this network is not trained. */
  public Tensor gradient(String name) {
    return gradients == null ? Tensor.ABSENT : gradients.get(name);
  }

  public Tensor buffer(String name) {
    return buffers.get(name);
  }

  /** The counter {@code prefix.num_batches_tracked}: one mutable element, shared with the layer that counts. */
  public long[] batchCount(String prefix) {
    return batchCounts.computeIfAbsent(prefix, k -> new long[1]);
  }

  /** All counters by the name of their BatchNorm layer, in the order in which the layers were made. */
  public Map<String, long[]> batchCounts() {
    return Collections.unmodifiableMap(batchCounts);
  }

  @Override
  public void close() {
    values.close();
    buffers.close();
    if (gradients != null) {
      gradients.close();
    }
  }
}
