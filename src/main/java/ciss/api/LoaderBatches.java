package ciss.api;

import ciss.data.Batch;
import ciss.data.BatchRenderer;
import ciss.data.Loader;
import ciss.data.PairOptions;
import ciss.data.SampleInfo;
import ciss.tensor.Backend;
import ciss.train.BatchSource;
import ciss.train.TrainingBatch;
import java.util.List;

/** Makes the loader's batches on the device. */
final class LoaderBatches implements BatchSource {
  private static final double NANOS = 1e9;

  private final Loader loader;
  private final BatchRenderer renderer;
  private List<SampleInfo> samples = List.of();
  private double waited;

  LoaderBatches(Loader loader, Backend backend, PairOptions options) {
    this.loader = loader;
    this.renderer = new BatchRenderer(backend, options);
  }

  @Override
  public TrainingBatch next(long i) {
    long start = System.nanoTime();
    try (Batch batch = loader.next()) {
      waited = (System.nanoTime() - start) / NANOS;
      samples = batch.samples();
      BatchRenderer.Tensors t = renderer.render(batch);
      return new TrainingBatch(
          t.source(), t.sourceStylized(), t.label(), batch.presentClasses(), t.target(), t.targetStylized(), t.mask());
    }
  }

  @Override
  public List<String> files() {
    return samples.stream().map(s -> s.target() == null ? s.source() : s.source() + " with " + s.target()).toList();
  }

  @Override
  public double waitedSeconds() {
    return waited;
  }
}
