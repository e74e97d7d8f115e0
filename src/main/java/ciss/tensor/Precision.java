package ciss.tensor;

import java.util.Locale;

/**
 * Arithmetic of the matrix products, convolutions and attention of a backend. Sums, statistics, softmax, losses, parameters and
 * moments are float32 in each. The CPU knows {@link #FP32} only.
 */
public enum Precision {
  /** Operands and sums in float32. */
  FP32,
  /** Storage in float32; tensor cores round operands of products to 10 bits of mantissa and add up in float32. */
  TF32,
  /** Activations and their gradients stored in bfloat16, 7 bits of mantissa; sums in float32. */
  BF16;

  /** Largest error of an operand of a product relative to itself: half of the last place. */
  public double roundoff() {
    return switch (this) {
      case FP32 -> 0x1p-24;
      case TF32 -> 0x1p-11;
      case BF16 -> BFloat16.UNIT_ROUNDOFF;
    };
  }

  /** What layers keep activations in: {@link Backend#activations}. */
  public DType activations() {
    return this == BF16 ? DType.BF16 : DType.F32;
  }

  /** As written in a configuration: {@code tf32}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
