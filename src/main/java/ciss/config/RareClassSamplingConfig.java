package ciss.config;

/**
 * Source pictures with rare classes are drawn more often.
 *
 * @param temperature null, like the keys after it, unless enabled
 */
public record RareClassSamplingConfig(
    @Key(value = "true", reference = "data.train.rare_class_sampling present", doc = "false = uniform draws")
        boolean enabled,
    @Key(value = "0.01", reference = "class_temp", doc = "small = rare classes much more often") Double temperature,
    @Key(value = "3000", reference = "min_pixels", doc = "a picture has a class from this many pixels on")
        Integer minPixels,
    @Key(
            value = "2.0",
            reference = "min_crop_ratio",
            doc = "the crop must keep min_pixels times this of the drawn class")
        Double minCropRatio,
    @Key(value = "10", reference = "(constant in the code)", doc = "crops tried to keep the drawn class")
        Integer maxTries) {}
