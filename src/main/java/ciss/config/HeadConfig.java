package ciss.config;

import java.util.List;
import java.util.Map;

/** The decoder, also inside the HRDA head. */
public record HeadConfig(
    @Key(
            value = "daformer",
            reference = "model.decode_head.type, or single_scale_head inside HRDAHead",
            doc = "the decoder",
            unavailable = {"dlv2", "dlv3plus", "da", "isa", "upernet"})
        Type type,
    @Key(
            value = "[64,128,320,512]",
            computed = "those of the backbone",
            reference = "model.decode_head.in_channels",
            doc = "channels of the encoder's levels")
        List<Integer> inChannels,
    @Key(value = "[0,1,2,3]", reference = "model.decode_head.in_index", doc = "levels of the encoder that are used")
        List<Integer> inLevels,
    @Key(value = "256", reference = "model.decode_head.channels", doc = "channels before the classifier") int channels,
    @Key(
            value = "0.1",
            reference = "model.decode_head.dropout_ratio",
            doc = "channel dropout before the classifier")
        double dropout,
    @Key(
            value = "bn",
            reference = "model.decode_head.norm_cfg",
            doc = "normalisation inside the head",
            unavailable = "none")
        Norm norm,
    @Key(
            value = "256",
            reference = "decoder_params.embed_dims / embed_dim",
            doc = "width after the per-level embedding")
        int embedDims,
    @Key(
            value = "mlp",
            reference = "decoder_params.embed_cfg.type",
            doc = "embedding of each level",
            unavailable = "none")
        Embed embed,
    @Key(
            value = "mlp",
            reference = "decoder_params.embed_neck_cfg.type",
            doc = "embedding of the deepest level",
            unavailable = {"rawconv_and_aspp", "none"})
        Embed embedDeepest,
    @Key FusionConfig fusion,
    @Key(
            value = "null",
            reference =
                "c1_in_channels, c1_channels, pam_channels, isa_channels, key_query_num_convs, down_factor,"
                    + " pool_scales",
            doc = "options that only one head type knows; none in this version")
        Map<String, Object> extra) {

  /** The heads there are. */
  public enum Type {
    DAFORMER,
    SEGFORMER
  }

  /** The normalisations there are. */
  public enum Norm {
    BN
  }

  /** The embeddings there are. */
  public enum Embed {
    MLP
  }
}
