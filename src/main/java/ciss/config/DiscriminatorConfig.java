package ciss.config;

/** Adversarial adaptation, which this version does not have: its keys are known and null. */
public record DiscriminatorConfig(
    @Key(
            value = "null",
            reference = "uda.discriminator_type",
            doc = "adversarial only",
            unavailable = {"ls", "vanilla"})
        String loss,
    @Key(value = "null", reference = "uda.lr_D", doc = "adversarial only") Double lr,
    @Key(value = "null", reference = "uda.lr_D_power", doc = "adversarial only") Double lrPower,
    @Key(value = "null", reference = "uda.lr_D_min", doc = "adversarial only") Double lrMin,
    @Key(value = "null", reference = "uda.lambda_adv_target.main", doc = "adversarial only") Double weight,
    @Key(value = "null", reference = "uda.lambda_adv_target.aux", doc = "adversarial only") Double weightAux) {}
