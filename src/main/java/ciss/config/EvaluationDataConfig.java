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
        Size resize) {

  /**
   * The same data set, test pictures for validation pictures: where a folder is the preset's for validation, the preset's
   * for testing takes its place. Folders that somebody chose stay.
   */
  EvaluationDataConfig onTestSplit() {
    DatasetPreset preset = DatasetPreset.of(dataset);
    if (preset == null || preset.valImages() == null || !images.equals(Path.of(preset.valImages()))) {
      return this;
    }
    boolean usualLabels = labels != null && labels.equals(Path.of(preset.valLabels()));
    return new EvaluationDataConfig(
        dataset,
        root,
        Path.of(preset.testImages()),
        imageSuffix,
        usualLabels ? Path.of(preset.testLabels()) : labels,
        labelSuffix,
        list,
        resize);
  }

  /** The same pictures without ground truth. */
  EvaluationDataConfig withoutLabels() {
    return new EvaluationDataConfig(dataset, root, images, imageSuffix, null, null, list, resize);
  }
}
