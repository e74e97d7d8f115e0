package ciss.tensor.cuda;

import ciss.tensor.DType;
import ciss.tensor.Tensor;

/**
 * A kernel for each type of activations: the same source, parameters and grid.
 *
 * @param f32 named {@code ..._f32}
 * @param bf16 named {@code ..._bf16}
 */
record TypedKernel(Kernel f32, Kernel bf16) {
  /** The one for maps of this tensor's type. */
  Kernel of(Tensor activation) {
    return activation.dtype() == DType.BF16 ? bf16 : f32;
  }
}
