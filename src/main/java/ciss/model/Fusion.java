package ciss.model;

import ciss.nn.Pass;
import ciss.tensor.Tensor;

/** Fuses the concatenated embeddings of a decode head into one map. */
sealed interface Fusion permits AsppFusion, ConvFusion {
  /**
   * @param x embeddings {@code [slabs,n,h,w,width]}
   * @param y {@code [n,h,w,channels]}, overwritten
   */
  Run forward(Pass pass, Tensor x, Tensor y);

  /** One forward of a saved pass. */
  interface Run {
    /** Number of parallel branches; 0 if there is no such stage. */
    int branches();

    /** The outputs of the branches {@code [branches,n,h,w,channels]} again. */
    void branchOutputs(Tensor y);

    /** The {@code y} of the forward again. */
    void output(Tensor y);

    /**
     * Adds the gradients of the parameters.
     *
     * @param dy used up; absent: none
     * @param dBranches gradient of the branch outputs from elsewhere, used up; absent: none
     * @param dx overwritten, or added to if {@code accumulate}
     */
    void backward(Tensor x, Tensor dy, Tensor dBranches, Tensor dx, boolean accumulate);
  }
}
