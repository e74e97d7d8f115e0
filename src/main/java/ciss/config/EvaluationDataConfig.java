package ciss.config;

import java.nio.file.Path;

/**
 * The pictures of an evaluation.
 *
 * @param labels folder below root; null = no ground truth, predictions only
 * @param list file below root with one picture name without suffix per line; null = every picture of the folder
 * @param resize null = as stored
 */
public record EvaluationDataConfig(
    @Key(
            computed = "val: = target, test: = val",
            reference = "data.{role}.type",
            doc = "preset that fills the keys below",
            unavailable = "acbench")
        DatasetName dataset,
    @Key(computed = "preset", reference = "data.{role}.data_root", doc = "looked for here, then under CISS_DATA")
        Path root,
    @Key(computed = "preset", reference = "data.{role}.img_dir", doc = "folder below root, searched recursively")
        Path images,
    @Key(computed = "preset", reference = "class default", doc = "end of the picture files' names") String imageSuffix,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "data.{role}.ann_dir",
            doc = "folder below root; null = no ground truth")
        Path labels,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "class default",
            doc = "end of the label files' names, in place of image_suffix")
        String labelSuffix,
    @Key(
            value = "null",
            computed = "val: null, test: = val",
            nullable = true,
            reference = "data.{role}.split",
            doc = "file below root, one picture name without suffix per line; null = every picture of the folder")
        Path list,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "MultiScaleFlipAug.img_scale",
            doc = "keeps the aspect ratio, fits inside; null = as stored")
        Size resize) {}
