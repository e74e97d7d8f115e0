package ciss.config;

import java.util.List;

/** Losses on pictures mixed from source and target; ciss only. */
public record TargetLossConfig(
    @Key(
            value = "[original/original]",
            reference = "uda.stylize.target.ce",
            doc = "mixed images to train on, in this order; a view is source-style/target-style")
        List<View> ce,
    @Key(
            value = "false",
            reference = "uda.stylize.target.average_ce",
            doc = "divide each term by the number of mixed images")
        boolean averageCe,
    @Key(
            value = "[[original/original, stylized/stylized]]",
            reference = "uda.stylize.target.inv",
            doc = "pairs of mixed images whose features are drawn together")
        List<ViewPair> invariance) {}
