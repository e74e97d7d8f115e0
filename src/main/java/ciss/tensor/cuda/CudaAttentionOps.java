package ciss.tensor.cuda;

import ciss.tensor.AttentionOps;
import ciss.tensor.DType;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link AttentionOps} by {@code kernels/attention*.cu}: kernels of their own for each precision and size of heads. The
 * gradient of keys and values is a sum over chunks of tokens, whose number depends on shapes only.
 */
interface CudaAttentionOps extends AttentionOps {
  /** Blocks that the gradient of keys and values is cut into at least, if there are tokens enough. */
  int BLOCKS = 256;

  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void attention(AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    OperationChecks.attention("attention", d, q, kv, o, logSumExp);
    if (q.dtype() == DType.BF16 && !AttentionKernels.takeBf16(d)) {
      FloatAttention.forward(cuda(), this, d, q, kv, o, logSumExp);
      return;
    }
    sizes(cuda().launch(kernels(q, d).forward()).pointer(q).pointer(kv).pointer(o).pointer(logSumExp), d)
        .number(scale(d))
        .over(Reductions.blocks(d.tokens(), AttentionKernels.tile(d)), d.heads(), d.n());
  }

  @Override
  default void attentionBackward(
      AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp, Tensor dO, Tensor dq, Tensor dkv) {
    OperationChecks.attention("attentionBackward", d, q, kv, o, logSumExp);
    OperationChecks.attention("attentionBackward", d, dq, dkv, dO, logSumExp);
    if (q.dtype() == DType.BF16 && !AttentionKernels.takeBf16(d)) {
      FloatAttention.backward(cuda(), this, d, q, kv, o, logSumExp, dO, dq, dkv);
      return;
    }
    int tiles = tiles(d);
    int chunkTokens = chunkTokens(d);
    int chunks = chunks(d);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long delta = frame.take(d.n(), d.heads(), d.tokens()).address();
      boolean whole = chunks == 1 && dkv.dtype() == DType.F32;
      long partials = whole ? dkv.address() : frame.take(chunks, d.n(), d.keys(), 2 * d.channels()).address();
      delta(d, o, dO, delta);
      sizes(backward(kernels(q, d).backwardKeys(), q, kv, logSumExp, delta, dO, partials), d)
          .integer(chunkTokens)
          .number(scale(d))
          .over((long) tiles * chunks, d.heads(), d.n());
      if (!whole) {
        sum(partials, dkv, chunks);
      }
      sizes(backward(kernels(q, d).backwardQueries(), q, kv, logSumExp, delta, dO, dq.address()), d)
          .number(scale(d))
          .over(Reductions.blocks(d.tokens(), AttentionKernels.tile(d)), d.heads(), d.n());
    }
  }

  private static int tiles(AttentionDims d) {
    return Math.toIntExact(Reductions.blocks(d.keys(), AttentionKernels.tile(d)));
  }

  /** Partial sums of the gradients of keys and values. */
  static int chunks(AttentionDims d) {
    return Math.toIntExact(Reductions.blocks(d.tokens(), chunkTokens(d)));
  }

  /** A multiple of 64, and so of every tile. */
  private static int chunkTokens(AttentionDims d) {
    long chunks = Math.max(1, Reductions.blocks(BLOCKS, (long) d.n() * d.heads() * tiles(d)));
    return Math.toIntExact(Reductions.blocks(Reductions.blocks(d.tokens(), chunks), 64) * 64);
  }

  private void delta(AttentionDims d, Tensor o, Tensor dO, long delta) {
    int rows = d.n() * d.tokens();
    cuda()
        .launch(Kernels.ATTENTION_DELTA.of(o))
        .pointer(o)
        .pointer(dO)
        .pointer(delta)
        .integer(rows)
        .integer(d.tokens())
        .integer(d.heads())
        .integer(d.headDim())
        .over(Reductions.blocks(rows, 8));
  }

  private Launch backward(
      Kernel kernel, Tensor q, Tensor kv, Tensor logSumExp, long delta, Tensor dO, long gradient) {
    return cuda()
        .launch(kernel)
        .pointer(q)
        .pointer(kv)
        .pointer(logSumExp)
        .pointer(delta)
        .pointer(dO)
        .pointer(gradient);
  }

  private void sum(long partials, Tensor dkv, int chunks) {
    cuda()
        .launch(Kernels.SUM_FEW_PARTIALS.of(dkv))
        .pointer(partials)
        .pointer(dkv)
        .integer(chunks)
        .wide(dkv.elements())
        .wide(dkv.elements())
        .integer(0)
        .over(CudaContext.sweep(dkv.elements()));
  }

  private static Launch sizes(Launch launch, AttentionDims d) {
    return launch.integer(d.tokens()).integer(d.keys()).integer(d.headDim());
  }

  private AttentionKernels kernels(Tensor q, AttentionDims d) {
    return AttentionKernels.of(cuda().precision(), q.dtype(), d);
  }

  private static double scale(AttentionDims d) {
    return 1 / Math.sqrt(d.headDim());
  }
}
