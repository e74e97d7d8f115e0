package ciss.config;

/**
 * The learning rate over time.
 *
 * @param warmupIterations null without warm-up, like warmupRatio
 */
public record ScheduleConfig(
    @Key(value = "poly", reference = "lr_config.policy", doc = "(1 - k/iterations)^power") Type type,
    @Key(value = "1.0", reference = "lr_config.power", doc = "exponent") double power,
    @Key(value = "0.0", reference = "lr_config.min_lr", doc = "learning rate at the end") double minLr,
    @Key(value = "linear", reference = "lr_config.warmup", doc = "rise at the start") Warmup warmup,
    @Key(value = "1500", reference = "lr_config.warmup_iters", doc = "length of the rise") Integer warmupIterations,
    @Key(value = "1e-6", reference = "lr_config.warmup_ratio", doc = "share of the learning rate at iteration 0")
        Double warmupRatio) {

  /** The schedules there are. */
  public enum Type {
    POLY
  }

  /** The warm-ups there are. */
  public enum Warmup {
    LINEAR,
    NONE
  }
}
