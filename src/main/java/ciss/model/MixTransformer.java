package ciss.model;

import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * Mix Transformer encoder (method.md 1.1): four stages at strides 4, 8, 16 and 32. Every output has passed its stage's layer
 * norm and is also the input of the next stage.
 */
public final class MixTransformer {
  private final Backend backend;
  private final MitVariant variant;
  private final float[] dropRates;
  private final List<Stage> stages = new ArrayList<>();

  /** Whether a branch (0 attention, 1 MLP) of a block is kept for a sample; blocks are counted through all stages. */
  @FunctionalInterface
  public interface BranchDraws {
    boolean keep(int block, int branch, int sample, double dropProbability);
  }

  /**
   * Adds all parameters in the reference's order.
   *
   * @param prefix {@code backbone.} inside a segmentor, empty for the encoder alone
   * @param variant 0 to 5
   */
  public static void declare(NetworkTables.Builder tables, String prefix, int variant) {
    MitVariant sizes = MitVariant.of(variant);
    for (int s = 0; s < MitVariant.STAGES; s++) {
      Stage.declareEmbedding(tables, prefix, sizes, s);
    }
    for (int s = 0; s < MitVariant.STAGES; s++) {
      Stage.declareBlocks(tables, prefix, sizes, s);
    }
  }

  /**
   * @param dropPath stochastic depth rate of the last block
   */
  public MixTransformer(Network network, String prefix, int variant, double dropPath) {
    this.backend = network.backend();
    this.variant = MitVariant.of(variant);
    this.dropRates = linspace((float) dropPath, this.variant.blocks());
    for (int s = 0; s < MitVariant.STAGES; s++) {
      stages.add(new Stage(network, prefix, this.variant, s));
    }
  }

  /** Channels of stage {@code s} (0 to 3). */
  public int channels(int s) {
    return variant.channels()[s];
  }

  /** Rows of the output of stage {@code s} for an image with {@code h} rows; the same for columns. */
  public int mapSize(int s, int h) {
    int size = h;
    for (int i = 0; i <= s; i++) {
      size = stages.get(i).outSize(size);
    }
    return size;
  }

  /** {@code linspace(0, end, n)} with the float32 roundings of the reference, which counts from both ends. */
  private static float[] linspace(float end, int n) {
    float[] values = new float[n];
    float step = end / (n - 1);
    for (int i = 0; i < n; i++) {
      values[i] = i < n / 2 ? step * i : end - step * (n - 1 - i);
    }
    return values;
  }

  /** Stochastic depth switched off (teacher, evaluation). */
  public List<Tensor> noDrops() {
    return Collections.nCopies(variant.blocks(), Tensor.ABSENT);
  }

  /**
   * Stochastic depth factors of one forward: per block {@code [2,n]}, {@code 1/(1-p)} for a kept branch and 0 for a dropped
   * one; absent for blocks that are never dropped.
   */
  public List<Tensor> branchFactors(Pass pass, int n, BranchDraws draws) {
    int blocks = variant.blocks();
    float[] values = new float[blocks * 2 * n];
    for (int i = 0; i < values.length; i++) {
      int block = i / (2 * n);
      double p = dropRates[block];
      boolean kept = p == 0 || draws.keep(block, i / n % 2, i % n, p);
      values[i] = kept ? 1 / (float) (1 - p) : 0;
    }
    Tensor all = pass.holdFloats(blocks, 2, n);
    backend.upload(values, all);
    List<Tensor> factors = new ArrayList<>();
    for (int block = 0; block < blocks; block++) {
      factors.add(dropRates[block] == 0 ? Tensor.ABSENT : all.at(block));
    }
    return factors;
  }

  /**
   * Encodes an image. Maps and everything the backward reads are kept in the open region for the first {@code savedStages}
   * stages; the rest is taken from the caller's open frame.
   *
   * @param image {@code [n,h,w,3]}; must stay as it is if anything is saved
   * @param factors see {@link #branchFactors}
   */
  public Run forward(Pass pass, Tensor image, List<Tensor> factors, int savedStages) {
    List<Tensor> maps = new ArrayList<>();
    List<Stage.Run> runs = new ArrayList<>();
    Tensor x = image;
    int block = 0;
    for (int s = 0; s < stages.size(); s++) {
      Pass stagePass = pass.saving(s < savedStages);
      Stage stage = stages.get(s);
      Tensor y = stagePass.holdFloats(x.size(0), stage.outSize(x.size(1)), stage.outSize(x.size(2)), channels(s));
      int depth = variant.depths()[s];
      runs.add(stage.forward(stagePass, x, factors.subList(block, block + depth), y));
      maps.add(y);
      block += depth;
      x = y;
    }
    return new Run(image, maps, runs.subList(0, savedStages));
  }

  /** One forward: its maps, the gradients with respect to them, and its backward. */
  public final class Run {
    private final Tensor image;
    private final List<Tensor> maps;
    private final List<Stage.Run> runs;
    private final List<Cotangent> cotangents = new ArrayList<>();

    private Run(Tensor image, List<Tensor> maps, List<Stage.Run> runs) {
      this.image = image;
      this.maps = maps;
      this.runs = runs;
      for (Tensor map : maps) {
        cotangents.add(new Cotangent(backend, map.shape()));
      }
    }

    Tensor image() {
      return image;
    }

    /** The four maps {@code [n,h,w,c]}. */
    public List<Tensor> maps() {
      return maps;
    }

    List<Cotangent> cotangents() {
      return cotangents;
    }

    /** Gradient of the output of stage {@code s}, zero when first asked for. */
    public Tensor dMap(int s) {
      return cotangents.get(s).zeroed();
    }

    /**
     * Adds the gradients of the parameters of all stages up to the deepest one with a cotangent. Uses up the cotangents.
     *
     * @param dImage overwritten; absent: not computed
     * @throws IllegalStateException if a stage has a cotangent but was not saved
     */
    public void backward(Tensor dImage) {
      boolean reached = false;
      for (int s = stages.size() - 1; s >= 0; s--) {
        if (!cotangents.get(s).exists()) {
          continue;
        }
        if (s >= runs.size()) {
          throw new IllegalStateException("encoder stage " + (s + 1) + " has a gradient but was not saved");
        }
        boolean first = s == 0;
        boolean accumulate = !first && cotangents.get(s - 1).exists();
        Tensor dx = first ? dImage : cotangents.get(s - 1).created();
        runs.get(s).backward(cotangents.get(s).tensor(), dx, accumulate);
        reached = true;
      }
      if (!reached && !dImage.isAbsent()) {
        backend.fill(dImage, 0);
      }
    }
  }
}
