package ciss.config;

/** What is written about the training. */
public record LogConfig(
    @Key(value = "50", reference = "log_config.interval", doc = "iterations between log lines") int interval,
    @Key(value = "info", reference = "log_level", doc = "least important message shown") Level level,
    @Key(value = "true", ours = true, reference = "TensorboardLoggerHook", doc = "write events/") boolean tensorboard,
    @Key(value = "true", ours = true, doc = "write report.html at each evaluation") boolean report) {

  /** From few messages to many. */
  public enum Level {
    ERROR,
    WARN,
    INFO,
    DEBUG
  }
}
