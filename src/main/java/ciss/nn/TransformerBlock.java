package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * One block of the Mix Transformer: {@code m = x + DP(Attn(LN1(x)))}, {@code y = m + DP(FFN(LN2(m)))}; the two branches
 * have stochastic depth factors of their own.
 */
public final class TransformerBlock {
  private static final double EPS = 1e-6;

  private final Backend backend;
  private final LayerNorm norm1;
  private final EfficientAttention attention;
  private final LayerNorm norm2;
  private final MixFfn mlp;

  /** Adds {@code norm1, attn, norm2, mlp}. */
  public static void declare(NetworkTables.Builder tables, String prefix, int channels, int ratio) {
    LayerNorm.declare(tables, prefix + ".norm1", channels);
    EfficientAttention.declare(tables, prefix + ".attn", channels, ratio);
    LayerNorm.declare(tables, prefix + ".norm2", channels);
    MixFfn.declare(tables, prefix + ".mlp", channels);
  }

  public TransformerBlock(Network network, String prefix, int heads, int ratio) {
    this.backend = network.backend();
    this.norm1 = new LayerNorm(network, prefix + ".norm1", EPS);
    this.attention = new EfficientAttention(network, prefix + ".attn", heads, ratio);
    this.norm2 = new LayerNorm(network, prefix + ".norm2", EPS);
    this.mlp = new MixFfn(network, prefix + ".mlp");
  }

  /**
   * @param x {@code [n,h,w,c]}; must stay as it is if the pass is saved
   * @param factors {@code [2,n]}: what the attention branch, then the MLP branch of each sample is multiplied with; absent:
   *     1
   * @param y overwritten; must be {@code x} if the pass is not saved
   */
  public Run forward(Pass pass, Tensor x, Tensor factors, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor middle = pass.saving() ? pass.hold(x.shape()) : y;
      LayerNorm.Statistics s1 = LayerNorm.statistics(pass, x);
      LayerNorm.Statistics s2 = LayerNorm.statistics(pass, x);
      Tensor normalised = frame.take(x.dtype(), x.shape());
      Tensor branch = frame.take(x.dtype(), x.shape());
      norm1.forward(x, normalised, s1);
      EfficientAttention.Run attended = attention.forward(pass, normalised, branch);
      backend.residual(x, branch, factor(factors, 0), middle);
      norm2.forward(middle, normalised, s2);
      MixFfn.Run mixed = mlp.forward(pass, normalised, branch);
      backend.residual(middle, branch, factor(factors, 1), y);
      return new Run(x, s1, attended, middle, s2, mixed, factors);
    }
  }

  private static Tensor factor(Tensor factors, int branch) {
    return factors.isAbsent() ? factors : factors.at(branch);
  }

  /** One forward of a saved pass. */
  public final class Run {
    private final Tensor x;
    private final LayerNorm.Statistics s1;
    private final EfficientAttention.Run attended;
    private final Tensor middle;
    private final LayerNorm.Statistics s2;
    private final MixFfn.Run mixed;
    private final Tensor factors;

    private Run(
        Tensor x,
        LayerNorm.Statistics s1,
        EfficientAttention.Run attended,
        Tensor middle,
        LayerNorm.Statistics s2,
        MixFfn.Run mixed,
        Tensor factors) {
      this.x = x;
      this.s1 = s1;
      this.attended = attended;
      this.middle = middle;
      this.s2 = s2;
      this.mixed = mixed;
      this.factors = factors;
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param d in: gradient of the output; out: gradient of the input
     */
    public void backward(Tensor d) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor scaled = factors.isAbsent() ? d : frame.take(d.dtype(), d.shape());
        Tensor normalised = frame.take(x.dtype(), x.shape());
        Tensor dNormalised = frame.take(x.dtype(), x.shape());
        scale(d, factor(factors, 1), scaled);
        norm2.forward(middle, normalised, s2);
        mixed.backward(normalised, scaled, dNormalised);
        norm2.backwardAccumulate(middle, s2, dNormalised, d);
        scale(d, factor(factors, 0), scaled);
        norm1.forward(x, normalised, s1);
        attended.backward(normalised, scaled, dNormalised);
        norm1.backwardAccumulate(x, s1, dNormalised, d);
      }
    }

    private void scale(Tensor d, Tensor factor, Tensor scaled) {
      if (!factor.isAbsent()) {
        backend.scaleSamples(d, factor, scaled);
      }
    }
  }
}
