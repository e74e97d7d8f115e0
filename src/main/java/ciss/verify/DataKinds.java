package ciss.verify;

import java.util.List;

/** The kinds of reference cases that need no device: pictures, labels, sampling, scores, files. */
public final class DataKinds {
  private DataKinds() {}

  /** A new instance of each. */
  public static List<CaseKind> all() {
    return List.of(
        StylizationKind.fda(),
        StylizationKind.reinhard(),
        new RescaleKind(),
        new NormalizeKind(),
        new PhotometricDistortionKind(),
        new MetricsKind(),
        new PaintKind(),
        new PairPipelineKind(),
        new RareClassSamplingKind(),
        new PolygonsKind(),
        new LabelMapKind(),
        new CheckpointsKind());
  }
}
