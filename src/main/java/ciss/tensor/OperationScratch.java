package ciss.tensor;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.PictureOps.Distortion;
import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.StylizationOps.FrequencyBlock;

/**
 * Temporary memory that the operations of a backend take from its workspace while they run, in bytes at most: what a
 * plan has to add to the tensors of a network. It follows from shapes alone. The case table holds every backend to it.
 */
public interface OperationScratch {
  /** Of a backend whose operations take nothing. */
  OperationScratch NONE = new OperationScratch() {};

  /** Bytes of tensors with so many float32 elements, as a workspace places them. */
  static long floats(long... elements) {
    long bytes = 0;
    for (long count : elements) {
      bytes += Workspace.aligned(count * DType.F32.bytes());
    }
    return bytes;
  }

  /** As {@link #floats}, of one tensor in bf16. */
  static long halves(long elements) {
    return Workspace.aligned(elements * DType.BF16.bytes());
  }

  /** As {@link #floats}, of one tensor in float64. */
  static long doubles(long elements) {
    return Workspace.aligned(elements * DType.F64.bytes());
  }

  /** Of a resize's tables; per axis lower source cell and weight of each output, first output of each source cell. */
  static long tables(Axis y, Axis x) {
    return floats(y.out(), y.out(), y.in() + 1, x.out(), x.out(), x.in() + 1);
  }

  /** Of the cosines and sines of both axes of a picture. */
  static long waves(FrequencyBlock f) {
    return doubles(2L * f.height()) + doubles(2L * f.width());
  }

  /**
   * Of a factor of a product or convolution that is read in another type than its own. A parameter outside of the
   * workspace has a copy in that type beside its memory instead.
   */
  default long factor(Tensor x) {
    return 0;
  }

  /** Also the accumulating one. */
  default long linearBackwardInput(LinearDims d) {
    return 0;
  }

  default long linearBackwardWeight(LinearDims d, boolean bias) {
    return 0;
  }

  default long convolution(ConvolutionDims d) {
    return 0;
  }

  default long convolutionBackwardInput(ConvolutionDims d) {
    return 0;
  }

  default long convolutionBackwardWeight(ConvolutionDims d, boolean bias) {
    return 0;
  }

  /** Also with GELU, and the backward to the input. */
  default long depthwise(DepthwiseDims d) {
    return 0;
  }

  default long depthwiseBackwardWeight(DepthwiseDims d) {
    return 0;
  }

  /** Over {@code [rows,c]}; also the accumulating one. */
  default long layerNormBackward(long rows, int c) {
    return 0;
  }

  /** Over {@code [rows,c]}. */
  default long batchNorm(long rows, int c) {
    return 0;
  }

  default long batchNormInference(int c) {
    return 0;
  }

  /** Over {@code [rows,c]}. */
  default long batchNormBackward(long rows, int c) {
    return 0;
  }

  default long attention(AttentionDims d) {
    return 0;
  }

  default long attentionBackward(AttentionDims d) {
    return 0;
  }

  /** In both directions. */
  default long resize(ResizeDims d) {
    return 0;
  }

  default long fuseScales(FusionDims d) {
    return 0;
  }

  default long fuseScalesBackward(FusionDims d) {
    return 0;
  }

  default long upsampledCrossEntropy(CrossEntropyDims d) {
    return 0;
  }

  default long pseudoLabel(CrossEntropyDims d) {
    return 0;
  }

  /** Over {@code [positions,c]}. */
  default long featureDistance(long positions, int c) {
    return 0;
  }

  default long featureInvariance(long elements) {
    return 0;
  }

  /** Over {@code [positions,c]}. */
  default long featureInvarianceByClass(long positions, int c) {
    return 0;
  }

  default long colorJitter() {
    return 0;
  }

  /** Over {@code [h,w,3]}. */
  default long gaussianBlur(int h, int w) {
    return 0;
  }

  default long distortPicture(Distortion d) {
    return 0;
  }

  default long normalizePicture(Placement place, PixelScale scale) {
    return 0;
  }

  default long lowFrequencies(FrequencyBlock f) {
    return 0;
  }

  /** For a part of so many columns. */
  default long fourierStylize(FrequencyBlock f, int width) {
    return 0;
  }

  default long labStatistics(long pixels) {
    return 0;
  }

  default long firstNonFinite(long elements) {
    return 0;
  }
}
