package ciss.config;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;

/**
 * The pictures and how they are prepared.
 *
 * @param target null with {@code uda.method: none}, which reads no target pictures
 * @param labelMap label value in the files to train id; null = the files hold train ids
 */
public record DataConfig(
    @Key(defaults = {"dataset=cityscapes", "max_class_share=0.75"}) TrainingDataConfig source,
    @Key(defaults = {"dataset=acdc", "max_class_share=1.0"}) TrainingDataConfig target,
    @Key EvaluationDataConfig val,
    @Key EvaluationDataConfig test,
    @Key(
            value = "cityscapes19",
            reference = "classes, palette",
            doc = "cityscapes19, camvid11, or a file / list of {name, colour}")
        ClassSet classes,
    @Key(
            value = "null",
            ours = true,
            nullable = true,
            doc = "{value in the label files: train id}, others are ignored; null = the files hold train ids")
        Map<Integer, Integer> labelMap,
    @Key(
            computed = "true with stylization",
            reference = "data.train.type UDADatasetDual (true) / UDADataset (false)",
            doc = "one pipeline for the pair, needed by stylization")
        boolean jointPipeline,
    @Key(
            computed = "true with stylization",
            reference = "LoadImageFromFile.to_float32",
            doc = "false = resize on bytes")
        boolean floatImages,
    @Key(
            value = "null",
            nullable = true,
            reference = "data.train.sync_crop_size",
            doc = "extra common crop of the pair")
        Size syncCrop,
    @Key(value = "255", reference = "ignore_index, Pad.seg_pad_val", doc = "label value without class")
        int ignoreLabel,
    @Key(value = "[123.675,116.28,103.53]", reference = "Normalize.mean", doc = "RGB order") List<Double> mean,
    @Key(value = "[58.395,57.12,57.375]", reference = "Normalize.std", doc = "RGB order") List<Double> std,
    @Key(value = "0.0", reference = "Pad.pad_val", doc = "of pictures, after normalisation") double padValue,
    @Key(value = "16", reference = "data.workers_per_gpu", doc = "loader threads; no influence on the draws")
        int workers,
    @Key RareClassSamplingConfig rareClassSampling,
    @Key(value = "2", ours = true, doc = "batches ready ahead") int prefetch) {

  /**
   * The pictures of an evaluation: {@code data.val}, or {@code data.test} with the preset's test folders. Most data sets
   * keep the labels of their test pictures on a server; where they are not there, {@code labels} is null.
   */
  public EvaluationDataConfig evaluation(boolean testSplit) {
    if (!testSplit) {
      return val;
    }
    EvaluationDataConfig set = test.onTestSplit();
    boolean labelled = set.labels() != null && Files.isDirectory(set.root().resolve(set.labels()));
    return labelled ? set : set.withoutLabels();
  }
}
