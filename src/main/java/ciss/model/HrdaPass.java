package ciss.model;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Training pass of {@link HrdaSegmentor}. Feature levels (method.md 2.6): 0 the four stages of the context encoder; 1, 2, 3
 * the head's maps of context and detail; 4 the scores L' and P.
 */
final class HrdaPass implements TrainingPass {
  private static final int DEEPEST = MitVariant.STAGES - 1;
  private static final int SCORES = 4;

  private final Backend backend;
  private final HrdaImages images;
  private final boolean featuresOfAllScales;
  private final Box cropBox;
  private final MixTransformer.Run context;
  private final MixTransformer.Run detail;
  /** Null if the head was not saved. */
  private final HrdaHead.Run decoded;

  HrdaPass(
      Backend backend,
      HrdaImages images,
      boolean featuresOfAllScales,
      Box cropBox,
      MixTransformer.Run context,
      MixTransformer.Run detail,
      HrdaHead.Run decoded) {
    this.backend = backend;
    this.images = images;
    this.featuresOfAllScales = featuresOfAllScales;
    this.cropBox = cropBox;
    this.context = context;
    this.detail = detail;
    this.decoded = decoded;
  }

  private HrdaHead.Run decoded() {
    if (decoded == null) {
      throw new IllegalStateException("the head of this pass was not saved");
    }
    return decoded;
  }

  @Override
  public Tensor logits() {
    return decoded().fused();
  }

  @Override
  public Tensor contextLogits() {
    return decoded().weighted();
  }

  @Override
  public Tensor detailLogits() {
    return decoded().detail();
  }

  @Override
  public Box cropBox() {
    return cropBox;
  }

  @Override
  public int levels() {
    return SCORES + 1;
  }

  @Override
  public int maps(int level) {
    return level == 0 ? MitVariant.STAGES : 2;
  }

  /** The head's run over the context (0) or the detail (1). */
  private DecodeHead.Run run(int index) {
    return index == 0 ? decoded().contextRun() : decoded().detailRun();
  }

  @Override
  public Tensor feature(int level, int index) {
    return switch (level) {
      case 0 -> context.maps().get(index);
      case SCORES -> index == 0 ? contextLogits() : detailLogits();
      default -> run(index).feature(level);
    };
  }

  @Override
  public Tensor dFeature(int level, int index) {
    return switch (level) {
      case 0 -> context.dMap(index);
      case SCORES -> index == 0 ? dContextLogits() : dDetailLogits();
      default -> run(index).dFeature(level).zeroed();
    };
  }

  @Override
  public int deepestCount() {
    return featuresOfAllScales ? 2 : 1;
  }

  @Override
  public Tensor deepest(int scale) {
    return (scale == 0 ? context : detail).maps().get(DEEPEST);
  }

  @Override
  public Tensor dDeepest(int scale) {
    return (scale == 0 ? context : detail).dMap(DEEPEST);
  }

  @Override
  public Tensor dLogits() {
    return decoded().dFused().zeroed();
  }

  @Override
  public Tensor dContextLogits() {
    return decoded().dWeighted().zeroed();
  }

  @Override
  public Tensor dDetailLogits() {
    return decoded().dDetail().zeroed();
  }

  @Override
  public void backward() {
    backwardThroughNetwork(Tensor.ABSENT, Tensor.ABSENT);
  }

  @Override
  public void backward(Tensor dImage) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor dContextImage = frame.take(DType.F32, context.image().shape());
      Tensor dDetailImage = frame.take(DType.F32, detail.image().shape());
      backwardThroughNetwork(dContextImage, dDetailImage);
      images.contextBackward(dContextImage, dImage);
      images.detailBackward(dDetailImage, cropBox, dImage);
    }
  }

  private void backwardThroughNetwork(Tensor dContextImage, Tensor dDetailImage) {
    if (decoded != null) {
      decoded.backward(context.cotangents(), detail.cotangents());
    }
    detail.backward(dDetailImage);
    context.backward(dContextImage);
  }
}
