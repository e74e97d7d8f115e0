package ciss.nn;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.Backend;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * SegFormer's self-attention (method.md 1.1): keys and values come from a map reduced R times per axis by a convolution
 * (kernel = stride = R, rest rows and columns dropped) and a layer norm; with R = 1 from the tokens themselves.
 */
public final class EfficientAttention {
  private static final double REDUCED_NORM_EPS = 1e-5;

  private final Backend backend;
  private final int heads;
  private final Linear query;
  private final Linear keyValue;
  private final Linear projection;
  /** Reduction and its norm; null with R = 1. */
  private final Convolution reduction;
  private final LayerNorm reducedNorm;

  /** Adds {@code q, kv, proj} and, for R above 1, {@code sr, norm}. */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels, int ratio) {
    Init weight = new Init.TruncatedNormal(0.02);
    Init zero = new Init.Constant(0);
    Linear.declare(tables, prefix + ".q", weight, zero, channels, channels);
    Linear.declare(tables, prefix + ".kv", weight, zero, channels, 2 * channels);
    Linear.declare(tables, prefix + ".proj", weight, zero, channels, channels);
    if (ratio > 1) {
      Init normal = new Init.Normal(Math.sqrt(2.0 / (ratio * ratio * channels)));
      Convolution.declareWithBias(tables, prefix + ".sr", normal, zero, channels, channels, ratio);
      LayerNorm.declare(tables, prefix + ".norm", channels);
    }
  }

  public EfficientAttention(Network network, String prefix, int heads, int ratio) {
    this.backend = network.backend();
    this.heads = heads;
    this.query = new Linear(network, prefix + ".q");
    this.keyValue = new Linear(network, prefix + ".kv");
    this.projection = new Linear(network, prefix + ".proj");
    this.reduction = ratio > 1 ? new Convolution(network, prefix + ".sr", ratio, 0, 1) : null;
    this.reducedNorm = ratio > 1 ? new LayerNorm(network, prefix + ".norm", REDUCED_NORM_EPS) : null;
  }

  private boolean reduces() {
    return reduction != null;
  }

  private AttentionDims dims(Tensor q, Tensor kv) {
    return new AttentionDims(q.size(0), q.size(1), kv.size(1), heads, q.size(2) / heads);
  }

  /**
   * @param x normalised tokens {@code [n,h,w,c]}
   * @param y of the same shape, overwritten
   */
  public Run forward(Pass pass, Tensor x, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      int n = x.size(0);
      int tokens = x.size(1) * x.size(2);
      int c = x.size(3);
      Tensor q = pass.hold(n, tokens, c);
      query.forward(x, q);
      Tensor reduced = Tensor.ABSENT;
      LayerNorm.Statistics statistics = null;
      Tensor context = x;
      if (reduces()) {
        reduced = pass.hold(n, reduction.outSize(x.size(1)), reduction.outSize(x.size(2)), c);
        statistics = LayerNorm.statistics(pass, reduced);
        context = pass.hold(MemoryLevel.KEEP_ALL, reduced.shape());
        reduction.forward(x, reduced);
        reducedNorm.forward(reduced, context, statistics);
      }
      Tensor kv = pass.hold(n, context.size(1) * context.size(2), 2 * c);
      keyValue.forward(context, kv);
      Tensor o = pass.hold(n, tokens, c);
      Tensor logSumExp = pass.holdFloats(n, heads, tokens);
      backend.attention(dims(q, kv), q, kv, o, logSumExp);
      projection.forward(o, y);
      boolean keepsContext = reduces() && pass.keeps(MemoryLevel.KEEP_ALL);
      return new Run(q, reduced, statistics, keepsContext ? context : Tensor.ABSENT, kv, o, logSumExp);
    }
  }

  /** One forward of a saved pass. */
  public final class Run {
    private final Tensor q;
    private final Tensor reduced;
    private final LayerNorm.Statistics statistics;
    /** The normalised reduced map; absent if there is none or it is to be computed again. */
    private final Tensor context;
    private final Tensor kv;
    private final Tensor o;
    private final Tensor logSumExp;

    private Run(
        Tensor q,
        Tensor reduced,
        LayerNorm.Statistics statistics,
        Tensor context,
        Tensor kv,
        Tensor o,
        Tensor logSumExp) {
      this.q = q;
      this.reduced = reduced;
      this.statistics = statistics;
      this.context = context;
      this.kv = kv;
      this.o = o;
      this.logSumExp = logSumExp;
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param x of the forward
     * @param dx {@code [n,h,w,c]}, overwritten
     */
    public void backward(Tensor x, Tensor dy, Tensor dx) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor dO = frame.take(o.dtype(), o.shape());
        projection.backward(o, dy, dO);
        Tensor dkv = frame.take(kv.dtype(), kv.shape());
        backend.attentionBackward(dims(q, kv), q, kv, o, logSumExp, dO, dO, dkv);
        if (reduces()) {
          Tensor d = frame.take(reduced.dtype(), reduced.shape());
          Tensor normalised = context.isAbsent() ? d : context;
          if (context.isAbsent()) {
            reducedNorm.forward(reduced, normalised, statistics);
          }
          keyValue.backward(normalised, dkv, d);
          reducedNorm.backward(reduced, statistics, d, d);
          reduction.backwardWeight(x, d);
          reduction.backwardInput(d, dx, false);
        } else {
          keyValue.backward(x, dkv, dx);
        }
        query.backwardAccumulate(x, dO, dx);
      }
    }
  }
}
