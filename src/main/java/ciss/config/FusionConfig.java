package ciss.config;

import java.util.List;

/** How the head joins its embedded levels. */
public record FusionConfig(
    @Key(
            value = "aspp",
            computed = "aspp; conv for the segformer head",
            reference = "decoder_params.fusion_cfg.type",
            doc = "block that joins the embedded levels",
            unavailable = {"isa", "none"})
        Type type,
    @Key(
            value = "true",
            reference = "fusion_cfg.sep",
            doc = "depthwise-separable branches (the dilation-1 branch stays a 1x1 convolution)")
        Boolean separable,
    @Key(
            value = "[1,6,12,18]",
            reference = "fusion_cfg.dilations / decode_head.dilations",
            doc = "one branch per dilation")
        List<Integer> dilations,
    @Key(value = "false", reference = "fusion_cfg.pool", doc = "image-pooling branch") Boolean pool,
    @Key(value = "1", reference = "fusion_cfg.kernel_size / conv_kernel_size", doc = "conv fusion only")
        Integer kernel) {

  /** The fusions there are: {@code kernel} belongs to CONV, the other keys to ASPP. */
  public enum Type {
    ASPP,
    CONV
  }
}
