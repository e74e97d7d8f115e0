package ciss.config;

/**
 * The scale attention of HRDA.
 *
 * @param fixed null = learned
 */
public record AttentionConfig(
    @Key(value = "true", reference = "decode_head.attention_classwise", doc = "one attention map per class")
        boolean classwise,
    @Key(value = "256", reference = "decode_head.attention_embed_dim", doc = "width of the attention head") int dims,
    @Key(
            value = "null",
            nullable = true,
            reference = "decode_head.fixed_attention",
            doc = "null = learned; 0 = context only, 1 = detail only")
        Double fixed) {}
