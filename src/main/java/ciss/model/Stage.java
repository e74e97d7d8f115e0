package ciss.model;

import ciss.nn.Convolution;
import ciss.nn.LayerNorm;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.nn.TransformerBlock;
import ciss.tensor.Backend;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;

/** One stage of the Mix Transformer: overlapping patch embedding, transformer blocks, layer norm. */
final class Stage {
  private static final double EMBEDDING_EPS = 1e-5;
  private static final double OUTPUT_EPS = 1e-6;

  private final Backend backend;
  private final Convolution projection;
  private final LayerNorm embeddingNorm;
  private final List<TransformerBlock> blocks = new ArrayList<>();
  private final LayerNorm outputNorm;

  /** Adds {@code patch_embed<s>}; the reference lists those of all stages first. */
  static void declareEmbedding(NetworkTables.Builder tables, String prefix, MitVariant variant, int s) {
    int channels = variant.channels()[s];
    int kernel = kernel(s);
    int in = s == 0 ? 3 : variant.channels()[s - 1];
    Init weight = new Init.Normal(Math.sqrt(2.0 / (kernel * kernel * channels)));
    String name = prefix + "patch_embed" + (s + 1);
    Convolution.declareWithBias(tables, name + ".proj", weight, new Init.Constant(0), in, channels, kernel);
    LayerNorm.declare(tables, name + ".norm", channels);
  }

  /** Adds {@code block<s>.*} and {@code norm<s>}. */
  static void declareBlocks(NetworkTables.Builder tables, String prefix, MitVariant variant, int s) {
    int channels = variant.channels()[s];
    for (int i = 0; i < variant.depths()[s]; i++) {
      TransformerBlock.declare(tables, prefix + "block" + (s + 1) + "." + i, channels, MitVariant.RATIOS[s]);
    }
    LayerNorm.declare(tables, prefix + "norm" + (s + 1), channels);
  }

  private static int kernel(int s) {
    return s == 0 ? 7 : 3;
  }

  Stage(Network network, String prefix, MitVariant variant, int s) {
    String embedding = prefix + "patch_embed" + (s + 1);
    this.backend = network.backend();
    this.projection = new Convolution(network, embedding + ".proj", s == 0 ? 4 : 2, kernel(s) / 2, 1);
    this.embeddingNorm = new LayerNorm(network, embedding + ".norm", EMBEDDING_EPS);
    for (int i = 0; i < variant.depths()[s]; i++) {
      String block = prefix + "block" + (s + 1) + "." + i;
      blocks.add(new TransformerBlock(network, block, MitVariant.HEADS[s], MitVariant.RATIOS[s]));
    }
    this.outputNorm = new LayerNorm(network, prefix + "norm" + (s + 1), OUTPUT_EPS);
  }

  /** Rows of the output for {@code h} input rows; the same for columns. */
  int outSize(int h) {
    return projection.outSize(h);
  }

  /**
   * @param x image or output of the stage before {@code [n,h,w,cIn]}; must stay as it is if the pass is saved
   * @param factors per block {@code [2,n]} or absent
   * @param y float32 {@code [n,hOut,wOut,c]}, overwritten
   */
  Run forward(Pass pass, Tensor x, List<Tensor> factors, Tensor y) {
    try (Workspace.Frame frame = pass.workspace().frame()) {
      Tensor projected = pass.hold(y.shape());
      LayerNorm.Statistics embedded = LayerNorm.statistics(pass, y);
      Tensor tokens = pass.saving() ? pass.hold(y.shape()) : projected;
      projection.forward(x, projected);
      embeddingNorm.forward(projected, tokens, embedded);
      List<TransformerBlock.Run> runs = new ArrayList<>();
      for (int i = 0; i < blocks.size(); i++) {
        Tensor next = pass.saving() ? pass.hold(y.shape()) : tokens;
        runs.add(blocks.get(i).forward(pass, tokens, factors.get(i), next));
        tokens = next;
      }
      LayerNorm.Statistics normalised = LayerNorm.statistics(pass, y);
      outputNorm.forward(tokens, y, normalised);
      return new Run(x, projected, embedded, runs, tokens, normalised);
    }
  }

  /** One forward of a saved pass. */
  final class Run {
    private final Tensor x;
    private final Tensor projected;
    private final LayerNorm.Statistics embedded;
    private final List<TransformerBlock.Run> runs;
    private final Tensor tokens;
    private final LayerNorm.Statistics normalised;

    private Run(
        Tensor x,
        Tensor projected,
        LayerNorm.Statistics embedded,
        List<TransformerBlock.Run> runs,
        Tensor tokens,
        LayerNorm.Statistics normalised) {
      this.x = x;
      this.projected = projected;
      this.embedded = embedded;
      this.runs = runs;
      this.tokens = tokens;
      this.normalised = normalised;
    }

    /**
     * Adds the gradients of the parameters.
     *
     * @param dy float32 gradient of the output, used up as scratch memory
     * @param dx float32 gradient of {@code x}, overwritten, or added to if {@code accumulate}; absent: not computed
     */
    void backward(Tensor dy, Tensor dx, boolean accumulate) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor d = dy.dtype() == tokens.dtype() ? dy : frame.take(tokens.dtype(), tokens.shape());
        outputNorm.backward(tokens, normalised, dy, d);
        for (int i = runs.size() - 1; i >= 0; i--) {
          runs.get(i).backward(d);
        }
        embeddingNorm.backward(projected, embedded, d, d);
        projection.backwardWeight(x, d);
        if (!dx.isAbsent()) {
          projection.backwardInput(d, dx, accumulate);
        }
      }
    }
  }
}
