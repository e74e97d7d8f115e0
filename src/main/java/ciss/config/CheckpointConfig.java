package ciss.config;

/** Saved states of the training. */
public record CheckpointConfig(
    @Key(computed = "iterations/10", reference = "checkpoint_config.interval", doc = "iterations between checkpoints")
        int interval,
    @Key(value = "1", reference = "checkpoint_config.max_keep_ckpts", doc = "how many are kept, the newest") int keep,
    @Key(
            value = "true",
            reference = "checkpoint_config.save_last (class default)",
            doc = "one after the last iteration")
        boolean saveLast,
    @Key(
            value = "true",
            reference = "checkpoint_config.save_optimizer (class default)",
            doc = "with the optimizer's moments, needed to resume")
        boolean optimizer,
    @Key(value = "false", ours = true, reference = "evaluation.save_best", doc = "also keep the best by mIoU")
        boolean best) {}
