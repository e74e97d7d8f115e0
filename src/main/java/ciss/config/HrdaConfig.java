package ciss.config;

import java.util.List;

/** The two resolutions of HRDA; null with {@code model.type: single_scale}. */
public record HrdaConfig(
    @Key(value = "[1,0.5]", reference = "model.scales", doc = "sorted ascending when the model is built")
        List<Double> scales,
    @Key(value = "[512,512]", reference = "model.hr_crop_size", doc = "full-resolution crop inside the training crop")
        Size detailCrop,
    @Key(
            value = "8",
            reference = "model.crop_coord_divisible",
            doc = "crop corners are multiples of this")
        int cropMultiple,
    @Key(
            value = "0.5",
            reference = "model.feature_scale",
            doc = "scale whose features enter the ImageNet feature distance, or all")
        FeatureScale featureScale,
    @Key(
            value = "true",
            reference = "model.hr_slide_inference",
            doc = "sliding detail crops when predicting")
        boolean detailSlide,
    @Key(value = "true", reference = "model.hr_slide_overlapping", doc = "sliding detail crops overlap by half")
        boolean detailSlideOverlap,
    @Key(
            value = "false",
            reference = "model.blur_hr_crop",
            doc = "ablation: detail crop taken from a down-and-up sampled image")
        boolean blurDetail,
    @Key AttentionConfig attention,
    @Key(value = "0.1", reference = "decode_head.hr_loss_weight", doc = "share of the loss on the detail crop alone")
        double detailLossWeight,
    @Key(value = "0.0", reference = "decode_head.lr_loss_weight", doc = "share of the loss on the context crop alone")
        double contextLossWeight) {}
