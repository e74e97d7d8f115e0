package ciss.model;

/**
 * Everything that defines a network (method.md 1, golden.md 4). Immutable.
 *
 * @param variant 0..5 for MiT-B0..B5
 * @param dropPath stochastic depth rate of the last block
 * @param hrda null for a single-scale model
 */
public record SegmentorOptions(int variant, double dropPath, int classes, HeadOptions head, HrdaOptions hrda) {

  /** Which head reads the encoder's maps. */
  public enum HeadType {
    DAFORMER,
    SEGFORMER
  }

  /** How the DAFormer head fuses the concatenated embeddings. */
  public enum FusionType {
    ASPP,
    CONV
  }

  /**
   * @param kernel of the {@code CONV} fusion (1 or 3)
   * @param separable ASPP with depthwise-separable branches
   */
  public record FusionOptions(FusionType type, boolean separable, int[] dilations, int kernel) {}

  /**
   * @param channels width after the fusion
   * @param embedDims width of each embedding
   */
  public record HeadOptions(HeadType type, int channels, int embedDims, double dropout, FusionOptions fusion) {}

  /**
   * @param contextScale the smaller scale (0.5)
   * @param detailCropHeight 0: no detail crop configured (the detail branch sees the whole image)
   * @param fixedAttention NaN: learned
   */
  public record HrdaOptions(
      double contextScale,
      int detailCropHeight,
      int detailCropWidth,
      int cropMultiple,
      boolean featuresOfAllScales,
      boolean detailSlide,
      boolean detailSlideOverlap,
      boolean blurDetail,
      boolean classwiseAttention,
      int attentionEmbedDim,
      double fixedAttention,
      double detailLossWeight,
      double contextLossWeight) {}
}
