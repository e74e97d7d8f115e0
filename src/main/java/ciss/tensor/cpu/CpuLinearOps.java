package ciss.tensor.cpu;

import ciss.tensor.DenseScratch;
import ciss.tensor.LinearOps;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link LinearOps} by oneDNN's matrix products, cut into tiles of the result. A sum over slabs is a sequence of accumulating
 * products on the same tile, slab 0 first.
 */
interface CpuLinearOps extends LinearOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void linear(LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    OperationChecks.linear("linear", d, x, weight, bias, y);
    multiplySlabs(d, 0, d.slabs(), x.address(), weight.address(), bias.address(), y.address());
  }

  @Override
  default void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y) {
    OperationChecks.linearSlab(d, slab, x, weight, y);
    multiplySlabs(d, slab, slab + 1, x.address(), weight.address(), 0, y.address());
  }

  /** Slabs {@code first} to {@code end} (exclusive), which lie at {@code xAt}. Tiles are those of all slabs in any case. */
  private void multiplySlabs(LinearDims d, int first, int end, long xAt, long weightAt, long biasAt, long yAt) {
    long weightPitch = (long) d.slabs() * d.in();
    MatmulTiling tiling = MatmulTiling.of(d.rows(), d.out(), 2 * weightPitch);
    cpu()
        .parallel(
            tiling.count(),
            (tile, lane) -> {
              long row = tiling.firstRow(tile);
              long column = tiling.firstColumn(tile);
              MatmulShape product =
                  MatmulShape.byTransposed(
                      tiling.rowsOf(tile), tiling.columnsOf(tile), d.in(), d.in(), weightPitch, d.out());
              for (int s = first; s < end; s++) {
                cpu()
                    .gemm()
                    .multiply(
                        lane,
                        s == 0 ? product.withBias(biasAt != 0) : product.accumulating(true),
                        xAt + 4 * ((s - first) * (long) d.rows() + row) * d.in(),
                        weightAt + 4 * (column * weightPitch + (long) s * d.in()),
                        biasAt + 4 * column,
                        yAt + 4 * (row * d.out() + column));
              }
            });
  }

  @Override
  default void linearBackwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.linear("linearBackwardInput", d, dx, weight, Tensor.ABSENT, dy);
    backwardInput(d, dy, weight, dx, false);
  }

  @Override
  default void linearBackwardInputAccumulate(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    OperationChecks.linear("linearBackwardInputAccumulate", d, dx, weight, Tensor.ABSENT, dy);
    backwardInput(d, dy, weight, dx, true);
  }

  /** Products read rows of weights: see {@link DenseScratch#paddedWeights} for a pitch that would make that slow. */
  private void backwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx, boolean accumulate) {
    long padded = DenseScratch.paddedWeights(d);
    long pitch = (long) d.slabs() * d.in();
    if (padded == 0) {
      backwardInput(d, dy.address(), weight.address(), pitch, dx.address(), accumulate);
      return;
    }
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long copy = frame.take(Math.toIntExact(padded)).address();
      long copyPitch = padded / d.out();
      long weightAt = weight.address();
      cpu().parallel(d.out(), (o, lane) -> HostStorage.copy(weightAt + 4 * o * pitch, copy + 4 * o * copyPitch, 4 * pitch));
      backwardInput(d, dy.address(), copy, copyPitch, dx.address(), accumulate);
    }
  }

  /** dx of every slab is a product of its own. */
  private void backwardInput(LinearDims d, long dy, long weight, long weightPitch, long dx, boolean accumulate) {
    MatmulTiling tiling = MatmulTiling.of(d.rows(), d.in(), 2L * d.out());
    cpu()
        .parallel(
            tiling.count() * d.slabs(),
            (slabTile, lane) -> {
              int tile = slabTile / d.slabs();
              long slab = slabTile % d.slabs();
              long row = tiling.firstRow(tile);
              long column = tiling.firstColumn(tile);
              MatmulShape product =
                  MatmulShape.by(tiling.rowsOf(tile), tiling.columnsOf(tile), d.out(), d.out(), weightPitch, d.in());
              cpu()
                  .gemm()
                  .multiply(
                      lane,
                      product.accumulating(accumulate),
                      dy + 4 * row * d.out(),
                      weight + 4 * (slab * d.in() + column),
                      0,
                      dx + 4 * ((slab * d.rows() + row) * d.in() + column));
            });
  }

  /**
   * Tiles are blocks of output channels of a slab. Where those are too few to keep several threads busy, rows are cut into
   * chunks as well, whose sums are added in order.
   */
  @Override
  default void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    OperationChecks.linear("linearBackwardWeight", d, x, dWeight, dBias, dy);
    int chunks = DenseScratch.rowChunks(d.rows(), d.out(), d.slabs(), d.in());
    long elements = (long) d.out() * d.slabs() * d.in();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long sums = chunks == 1 ? dWeight.address() : frame.take(chunks, Math.toIntExact(elements)).address();
      int blocks = MatmulTiling.ceilDivide(d.out(), DenseScratch.OUT_BLOCK);
      long xAt = x.address();
      long dyAt = dy.address();
      long weightPitch = (long) d.slabs() * d.in();
      cpu()
          .parallel(
              blocks * d.slabs() * chunks,
              (tile, lane) -> {
                int out = tile % blocks * DenseScratch.OUT_BLOCK;
                int slab = tile / blocks % d.slabs();
                int chunk = tile / blocks / d.slabs();
                long begin = DenseScratch.chunkStart(d.rows(), chunks, chunk);
                long end = DenseScratch.chunkStart(d.rows(), chunks, chunk + 1);
                cpu()
                    .gemm()
                    .multiplyTransposed(
                        Math.min(DenseScratch.OUT_BLOCK, d.out() - out),
                        d.in(),
                        end - begin,
                        dyAt + 4 * (begin * d.out() + out),
                        d.out(),
                        xAt + 4 * ((long) slab * d.rows() + begin) * d.in(),
                        d.in(),
                        chunks == 1,
                        sums + 4 * (chunk * elements + out * weightPitch + (long) slab * d.in()),
                        weightPitch);
              });
      if (chunks > 1) {
        Reductions.addPartials(cpu(), sums, chunks, elements, dWeight.address());
      }
    }
    if (!dBias.isAbsent()) {
      Reductions.addColumnSums(cpu(), dy.address(), d.rows(), d.out(), dBias.address());
    }
  }
}
