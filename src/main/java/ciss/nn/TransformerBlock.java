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
   * @param factors {@code [2,n]}: what the attention branch, then the MLP branch of each sample is multiplied with;
   *     absent: 1
   * @param y overwritten; must be {@code x} if the pass is not saved
   */
  public Run forward(Pass pass, Tensor x, Tensor factors, Tensor y) {
    boolean again = pass.saving() && !pass.keeps(MemoryLevel.LEAN);
    Pass inner = pass.saving(pass.saving() && !again);
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor middle = inner.saving() ? inner.hold(x.shape()) : y;
      Tensor branch = frame.take(x.dtype(), x.shape());
      Activations activations = activations(inner, x, factors, middle, branch, branch);
      backend.residual(middle, branch, factor(factors, 1), y);
      return again ? new Run(pass, x, factors, null) : new Run(pass, x, factors, activations);
    }
  }

  /**
   * What the backward reads beside the input.
   *
   * @param normalised1 output of the first norm, {@code normalised2} of the second; absent if they are to be computed
   *     again
   */
  private record Activations(
      LayerNorm.Statistics s1,
      Tensor normalised1,
      EfficientAttention.Run attended,
      Tensor middle,
      LayerNorm.Statistics s2,
      Tensor normalised2,
      MixFfn.Run mixed) {}

  /**
   * @param middle overwritten with the sum after the attention branch
   * @param branch used up
   * @param mixed overwritten with the MLP branch; may be {@code branch}; absent: only what a backward at {@link
   *     MemoryLevel#LEAN} reads is computed
   */
  private Activations activations(
      Pass pass, Tensor x, Tensor factors, Tensor middle, Tensor branch, Tensor mixed) {
    boolean keepsNorms = pass.keeps(MemoryLevel.KEEP_ALL);
    LayerNorm.Statistics s1 = LayerNorm.statistics(pass, x);
    LayerNorm.Statistics s2 = LayerNorm.statistics(pass, x);
    Tensor normalised1 = pass.hold(MemoryLevel.KEEP_ALL, x.shape());
    Tensor normalised2 = keepsNorms ? pass.hold(x.shape()) : normalised1;
    norm1.forward(x, normalised1, s1);
    EfficientAttention.Run attended = attention.forward(pass, normalised1, branch);
    backend.residual(x, branch, factor(factors, 0), middle);
    norm2.forward(middle, normalised2, s2);
    MixFfn.Run mlpRun = mlp.forward(pass, normalised2, mixed);
    return new Activations(
        s1,
        keepsNorms ? normalised1 : Tensor.ABSENT,
        attended,
        middle,
        s2,
        keepsNorms ? normalised2 : Tensor.ABSENT,
        mlpRun);
  }

  private static Tensor factor(Tensor factors, int branch) {
    return factors.isAbsent() ? factors : factors.at(branch);
  }

  /** One forward of a saved pass. */
  public final class Run {
    private final Pass pass;
    private final Tensor x;
    private final Tensor factors;
    /** Null if they are to be computed again. */
    private final Activations kept;

    private Run(Pass pass, Tensor x, Tensor factors, Activations kept) {
      this.pass = pass;
      this.x = x;
      this.factors = factors;
      this.kept = kept;
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param d in: gradient of the output; out: gradient of the input
     */
    public void backward(Tensor d) {
      if (kept != null) {
        backward(kept, d);
        return;
      }
      try (Workspace.Region region = backend.workspace().region()) {
        backward(recomputed(), d);
      }
    }

    /** In the open region. */
    private Activations recomputed() {
      Pass again = pass.at(MemoryLevel.LEAN);
      Tensor middle = again.hold(x.shape());
      try (Workspace.Frame frame = backend.workspace().frame()) {
        return activations(again, x, factors, middle, frame.take(x.dtype(), x.shape()), Tensor.ABSENT);
      }
    }

    private void backward(Activations a, Tensor d) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor scaled = factors.isAbsent() ? d : frame.take(d.dtype(), d.shape());
        Tensor normalised = frame.take(x.dtype(), x.shape());
        Tensor dNormalised = frame.take(x.dtype(), x.shape());
        scale(d, factor(factors, 1), scaled);
        Tensor second = normalised(norm2, a.middle, a.s2, a.normalised2, normalised);
        a.mixed.backward(second, scaled, dNormalised);
        norm2.backwardAccumulate(a.middle, a.s2, dNormalised, d);
        scale(d, factor(factors, 0), scaled);
        Tensor first = normalised(norm1, x, a.s1, a.normalised1, normalised);
        a.attended.backward(first, scaled, dNormalised);
        norm1.backwardAccumulate(x, a.s1, dNormalised, d);
      }
    }

    /** The output of a norm: what was kept of it, or computed again in {@code space}. */
    private static Tensor normalised(
        LayerNorm norm, Tensor x, LayerNorm.Statistics statistics, Tensor kept, Tensor space) {
      if (!kept.isAbsent()) {
        return kept;
      }
      norm.forward(x, space, statistics);
      return space;
    }

    private void scale(Tensor d, Tensor factor, Tensor scaled) {
      if (!factor.isAbsent()) {
        backend.scaleSamples(d, factor, scaled);
      }
    }
  }
}
