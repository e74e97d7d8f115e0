package ciss.nn;

import ciss.tensor.Tensor;

/**
 * Convolution without bias, batch norm, ReLU: the unit from which the decode heads are built. Only the map in front of the
 * batch norm is saved; the activated one is computed again where the backward needs it.
 */
public interface ConvUnit {
  /**
   * @param x map or slab map
   * @param y the activated map, overwritten
   */
  Run forward(Pass pass, Tensor x, Tensor y);

  /** One forward of a saved pass. */
  interface Run {
    /** The {@code y} of the forward again. */
    void activation(Tensor y);

    /**
     * Adds the gradients of the parameters.
     *
     * @param x of the forward
     * @param dy used up as scratch memory
     * @param dx overwritten (then it may be {@code x}), or added to if {@code accumulate}
     */
    void backward(Tensor x, Tensor dy, Tensor dx, boolean accumulate);
  }
}
