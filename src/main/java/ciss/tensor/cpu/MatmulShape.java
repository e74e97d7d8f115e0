package ciss.tensor.cpu;

/**
 * A matrix product {@code dst [m,n] = src [m,k] weights [k,n] (+ bias [n])}, or {@code dst += src weights}, or {@code batch}
 * of them, one behind the other in memory.
 *
 * @param srcPitch elements from one row of src to the next
 * @param weightsPitch elements from one row of the stored matrix to the next
 * @param weightsTransposed the stored matrix is {@code [n,k]}, PyTorch's layout, rather than {@code [k,n]}
 * @param dstPitch elements from one row of dst to the next
 */
record MatmulShape(
    long batch,
    long m,
    long n,
    long k,
    long srcPitch,
    long weightsPitch,
    boolean weightsTransposed,
    long dstPitch,
    boolean bias,
    boolean accumulate) {

  /** {@code x [m,k] w^T} with w {@code [n,k]}. */
  static MatmulShape byTransposed(long m, long n, long k, long srcPitch, long weightsPitch, long dstPitch) {
    return new MatmulShape(1, m, n, k, srcPitch, weightsPitch, true, dstPitch, false, false);
  }

  /** {@code x [m,k] w} with w {@code [k,n]}. */
  static MatmulShape by(long m, long n, long k, long srcPitch, long weightsPitch, long dstPitch) {
    return new MatmulShape(1, m, n, k, srcPitch, weightsPitch, false, dstPitch, false, false);
  }

  MatmulShape withBias(boolean with) {
    return new MatmulShape(batch, m, n, k, srcPitch, weightsPitch, weightsTransposed, dstPitch, with, accumulate);
  }

  MatmulShape accumulating(boolean accumulating) {
    return new MatmulShape(batch, m, n, k, srcPitch, weightsPitch, weightsTransposed, dstPitch, bias, accumulating);
  }

  /** {@code count} such products of dense matrices that follow each other. */
  MatmulShape batched(long count) {
    return new MatmulShape(count, m, n, k, srcPitch, weightsPitch, weightsTransposed, dstPitch, bias, accumulate);
  }

  OneDnn.Layout src() {
    return layout(m, k, srcPitch, 1, m * srcPitch);
  }

  OneDnn.Layout weights() {
    return weightsTransposed
        ? layout(k, n, 1, weightsPitch, n * weightsPitch)
        : layout(k, n, weightsPitch, 1, k * weightsPitch);
  }

  OneDnn.Layout dst() {
    return layout(m, n, dstPitch, 1, m * dstPitch);
  }

  private OneDnn.Layout layout(long rows, long columns, long rowStride, long columnStride, long batchStride) {
    OneDnn.Layout matrix = OneDnn.Layout.of(rows, columns, rowStride, columnStride);
    return batch == 1 ? matrix : matrix.batch(batch, batchStride);
  }
}
