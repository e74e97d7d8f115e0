package ciss.tensor.cuda;

import static ciss.tensor.OperationScratch.doubles;
import static ciss.tensor.OperationScratch.floats;
import static ciss.tensor.OperationScratch.tables;
import static ciss.tensor.OperationScratch.waves;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.OperationScratch;
import ciss.tensor.Precision;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.StylizationOps.FrequencyBlock;
import ciss.tensor.Tensor;

/**
 * What the operations of {@link CudaBackend} take. Which algorithm cuDNN will use is not known before there is a
 * device: convolutions count the largest workspace that it may have.
 */
public final class CudaScratch implements OperationScratch {
  private final Precision precision;
  private final boolean cudnn;

  private CudaScratch(Precision precision, boolean cudnn) {
    this.precision = precision;
    this.cudnn = cudnn;
  }

  /**
   * Of a backend in that precision.
   *
   * @param cudnn whether it has cuDNN
   */
  public static CudaScratch of(Precision precision, boolean cudnn) {
    return new CudaScratch(precision, cudnn);
  }

  @Override
  public long factor(Tensor x) {
    return precision == Precision.BF16 && x.dtype() == DType.F32 ? OperationScratch.halves(x.elements()) : 0;
  }

  @Override
  public long linearBackwardWeight(LinearDims d, boolean bias) {
    return bias ? columnSums(d.rows(), d.out()) : 0;
  }

  private static long columnSums(long rows, int c) {
    return floats((long) Reductions.parts(rows, Reductions.rowsPerPart(rows, Reductions.MIN_ROWS)) * c);
  }

  @Override
  public long convolution(ConvolutionDims d) {
    return packed(d) + Math.max(cudnn ? Cudnn.LARGEST_WORKSPACE : 0, floats(strip(d)));
  }

  private static long packed(ConvolutionDims d) {
    return floats((long) d.slabs() * d.out() * GatherConvolution.columns(d));
  }

  private static long strip(ConvolutionDims d) {
    return GatherConvolution.stripRows(d) * d.wOut() * GatherConvolution.columns(d);
  }

  @Override
  public long convolutionBackwardInput(ConvolutionDims d) {
    return convolution(d);
  }

  @Override
  public long convolutionBackwardWeight(ConvolutionDims d, boolean bias) {
    long product =
        precision == Precision.BF16 ? packed(d) + OperationScratch.halves(strip(d)) : convolution(d);
    return Math.max(product, bias ? columnSums((long) d.n() * d.hOut() * d.wOut(), d.out()) : 0);
  }

  @Override
  public long depthwiseBackwardWeight(DepthwiseDims d) {
    return floats(10L * d.c() * CudaDepthwiseOps.rowParts(d));
  }

  @Override
  public long layerNormBackward(long rows, int c) {
    return floats(2L * c * CudaNormOps.layerNormParts(rows));
  }

  @Override
  public long batchNorm(long rows, int c) {
    return doubles(2L * c * CudaNormOps.batchNormParts(rows));
  }

  @Override
  public long batchNormInference(int c) {
    return floats(c);
  }

  @Override
  public long batchNormBackward(long rows, int c) {
    return floats(2L * c * CudaNormOps.batchNormParts(rows), 2L * c);
  }

  /** For heads without kernels for bf16, of all operands widened. */
  @Override
  public long attention(AttentionDims d) {
    return areWidened(d) ? floats(queries(d), queries(d), keys(d)) : 0;
  }

  private boolean areWidened(AttentionDims d) {
    return precision == Precision.BF16 && !AttentionKernels.takeBf16(d);
  }

  @Override
  public long attentionBackward(AttentionDims d) {
    long chunks = CudaAttentionOps.chunks(d);
    long delta = (long) d.n() * d.heads() * d.tokens();
    boolean whole = chunks == 1 && (precision != Precision.BF16 || areWidened(d));
    return floats(delta, whole ? 0 : chunks * keys(d))
        + (areWidened(d) ? floats(queries(d), queries(d), queries(d), keys(d), keys(d)) : 0);
  }

  private static long queries(AttentionDims d) {
    return (long) d.n() * d.tokens() * d.channels();
  }

  private static long keys(AttentionDims d) {
    return 2L * d.n() * d.keys() * d.channels();
  }

  @Override
  public long resize(ResizeDims d) {
    return tables(d.y(), d.x());
  }

  @Override
  public long fuseScales(FusionDims d) {
    return floats(fused(d)) + tables(d.y(), d.x());
  }

  @Override
  public long fuseScalesBackward(FusionDims d) {
    long cells = (long) d.n() * d.y().in() * d.x().in();
    return floats(cells * d.classes(), fused(d), fused(d), cells * d.channels()) + tables(d.y(), d.x());
  }

  /** Elements of the attention at the size of the fused scores. */
  private static long fused(FusionDims d) {
    return (long) d.n() * d.y().out() * d.x().out() * d.channels();
  }

  @Override
  public long upsampledCrossEntropy(CrossEntropyDims d) {
    long pixels = (long) d.region().height() * d.region().width();
    boolean whole = pixels == (long) d.labelHeight() * d.labelWidth();
    long cut = whole ? 0 : floats(d.n() * pixels, Math.ceilDiv(d.n() * pixels, Float.BYTES));
    return cut + tables(d.y(), d.x()) + floats(d.n() * pixels) + doubles(2 * d.n() * CudaContext.sweep(pixels));
  }

  @Override
  public long pseudoLabel(CrossEntropyDims d) {
    return tables(d.y(), d.x()) + floats(d.n() * CudaContext.sweep((long) d.y().out() * d.x().out()));
  }

  @Override
  public long featureDistance(long positions, int c) {
    return floats(positions) + doubles(2 * Reductions.blocks(positions, CudaLossOps.POSITIONS_BY_WARP));
  }

  @Override
  public long featureInvariance(long elements) {
    return doubles(CudaContext.sweep(elements));
  }

  @Override
  public long featureInvarianceByClass(long positions, int c) {
    long blocks = Reductions.blocks(positions, CudaLossOps.POSITIONS_BY_CLASS);
    return doubles(2 * blocks * CudaLossOps.LABELS) + floats(CudaLossOps.LABELS);
  }

  @Override
  public long lowFrequencies(FrequencyBlock f) {
    long strips = CudaStylizationOps.strips(f);
    return waves(f) + doubles(strips * (2 * f.rows() + 1) * 3 * f.width());
  }

  @Override
  public long fourierStylize(FrequencyBlock f, int width) {
    return waves(f) + doubles(6L * f.rows() * f.columns()) + doubles(6L * f.rows() * width);
  }

  @Override
  public long labStatistics(long pixels) {
    return doubles(9L * CudaStylizationOps.statisticsBlocks(pixels));
  }

  @Override
  public long firstNonFinite(long elements) {
    return doubles(Math.max(1, CudaContext.sweep(elements)));
  }
}
