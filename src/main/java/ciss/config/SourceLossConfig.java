package ciss.config;

/** Losses on source pictures; ciss only. */
public record SourceLossConfig(
    @Key(
            value = "true",
            reference = "uda.stylize.source.ce_original",
            doc = "cross entropy on the original source picture")
        boolean ceOriginal,
    @Key(
            value = "false",
            reference = "uda.stylize.source.ce_stylized",
            doc = "cross entropy on the source picture in target style")
        boolean ceStylized,
    @Key(
            value = "false",
            reference = "uda.stylize.source.average_ce",
            doc = "halve both terms when both are on")
        boolean averageCe,
    @Key(
            value = "true",
            reference = "uda.stylize.source.inv",
            doc = "invariance loss between original and stylized source")
        boolean invariance) {}
