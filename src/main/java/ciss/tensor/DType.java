package ciss.tensor;

/**
 * Element types of tensors. Parameters, statistics, class scores, images and losses' gradients are {@link #F32}; activations
 * and their gradients are what {@link Backend#activations} says; labels and masks {@link #U8}.
 */
public enum DType {
  F32(4),
  F64(8),
  /** The upper half of a float32, rounded to nearest even: 8 bits of significand. */
  BF16(2),
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
