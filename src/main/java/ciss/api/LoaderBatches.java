package ciss.api;

import ciss.data.Batch;
import ciss.data.BatchLayout;
import ciss.data.Loader;
import ciss.data.Resize;
import ciss.data.SampleInfo;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.train.BatchSource;
import ciss.train.TrainingBatch;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** Moves the loader's batches to the device. */
final class LoaderBatches implements BatchSource {
  private static final double NANOS = 1e9;

  private final Loader loader;
  private final Backend backend;
  private List<SampleInfo> samples = List.of();
  private double waited;

  LoaderBatches(Loader loader, Backend backend) {
    this.loader = loader;
    this.backend = backend;
  }

  @Override
  public TrainingBatch next(long i) {
    long start = System.nanoTime();
    try (Batch batch = loader.next()) {
      waited = (System.nanoTime() - start) / NANOS;
      samples = batch.samples();
      BatchLayout layout = batch.layout();
      Resize.Size source = layout.source();
      Resize.Size target = layout.target();
      Tensor image = image(batch.source(), layout.samples(), source);
      Tensor label = map(batch.label(), layout.samples(), source);
      if (target == null) {
        return TrainingBatch.supervised(image, label, batch.presentClasses());
      }
      return new TrainingBatch(
          image,
          layout.sourceStylized() ? image(batch.sourceStylized(), layout.samples(), source) : Tensor.ABSENT,
          label,
          batch.presentClasses(),
          image(batch.target(), layout.samples(), target),
          layout.targetStylized() ? image(batch.targetStylized(), layout.samples(), target) : Tensor.ABSENT,
          layout.mask() ? map(batch.mask(), layout.samples(), target) : Tensor.ABSENT);
    }
  }

  private Tensor image(MemorySegment pixels, int n, Resize.Size size) {
    Tensor image = backend.workspace().keep(n, size.height(), size.width(), 3);
    backend.upload(pixels, image);
    return image;
  }

  private Tensor map(MemorySegment values, int n, Resize.Size size) {
    Tensor map = backend.workspace().keep(DType.U8, Shape.of(n, size.height(), size.width()));
    backend.upload(values, map);
    return map;
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
