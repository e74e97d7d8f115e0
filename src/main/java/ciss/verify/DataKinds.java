package ciss.verify;

import ciss.tensor.Backend;
import java.util.List;

/** The kinds of reference cases of the data side: pictures, labels, sampling, scores, files. */
public final class DataKinds {
  private DataKinds() {}

  /**
   * A new instance of each.
   *
   * @param backend computes pictures
   */
  public static List<CaseKind> all(Backend backend) {
    return List.of(
        StylizationKind.fda(backend),
        StylizationKind.reinhard(backend),
        new RescaleKind(backend),
        new NormalizeKind(backend),
        new PhotometricDistortionKind(backend),
        new MetricsKind(),
        new PaintKind(backend),
        new PairPipelineKind(backend),
        new RareClassSamplingKind(),
        new PolygonsKind(),
        new LabelMapKind(),
        new CheckpointsKind());
  }
}
