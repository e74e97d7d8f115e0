package ciss.config;

import java.nio.file.Path;

/**
 * The training pictures of one domain.
 *
 * @param images folder below root, searched recursively
 * @param labels folder below root; null for the target, whose labels are never read in training
 * @param list file below root with one picture name without suffix per line; null = every picture of the folder
 * @param resize null = as stored
 */
public record TrainingDataConfig(
    @Key(
            reference = "data.train.{role} / data.train.{role}.type",
            doc = "preset that fills the keys below",
            unavailable = "acbench")
        DatasetName dataset,
    @Key(
            computed = "preset",
            reference = "data.train.data_root_{role} / data.train.{role}.data_root",
            doc = "looked for here, then under CISS_DATA")
        Path root,
    @Key(computed = "preset", reference = "img_dir_{role} / img_dir", doc = "folder below root, searched recursively")
        Path images,
    @Key(computed = "preset", reference = "img_suffix_{role} / class default", doc = "end of the picture files' names")
        String imageSuffix,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "ann_dir_{role} / ann_dir",
            doc = "folder below root; target labels are never read in training")
        Path labels,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "seg_map_suffix_{role} / class default",
            doc = "end of the label files' names, in place of image_suffix")
        String labelSuffix,
    @Key(
            value = "null",
            nullable = true,
            reference = "split_{role} / split",
            doc = "file below root, one picture name without suffix per line; null = every picture of the folder")
        Path list,
    @Key(
            computed = "preset",
            nullable = true,
            reference = "Resize.img_scale (w,h in the reference)",
            doc = "keeps the aspect ratio, fits inside; null = as stored")
        Size resize,
    @Key(value = "[1024,1024]", reference = "RandomCrop.crop_size", doc = "training crop") Size crop,
    @Key(
            reference = "RandomCrop.cat_max_ratio",
            doc = "crops with more than this share of one class are drawn again; 1.0 = no retry")
        double maxClassShare,
    @Key(value = "0.5", reference = "RandomFlip.prob", doc = "probability of mirroring") double flip,
    @Key(value = "false", reference = "PhotoMetricDistortion", doc = "random brightness, contrast, saturation, hue")
        boolean photometric,
    @Key(computed = "= crop", reference = "Pad.size", doc = "smaller crops are padded to this size") Size pad) {}
