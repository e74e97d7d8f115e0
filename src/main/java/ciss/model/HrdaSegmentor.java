package ciss.model;

import ciss.error.ShapeException;
import ciss.nn.MemoryLevel;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Encoder and HRDA head at two scales (method.md 1.4). */
final class HrdaSegmentor implements Segmentor {
  /** Detail windows of a prediction with running statistics go through the network in groups of about this many pixels. */
  private static final long PIXELS_AT_ONCE = 1 << 19;

  private final Backend backend;
  private final ParameterStore store;
  private final SegmentorOptions options;
  private final MemoryLevel level;
  private final HrdaImages images;
  private final MixTransformer encoder;
  private final HrdaHead head;

  /** Adds {@code decode_head.*}. */
  static void declareHead(NetworkTables.Builder tables, SegmentorOptions options, int[] channels) {
    HrdaHead.declare(tables, Segmentors.HEAD, options, channels);
  }

  HrdaSegmentor(Network network, SegmentorOptions options, MemoryLevel level) {
    this.backend = network.backend();
    this.store = network.store();
    this.options = options;
    this.level = level;
    this.images = new HrdaImages(backend, options.hrda());
    this.encoder = Segmentors.encoder(network, options);
    this.head = new HrdaHead(network, Segmentors.HEAD, options);
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
    return options.hrda().detailLossWeight();
  }

  @Override
  public double contextLossWeight() {
    return options.hrda().contextLossWeight();
  }

  @Override
  public boolean featuresOfAllScales() {
    return options.hrda().featuresOfAllScales();
  }

  @Override
  public TrainingPass forwardTraining(Tensor image, PassDraws draws, Saving saving) {
    int n = image.size(0);
    Pass contextPass = new Pass(backend, true, saving != Saving.NOTHING, level);
    Pass detailPass = contextPass.saving(saving == Saving.EVERYTHING);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor contextImage = images.context(contextPass, image);
      MixTransformer.Run context =
          encoder.forward(
              contextPass,
              contextImage,
              branchFactors(contextPass, n, PassDraws.EncoderRun.CONTEXT, draws),
              saving.contextStages());
      Box cropBox = images.drawCropBox(image, draws);
      Tensor detailImage = images.crop(detailPass, images.detailSource(detailPass, image), cropBox);
      MixTransformer.Run detail =
          encoder.forward(
              detailPass,
              detailImage,
              branchFactors(detailPass, n, PassDraws.EncoderRun.DETAIL, draws),
              saving == Saving.EVERYTHING ? MitVariant.STAGES : 0);
      if (saving != Saving.EVERYTHING) {
        head.updateStatistics(detailPass, context.maps(), detail.maps());
        return new HrdaPass(backend, images, featuresOfAllScales(), cropBox, context, detail, null);
      }
      HrdaHead.Dropout dropout = head.dropout(detailPass, n, draws);
      HrdaHead.Run decoded = head.forward(detailPass, context.maps(), detail.maps(), dropout, cropBox);
      return new HrdaPass(backend, images, featuresOfAllScales(), cropBox, context, detail, decoded);
    }
  }

  private List<Tensor> branchFactors(Pass pass, int n, PassDraws.EncoderRun run, PassDraws draws) {
    return encoder.branchFactors(
        pass, n, (block, branch, sample, p) -> draws.keepBranch(run, block, branch, sample, p));
  }

  @Override
  public void encodeDecode(Tensor image, boolean batchStatistics, Tensor logits) {
    predict(image, batchStatistics, logits, (dims, attention) -> {});
  }

  private void predict(
      Tensor image, boolean batchStatistics, Tensor logits, BiConsumer<FusionDims, Tensor> attentionReader) {
    Pass pass = new Pass(backend, batchStatistics, false);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      List<Tensor> context = encode(pass, images.context(pass, image));
      Tensor source = images.detailSource(pass, image);
      head.predict(pass, context, detail -> decodeDetail(pass, source, detail), logits, attentionReader);
    }
  }

  @Override
  public WindowScores attentionMap() {
    return new WindowScores() {
      @Override
      public int classes() {
        return 1;
      }

      @Override
      public void encodeDecode(Tensor image, boolean batchStatistics, Tensor map) {
        try (Workspace.Frame frame = backend.workspace().frame()) {
          Tensor fused = frame.take(map.size(0), map.size(1), map.size(2), options.classes());
          predict(
              image,
              batchStatistics,
              fused,
              (dims, attention) -> ScaleAttention.map(backend, dims, attention, fused, map));
        }
      }

      @Override
      public int logitsHeight(int imageHeight) {
        return HrdaSegmentor.this.logitsHeight(imageHeight);
      }

      @Override
      public int logitsWidth(int imageWidth) {
        return HrdaSegmentor.this.logitsWidth(imageWidth);
      }
    };
  }

  private List<Tensor> encode(Pass pass, Tensor image) {
    return encoder.forward(pass, image, encoder.noDrops(), 0).maps();
  }

  /** Class scores of the detail branch: of the whole image, or the mean over sliding windows. */
  private void decodeDetail(Pass pass, Tensor image, Tensor logits) {
    int n = image.size(0);
    List<Box> windows = images.windows(image.size(1), image.size(2));
    Box first = windows.getFirst();
    List<Box> places = new ArrayList<>();
    for (Box window : windows) {
      places.add(window.dividedBy(HrdaHead.STRIDE));
    }
    try (Workspace.Frame frame = backend.workspace().frame()) {
      int h = encoder.mapSize(0, first.height());
      int w = encoder.mapSize(0, first.width());
      if (windows.size() == 1) {
        requirePlaces(List.of(new Box(0, h, 0, w)), h, w, logits);
        decode(pass, image, logits);
        return;
      }
      requirePlaces(places, h, w, logits);
      Tensor tiles = frame.take(windows.size() * n, h, w, classes());
      int group = groupSize(pass, windows.size(), (long) n * first.height() * first.width());
      for (int i = 0; i < windows.size(); i += group) {
        int end = Math.min(i + group, windows.size());
        decodeWindows(pass, image, windows.subList(i, end), tiles.rows(i * n, end * n));
      }
      backend.averageWindows(tiles, places, logits);
    }
  }

  /** Window corners divided by the stride must lie where the encoder puts its maps. */
  private static void requirePlaces(List<Box> places, int tileHeight, int tileWidth, Tensor logits) {
    Box last = places.getLast();
    boolean tilesFit = places.stream().allMatch(p -> p.height() == tileHeight && p.width() == tileWidth);
    if (!tilesFit || last.y2() != logits.size(1) || last.x2() != logits.size(2)) {
      throw new ShapeException(
          ("detail windows with maps of %dx%d do not tile the fused scores of %dx%d: image or window sizes must be multiples"
                  + " of 8")
              .formatted(tileHeight, tileWidth, logits.size(1), logits.size(2)));
    }
  }

  /** Batch statistics are those of all windows together (method.md Q7); otherwise windows are independent. */
  private static int groupSize(Pass pass, int windows, long pixelsPerWindow) {
    return pass.batchStatistics() ? windows : (int) Math.max(1, PIXELS_AT_ONCE / pixelsPerWindow);
  }

  private void decodeWindows(Pass pass, Tensor image, List<Box> windows, Tensor logits) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Box first = windows.getFirst();
      Tensor cut = frame.take(windows.size() * image.size(0), first.height(), first.width(), image.size(3));
      backend.cutWindows(image, windows, cut);
      decode(pass, cut, logits);
    }
  }

  private void decode(Pass pass, Tensor image, Tensor logits) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      head.head().forward(pass, encode(pass, image), Tensor.ABSENT, logits);
    }
  }

  @Override
  public int logitsHeight(int imageHeight) {
    return head.fusedSize(encoder.mapSize(0, images.contextSize(imageHeight)));
  }

  @Override
  public int logitsWidth(int imageWidth) {
    return logitsHeight(imageWidth);
  }

  @Override
  public List<Tensor> deepestMaps(Tensor image, Box cropBox) {
    return Segmentors.deepestMaps(backend, encoder, images, featuresOfAllScales(), image, cropBox);
  }

  @Override
  public List<String> parametersWithoutGradient() {
    return List.of();
  }
}
