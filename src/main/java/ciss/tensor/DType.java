package ciss.tensor;

/** Element types of tensors. Activations and parameters are {@link #F32}; labels and masks {@link #U8}. */
public enum DType {
  F32(4),
  F64(8),
  U8(1);

  private final int bytes;

  DType(int bytes) {
    this.bytes = bytes;
  }

  /** Bytes of one element. */
  public int bytes() {
    return bytes;
  }
}
