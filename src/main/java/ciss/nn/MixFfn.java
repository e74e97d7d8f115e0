package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** SegFormer's feed-forward branch: linear to 4c, depthwise 3x3 with bias, GELU, linear to c. */
public final class MixFfn {
  private static final int RATIO = 4;

  private final Backend backend;
  private final Linear fc1;
  private final Linear fc2;
  private final Tensor filters;
  private final Tensor bias;
  private final Tensor dFilters;
  private final Tensor dBias;

  /** Adds {@code fc1, dwconv.dwconv, fc2}. */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels) {
    Init weight = new Init.TruncatedNormal(0.02);
    Init zero = new Init.Constant(0);
    int hidden = RATIO * channels;
    Linear.declare(tables, prefix + ".fc1", weight, zero, channels, hidden);
    // Fan-out of a depthwise filter in the encoder: 3*3*hidden/groups.
    tables
        .parameter(prefix + ".dwconv.dwconv.weight", new Init.Normal(Math.sqrt(2.0 / 9)), hidden, 1, 3, 3)
        .parameter(prefix + ".dwconv.dwconv.bias", zero, hidden);
    Linear.declare(tables, prefix + ".fc2", weight, zero, hidden, channels);
  }

  public MixFfn(Network network, String prefix) {
    this.backend = network.backend();
    this.fc1 = new Linear(network, prefix + ".fc1");
    this.fc2 = new Linear(network, prefix + ".fc2");
    String depthwise = prefix + ".dwconv.dwconv";
    this.filters = network.value(depthwise + ".weight");
    this.bias = network.value(depthwise + ".bias");
    this.dFilters = network.optionalGradient(depthwise + ".weight");
    this.dBias = network.optionalGradient(depthwise + ".bias");
  }

  private static DepthwiseDims dims(Tensor hidden) {
    return new DepthwiseDims(hidden.size(0), hidden.size(1), hidden.size(2), hidden.size(3), 1);
  }

  /**
   * @param x normalised tokens {@code [n,h,w,c]}
   * @param y of the same shape, overwritten; absent: only what a backward at {@link MemoryLevel#LEAN} reads is computed
   */
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor hidden = pass.hold(x.size(0), x.size(1), x.size(2), RATIO * x.size(3));
      fc1.forward(x, hidden);
      if (y.isAbsent()) {
        return new Run(hidden, Tensor.ABSENT, Tensor.ABSENT);
      }
      boolean keepsPre = pass.keeps(MemoryLevel.FUSED);
      Tensor activated = pass.hold(MemoryLevel.KEEP_ALL, hidden.shape());
      Tensor pre = keepsPre ? pass.hold(hidden.shape()) : activated;
      backend.depthwiseGelu(dims(hidden), hidden, filters, bias, pre, activated);
      fc2.forward(activated, y);
      return new Run(
          hidden, keepsPre ? pre : Tensor.ABSENT, pass.keeps(MemoryLevel.KEEP_ALL) ? activated : Tensor.ABSENT);
    }
  }

  /** One forward of a saved pass. */
  public final class Run {
    private final Tensor hidden;
    /** In front of the GELU; absent if it is to be computed again. */
    private final Tensor pre;
    /** After the GELU; likewise. */
    private final Tensor activated;

    private Run(Tensor hidden, Tensor pre, Tensor activated) {
      this.hidden = hidden;
      this.pre = pre;
      this.activated = activated;
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param x of the forward
     * @param dx overwritten; may be {@code x}
     */
    public void backward(Tensor x, Tensor dy, Tensor dx) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor d = frame.take(hidden.dtype(), hidden.shape());
        Tensor other = frame.take(hidden.dtype(), hidden.shape());
        Tensor before = pre.isAbsent() ? other : pre;
        Tensor after = activated.isAbsent() ? d : activated;
        if (pre.isAbsent()) {
          backend.depthwiseGelu(dims(hidden), hidden, filters, bias, before, after);
        } else if (activated.isAbsent()) {
          backend.gelu(before, after);
        }
        fc2.backward(after, dy, d);
        backend.geluBackward(before, d, d);
        backend.depthwiseBackwardWeight(dims(hidden), hidden, d, dFilters, dBias);
        Tensor dHidden = other;
        backend.depthwiseBackwardInput(dims(hidden), d, filters, dHidden);
        fc1.backward(x, dHidden, dx);
      }
    }
  }
}
