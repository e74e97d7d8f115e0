package ciss.tensor.cpu;

import static ciss.tensor.OperationScratch.doubles;
import static ciss.tensor.OperationScratch.floats;
import static ciss.tensor.OperationScratch.tables;
import static ciss.tensor.OperationScratch.waves;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.AttentionScratch;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DenseScratch;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.GaussianTaps;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.OperationScratch;
import ciss.tensor.PictureOps.Distortion;
import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.StylizationOps.FrequencyBlock;
import ciss.tensor.SweepScratch;

/** What the operations of {@link CpuBackend} take. */
public final class CpuScratch implements OperationScratch {
  public static final CpuScratch INSTANCE = new CpuScratch();

  private CpuScratch() {}

  @Override
  public long linearBackwardInput(LinearDims d) {
    return floats(DenseScratch.paddedWeights(d));
  }

  @Override
  public long linearBackwardWeight(LinearDims d, boolean bias) {
    return floats(DenseScratch.linearBackwardWeight(d));
  }

  @Override
  public long convolution(ConvolutionDims d) {
    return floats(DenseScratch.convolution(d));
  }

  @Override
  public long convolutionBackwardInput(ConvolutionDims d) {
    return floats(DenseScratch.convolutionBackwardInput(d));
  }

  @Override
  public long convolutionBackwardWeight(ConvolutionDims d, boolean bias) {
    return floats(DenseScratch.convolutionBackwardWeight(d));
  }

  @Override
  public long depthwise(DepthwiseDims d) {
    return floats(9L * d.c());
  }

  @Override
  public long depthwiseBackwardWeight(DepthwiseDims d) {
    return floats(10L * d.c() * new Ranges((long) d.n() * d.h(), SweepScratch.chunkPixelRows(d.w())).count());
  }

  /** Tiles over {@code [rows,c]} that form sums. */
  private static long sums(long rows, int c) {
    return new Ranges(rows, SweepScratch.chunkRows(c)).count();
  }

  @Override
  public long layerNormBackward(long rows, int c) {
    return floats(sums(rows, c) * c, sums(rows, c) * c);
  }

  @Override
  public long batchNorm(long rows, int c) {
    return doubles(2 * sums(rows, c) * c);
  }

  @Override
  public long batchNormInference(int c) {
    return floats(c);
  }

  @Override
  public long batchNormBackward(long rows, int c) {
    return floats(2 * sums(rows, c) * c, 2L * c);
  }

  @Override
  public long attention(AttentionDims d) {
    return floats(packed(d), packed(d));
  }

  @Override
  public long attentionBackward(AttentionDims d) {
    return floats(packed(d), packed(d), packed(d), 2 * AttentionScratch.partials(d) * packed(d));
  }

  /** Floats of the packed keys or values of all heads. */
  private static long packed(AttentionDims d) {
    return (long) d.n() * d.heads() * AttentionScratch.keyBlocks(d) * AttentionScratch.blockFloats(d);
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

  /** Tiles of a loss at label resolution. */
  private static long scoreTiles(CrossEntropyDims d) {
    return (long) d.n() * new Ranges(d.y().in(), SweepScratch.scoreRows(d.y(), d.x())).count();
  }

  @Override
  public long upsampledCrossEntropy(CrossEntropyDims d) {
    long edges = scoreTiles(d) * d.x().in() * d.classes();
    return tables(d.y(), d.x()) + floats(CpuLossOps.LABELS) + doubles(2 * scoreTiles(d)) + floats(edges);
  }

  @Override
  public long pseudoLabel(CrossEntropyDims d) {
    return tables(d.y(), d.x()) + doubles(scoreTiles(d));
  }

  @Override
  public long featureDistance(long positions, int c) {
    return floats(positions) + doubles(2L * Ranges.ofRows(positions, c).count());
  }

  @Override
  public long featureInvariance(long elements) {
    return doubles(Ranges.ofElements(elements).count());
  }

  @Override
  public long featureInvarianceByClass(long positions, int c) {
    long partials = 2L * CpuLossOps.LABELS * Ranges.ofRows(positions, c).count();
    return doubles(partials) + floats(CpuLossOps.LABELS);
  }

  @Override
  public long colorJitter() {
    return floats(4, 6);
  }

  @Override
  public long gaussianBlur(int h, int w) {
    return floats(GaussianTaps.of(h, 1).length, GaussianTaps.of(w, 1).length);
  }

  @Override
  public long distortPicture(Distortion d) {
    return floats(d.steps().length, d.settings().length);
  }

  @Override
  public long normalizePicture(Placement place, PixelScale scale) {
    return floats(place.numbers().length, scale.meansAndReciprocals().length);
  }

  @Override
  public long lowFrequencies(FrequencyBlock f) {
    return waves(f) + doubles(6L * f.rows() * f.width()) + doubles(3L * f.width());
  }

  @Override
  public long fourierStylize(FrequencyBlock f, int width) {
    return waves(f) + doubles(6L * f.rows() * f.columns());
  }

  @Override
  public long labStatistics(long pixels) {
    return doubles(6L * new Ranges(pixels, CpuStylizationOps.PIXELS).count());
  }

  @Override
  public long firstNonFinite(long elements) {
    return doubles(Math.max(1, Ranges.ofElements(elements).count()));
  }
}
