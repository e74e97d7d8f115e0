package ciss.config;

import java.nio.file.Path;

/**
 * Everything a training run is told. Built by {@link ConfigLoader}; already checked: sizes fit, channels agree, keys
 * that do not apply are null.
 */
public record CissConfig(
    @Key(
            computed = "file name",
            ours = true,
            reference = "name",
            doc = "names the work directory")
        String name,
    @Key(value = "null", ours = true, nullable = true, doc = "shown in the report") String description,
    @Key(
            value = "null",
            ours = true,
            nullable = true,
            reference = "work_dir",
            doc = "null: a new directory work_dirs/<group>/<date>_<name>_<hex>")
        Path workDir,
    @Key ModelConfig model,
    @Key InferenceConfig inference,
    @Key UdaConfig uda,
    @Key StylizationConfig stylization,
    @Key DataConfig data,
    @Key TrainConfig train,
    @Key OptimizerConfig optimizer,
    @Key ScheduleConfig schedule,
    @Key EvaluationConfig evaluation,
    @Key CheckpointConfig checkpoint,
    @Key LogConfig log) {}
