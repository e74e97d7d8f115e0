package ciss.model;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.Tensor;

/** Training pass of {@link SingleScaleSegmentor}: one feature level, the four encoder stages. */
final class SingleScalePass implements TrainingPass {
  private static final int DEEPEST = MitVariant.STAGES - 1;

  private final MixTransformer.Run encoded;
  /** Null if the head was not saved. */
  private final DecodeHead.Run decoded;
  private final Tensor logits;
  private final Cotangent dLogits;

  SingleScalePass(Backend backend, MixTransformer.Run encoded, DecodeHead.Run decoded, Tensor logits) {
    this.encoded = encoded;
    this.decoded = decoded;
    this.logits = logits;
    this.dLogits = new Cotangent(backend, logits.shape());
  }

  @Override
  public Tensor logits() {
    return logits;
  }

  @Override
  public Tensor contextLogits() {
    return Tensor.ABSENT;
  }

  @Override
  public Tensor detailLogits() {
    return Tensor.ABSENT;
  }

  @Override
  public Box cropBox() {
    return null;
  }

  @Override
  public int levels() {
    return 1;
  }

  @Override
  public int maps(int level) {
    return MitVariant.STAGES;
  }

  @Override
  public Tensor feature(int level, int index) {
    return encoded.maps().get(index);
  }

  @Override
  public Tensor deepest(int scale) {
    return encoded.maps().get(DEEPEST);
  }

  @Override
  public int deepestCount() {
    return 1;
  }

  @Override
  public Tensor dLogits() {
    return dLogits.zeroed();
  }

  @Override
  public Tensor dContextLogits() {
    return Tensor.ABSENT;
  }

  @Override
  public Tensor dDetailLogits() {
    return Tensor.ABSENT;
  }

  @Override
  public Tensor dFeature(int level, int index) {
    return encoded.dMap(index);
  }

  @Override
  public Tensor dDeepest(int scale) {
    return encoded.dMap(DEEPEST);
  }

  @Override
  public void backward() {
    backward(Tensor.ABSENT);
  }

  @Override
  public void backward(Tensor dImage) {
    if (decoded != null) {
      decoded.backward(dLogits.tensor(), encoded.cotangents());
    }
    encoded.backward(dImage);
  }
}
