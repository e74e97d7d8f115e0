package ciss.config;

import java.util.List;
import java.util.Map;

/**
 * The optimizer.
 *
 * @param betas null with sgd, like eps
 * @param momentum null with adamw
 * @param groups factors by part of the parameter name; the longest part that matches wins, ties alphabetically. The
 *     map iterates in that order.
 */
public record OptimizerConfig(
    @Key(value = "adamw", reference = "optimizer.type", doc = "the update rule", unavailable = "sgd") Type type,
    @Key(value = "6e-5", reference = "optimizer.lr", doc = "base learning rate") double lr,
    @Key(value = "[0.9,0.999]", reference = "optimizer.betas", doc = "decay of the two moments") List<Double> betas,
    @Key(value = "1e-8", reference = "(library default)", doc = "added to the root of the second moment") double eps,
    @Key(value = "null", reference = "optimizer.momentum", doc = "sgd only") Double momentum,
    @Key(value = "0.01", reference = "optimizer.weight_decay", doc = "decoupled weight decay") double weightDecay,
    @Key(
            value =
                "{head: {lr_mult: 10, decay_mult: 1}, norm: {lr_mult: 1, decay_mult: 0},"
                    + " pos_block: {lr_mult: 1, decay_mult: 0}}",
            reference = "optimizer.paramwise_cfg.custom_keys",
            doc = "{part of the parameter name: {lr_mult, decay_mult}}; the longest part that matches wins")
        Map<String, ParameterGroup> groups) {

  /** The optimizers there are. */
  public enum Type {
    ADAMW
  }
}
