package ciss.config;

import java.util.List;

/**
 * Labels that the teacher gives to target pictures.
 *
 * @param margins top, bottom, left and right in pixels of the full image, or null
 */
public record PseudoLabelConfig(
    @Key(
            value = "0.968",
            reference = "uda.pseudo_threshold",
            doc = "the share of pixels at least this confident weighs the loss")
        double threshold,
    @Key(
            value = "0",
            reference = "uda.pseudo_weight_ignore_top",
            doc = "upper rows of the crop with weight 0")
        int ignoreTop,
    @Key(
            value = "0",
            reference = "uda.pseudo_weight_ignore_bottom",
            doc = "lower rows of the crop with weight 0")
        int ignoreBottom,
    @Key(
            value = "null",
            nullable = true,
            reference = "data.train.target.crop_pseudo_margins or data.train.crop_pseudo_margins_target",
            doc = "[top,bottom,left,right] of the full image, masked before cropping")
        List<Integer> margins,
    @Key(
            value = "original",
            reference = "uda.stylize.target.pseudolabels",
            doc = "view shown to the teacher")
        View.Style input) {}
