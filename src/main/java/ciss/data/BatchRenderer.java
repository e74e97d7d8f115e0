package ciss.data;

import ciss.data.Resize.Size;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;

/** Makes the tensors of a loader's batch on a device. */
public final class BatchRenderer {
  private final Backend backend;
  private final SampleRenderer samples;

  public BatchRenderer(Backend backend, PairOptions options) {
    this.backend = backend;
    this.samples = new SampleRenderer(backend, options);
  }

  /**
   * The tensors of one iteration. Pictures are normalised R,G,B F32 {@code [n,h,w,3]}, labels and masks U8
   * {@code [n,h,w]}; what the batch does not have is absent.
   */
  public record Tensors(
      Tensor source, Tensor sourceStylized, Tensor label, Tensor target, Tensor targetStylized, Tensor mask) {}

  /** Computes a batch; the tensors are kept in the open region of the workspace. The batch may be closed at return. */
  public Tensors render(Batch batch) {
    BatchLayout layout = batch.layout();
    int n = layout.samples();
    boolean hasTarget = layout.target() != null;
    Tensor source = pictures(n, layout.source(), true);
    Tensor sourceStylized = pictures(n, layout.source(), layout.sourceStylized());
    Tensor label = map(n, layout.source(), batch.label());
    Tensor target = pictures(n, layout.target(), hasTarget);
    Tensor targetStylized = pictures(n, layout.target(), layout.targetStylized());
    Tensor mask = batch.mask() == null ? Tensor.ABSENT : map(n, layout.target(), batch.mask());
    for (int slot = 0; slot < n; slot++) {
      samples.render(
          batch.pair(slot),
          batch.samples().get(slot).plan(),
          new SampleRenderer.Pictures(source.at(slot), at(sourceStylized, slot)),
          hasTarget ? new SampleRenderer.Pictures(target.at(slot), at(targetStylized, slot)) : null);
    }
    return new Tensors(source, sourceStylized, label, target, targetStylized, mask);
  }

  private Tensor pictures(int n, Size size, boolean wanted) {
    return wanted ? backend.workspace().keep(n, size.height(), size.width(), 3) : Tensor.ABSENT;
  }

  private static Tensor at(Tensor all, int slot) {
    return all.isAbsent() ? all : all.at(slot);
  }

  private Tensor map(int n, Size size, MemorySegment values) {
    Tensor map = backend.workspace().keep(DType.U8, Shape.of(n, size.height(), size.width()));
    backend.upload(values, map);
    return map;
  }
}
