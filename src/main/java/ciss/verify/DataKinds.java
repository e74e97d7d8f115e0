package ciss.verify;

import java.util.List;

/** The kinds of reference cases that need no device: pictures, labels, sampling, scores. */
public final class DataKinds {
  private DataKinds() {}

  /** A new instance of each. */
  public static List<CaseKind> all() {
    return List.of(
        StylizationCase.fda(),
        StylizationCase.reinhard(),
        new RescaleCase(),
        new NormalizeCase(),
        new PhotometricDistortionCase(),
        new MetricsCase(),
        new PaintCase(),
        new PairPipelineCase(),
        new RareClassSamplingCase());
  }
}
