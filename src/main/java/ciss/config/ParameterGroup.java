package ciss.config;

/** Factors on learning rate and weight decay for parameters whose name contains the group's name. */
public record ParameterGroup(
    @Key(value = "1.0", reference = "lr_mult", doc = "factor on the learning rate") double lrMult,
    @Key(value = "1.0", reference = "decay_mult", doc = "factor on the weight decay") double decayMult) {}
