package ciss.verify;

import ciss.tensor.Backend;
import java.util.List;

/** The kinds of reference cases that are computed on a device: network, losses, mixing, training iterations. */
public final class NetworkKinds {
  private NetworkKinds() {}

  /** A new instance of each. */
  public static List<CaseKind> all(Backend backend) {
    return List.of(
        new MitKind(backend),
        new SegmentorKind(backend),
        new UpsampledCrossEntropyKind(backend),
        new ColorJitterKind(backend),
        new GaussianBlurKind(backend),
        new ClassMixKind(backend),
        new LabelDownscaleKind(backend),
        new UdaStepKind(backend));
  }
}
