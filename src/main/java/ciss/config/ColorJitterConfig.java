package ciss.config;

/** Colour jitter of mixed pictures. */
public record ColorJitterConfig(
    @Key(
            value = "0.2",
            reference = "uda.color_jitter_strength",
            doc = "of brightness, contrast, saturation and hue")
        double strength,
    @Key(
            value = "0.2",
            reference = "uda.color_jitter_probability",
            doc = "jitters when the draw is GREATER than this number, as the reference does")
        double probability) {}
