package ciss.tensor;

/**
 * One float32 value per entry element of a {@link ParameterTable}, in one flat tensor: parameters, gradients, a moment
 * of AdamW, the teacher, or BatchNorm running statistics. Padding between entries is 0 and stays 0.
 */
public final class FlatBuffer implements AutoCloseable {
  private final ParameterTable table;
  private final Storage storage;
  private final Tensor flat;

  /** Allocates zeros. */
  public FlatBuffer(Backend backend, ParameterTable table) {
    this.table = table;
    this.storage = backend.allocate(Math.max(64, table.elements() * DType.F32.bytes()));
    this.flat = Tensor.of(storage, 0, Shape.of(Math.toIntExact(table.elements())), DType.F32);
  }

  public ParameterTable table() {
    return table;
  }

  /** The whole buffer, padding included. */
  public Tensor flat() {
    return flat;
  }

  /** View of one entry. */
  public Tensor get(String name) {
    ParameterTable.Entry entry = table.entry(name);
    return Tensor.of(storage, entry.offset() * DType.F32.bytes(), entry.shape(), DType.F32);
  }

  @Override
  public void close() {
    storage.close();
  }
}
