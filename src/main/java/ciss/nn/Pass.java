package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * How a forward runs. Stochastic depth and dropout are no matter of the pass: their factors are given to the layers
 * that apply them, or are absent.
 *
 * @param batchStatistics BatchNorm normalises with the statistics of its batch and updates the running ones; false: it
 *     normalises with the running ones
 * @param saving what the backward reads is kept in the open workspace region, as far as {@code level} says; false: it
 *     is temporary
 */
public record Pass(Backend backend, boolean batchStatistics, boolean saving, MemoryLevel level) {

  /** A pass that keeps what {@link MemoryLevel#FUSED} says, if it saves at all. */
  public Pass(Backend backend, boolean batchStatistics, boolean saving) {
    this(backend, batchStatistics, saving, MemoryLevel.FUSED);
  }

  /** The same pass, saving or not. */
  public Pass saving(boolean saves) {
    return new Pass(backend, batchStatistics, saves, level);
  }

  /** The same pass at another level. */
  Pass at(MemoryLevel other) {
    return new Pass(backend, batchStatistics, saving, other);
  }

  /** Whether this pass keeps for the backward what is kept at the level {@code least}. */
  boolean keeps(MemoryLevel least) {
    return saving && level.keeps(least);
  }

  public Workspace workspace() {
    return backend.workspace();
  }

  /**
   * An activation that the backward will read: kept in the open region if this pass is saved, otherwise taken from the
   * open frame.
   */
  public Tensor hold(int... sizes) {
    return hold(Shape.of(sizes));
  }

  /** As {@link #hold(int...)}. */
  public Tensor hold(Shape shape) {
    return hold(backend.activations(), shape);
  }

  /**
   * As {@link #hold(int...)}, float32 in every precision: statistics, class scores, images, maps that losses compare.
   */
  public Tensor holdFloats(int... sizes) {
    return hold(DType.F32, Shape.of(sizes));
  }

  /** As {@link #hold(int...)}, but kept only if the level of this pass keeps what {@code least} keeps. */
  Tensor hold(MemoryLevel least, Shape shape) {
    return saving(keeps(least)).hold(shape);
  }

  private Tensor hold(DType dtype, Shape shape) {
    return saving ? workspace().keep(dtype, shape) : workspace().take(dtype, shape);
  }
}
