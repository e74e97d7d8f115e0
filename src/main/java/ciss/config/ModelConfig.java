package ciss.config;

/** The network. */
public record ModelConfig(
    @Key(
            value = "hrda",
            reference = "model.type HRDAEncoderDecoder / EncoderDecoder",
            doc = "hrda = two-resolution network; single_scale = plain encoder-decoder")
        Type type,
    @Key(
            value = "19",
            computed = "number of data.classes",
            reference = "model.decode_head.num_classes",
            doc = "number of classes")
        int classes,
    @Key(
            value = "false",
            reference = "model.decode_head.align_corners",
            doc = "all bilinear resizes of features and logits")
        boolean alignCorners,
    @Key BackboneConfig backbone,
    @Key NeckConfig neck,
    @Key HeadConfig head,
    @Key LossConfig loss,
    @Key HrdaConfig hrda) {

  /** The two kinds of network. */
  public enum Type {
    HRDA,
    SINGLE_SCALE
  }
}
