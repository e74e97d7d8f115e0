package ciss.config;

/** The feature invariance loss; ciss only. */
public record InvarianceConfig(
    @Key(
            value = "l2",
            reference = "uda.stylize.inv_loss.norm",
            doc = "l2 = mean squared, l1 = mean absolute difference")
        Norm norm,
    @Key(
            value = "false",
            reference = "uda.stylize.inv_loss.class_average",
            doc = "average per class first, then over classes")
        boolean classAverage,
    @Key(
            value = "50",
            reference = "uda.stylize.inv_loss.weight",
            doc = "one weight per feature level 0..4 (encoder, three inside the head, logits); a number means level 0")
        LevelWeights weightSource,
    @Key(
            computed = "= weight_source",
            reference = "uda.stylize.inv_loss.weight_target",
            doc = "as weight_source, for the pairs of mixed images")
        LevelWeights weightTarget) {

  /** The norms there are. */
  public enum Norm {
    L2,
    L1
  }
}
