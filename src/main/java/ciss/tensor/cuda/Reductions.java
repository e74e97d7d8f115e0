package ciss.tensor.cuda;

import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** Sums over the rows of matrices in a fixed order, by {@code kernels/column_sum.cu}. */
final class Reductions {
  private static final int COLUMNS_PER_BLOCK = 32;
  /** Rows of one part of a sum of columns, at least. */
  static final int MIN_ROWS = 64;

  private static final int MAX_PARTS = 256;

  private Reductions() {}

  /** {@code out[c] +=} sums of the columns of {@code x [rows,c]}, an activation. */
  static void addColumnSums(CudaContext cuda, Tensor x, long rows, int c, long out) {
    int rowsPerBlock = rowsPerPart(rows, MIN_ROWS);
    int parts = parts(rows, rowsPerBlock);
    try (Workspace.Frame frame = cuda.workspace().frame()) {
      long partials = frame.take(parts, c).address();
      cuda.launch(Kernels.COLUMN_SUM.of(x))
          .pointer(x)
          .pointer(partials)
          .integer(Math.toIntExact(rows))
          .integer(c)
          .integer(rowsPerBlock)
          .over(blocks(c, COLUMNS_PER_BLOCK), parts, 1);
      addPartials(cuda, partials, parts, c, c, out);
    }
  }

  /** {@code out[c] +=} the sums of {@code parts} rows of {@code c} that lie {@code stride} apart. */
  static void addPartials(CudaContext cuda, long partials, int parts, int stride, int c, long out) {
    cuda.launch(Kernels.SUM_PARTIALS_F32)
        .pointer(partials)
        .pointer(out)
        .integer(parts)
        .integer(stride)
        .integer(c)
        .integer(1)
        .over(blocks(c, COLUMNS_PER_BLOCK));
  }

  /** Rows of a part when rows are cut into at most {@value #MAX_PARTS} parts of at least {@code min} rows. */
  static int rowsPerPart(long rows, int min) {
    return Math.toIntExact(Math.max(min, blocks(rows, MAX_PARTS)));
  }

  /** Parts of that many rows. */
  static int parts(long rows, int rowsPerPart) {
    return Math.toIntExact(blocks(rows, rowsPerPart));
  }

  /** {@code ceil(n / size)}. */
  static long blocks(long n, long size) {
    return (n + size - 1) / size;
  }
}
