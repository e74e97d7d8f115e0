package ciss.model;

import ciss.model.SegmentorOptions.HeadType;
import ciss.nn.MemoryLevel;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/** Encoder and decode head at one scale. */
final class SingleScaleSegmentor implements Segmentor {
  private final Backend backend;
  private final ParameterStore store;
  private final SegmentorOptions options;
  private final MemoryLevel level;
  private final MixTransformer encoder;
  private final DecodeHead head;

  /** Adds {@code decode_head.*}. */
  static void declareHead(NetworkTables.Builder tables, SegmentorOptions options, int[] channels) {
    if (options.head().type() == HeadType.SEGFORMER) {
      SegformerHead.declare(tables, Segmentors.HEAD, options.head(), channels, options.classes());
    } else {
      DaformerHead.declare(tables, Segmentors.HEAD, options.head(), channels, options.classes());
    }
  }

  SingleScaleSegmentor(Network network, SegmentorOptions options, MemoryLevel level) {
    this.backend = network.backend();
    this.store = network.store();
    this.options = options;
    this.level = level;
    this.encoder = Segmentors.encoder(network, options);
    this.head =
        options.head().type() == HeadType.SEGFORMER
            ? new SegformerHead(network, Segmentors.HEAD, options.head())
            : new DaformerHead(network, Segmentors.HEAD, options.head());
  }

  @Override
  public ParameterStore store() {
    return store;
  }

  @Override
  public int classes() {
    return options.classes();
  }

  @Override
  public double detailLossWeight() {
    return 0;
  }

  @Override
  public double contextLossWeight() {
    return 0;
  }

  @Override
  public boolean featuresOfAllScales() {
    return false;
  }

  @Override
  public TrainingPass forwardTraining(Tensor image, PassDraws draws, Saving saving) {
    Pass pass = new Pass(backend, true, saving != Saving.NOTHING, level);
    int n = image.size(0);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      List<Tensor> factors =
          encoder.branchFactors(
              pass, n, (block, branch, b, p) -> draws.keepBranch(PassDraws.EncoderRun.CONTEXT, block, branch, b, p));
      MixTransformer.Run encoded = encoder.forward(pass, image, factors, saving.contextStages());
      if (saving != Saving.EVERYTHING) {
        head.forward(pass.saving(false), encoded.maps(), Tensor.ABSENT, Tensor.ABSENT);
        return new SingleScalePass(backend, encoded, null, Tensor.ABSENT);
      }
      Tensor dropout =
          head.dropoutFactors(pass, n, (b, c, p) -> draws.keepChannel(PassDraws.HeadRun.CONTEXT, b, c, p));
      Tensor first = encoded.maps().getFirst();
      Tensor logits = pass.holdFloats(n, first.size(1), first.size(2), classes());
      DecodeHead.Run decoded = head.forward(pass, encoded.maps(), dropout, logits);
      return new SingleScalePass(backend, encoded, decoded, logits);
    }
  }

  @Override
  public void encodeDecode(Tensor image, boolean batchStatistics, Tensor logits) {
    Pass pass = new Pass(backend, batchStatistics, false);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      MixTransformer.Run encoded = encoder.forward(pass, image, encoder.noDrops(), 0);
      head.forward(pass, encoded.maps(), Tensor.ABSENT, logits);
    }
  }

  @Override
  public WindowScores attentionMap() {
    return null;
  }

  @Override
  public int logitsHeight(int imageHeight) {
    return encoder.mapSize(0, imageHeight);
  }

  @Override
  public int logitsWidth(int imageWidth) {
    return encoder.mapSize(0, imageWidth);
  }

  @Override
  public List<Tensor> deepestMaps(Tensor image, Box cropBox) {
    return List.of(Segmentors.deepestMap(backend, encoder, image));
  }

  @Override
  public List<String> parametersWithoutGradient() {
    return options.head().type() == HeadType.SEGFORMER
        ? SegformerHead.unusedParameters(Segmentors.HEAD)
        : List.of();
  }
}
