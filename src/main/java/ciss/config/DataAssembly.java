package ciss.config;

import ciss.data.ClassCounts;
import ciss.data.ClassIndex;
import ciss.data.DataSet;
import ciss.data.DatasetSpec;
import ciss.data.DecodedCache;
import ciss.data.DomainSteps;
import ciss.data.FourierStylization;
import ciss.data.LabelTable;
import ciss.data.Normalization;
import ciss.data.PairOptions;
import ciss.data.PairPipeline;
import ciss.data.RareClassSampling;
import ciss.data.ReinhardStylization;
import ciss.data.Resize;
import ciss.data.Stylization;
import ciss.data.TrainingSamples;
import ciss.tensor.Draws;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Consumer;

/** Turns the data part of a configuration into data sets, pipeline and samples. */
public final class DataAssembly {
  private DataAssembly() {}

  /**
   * What a training reads.
   *
   * @param target null in supervised training
   * @param sampling null without rare class sampling
   */
  public record TrainingData(DataSet source, DataSet target, RareClassSampling sampling, TrainingSamples samples) {}

  /**
   * Opens the training data; class statistics are read, or made where there are none.
   *
   * @param note receives one line about each thing worth knowing
   * @throws ciss.error.DataException if something is missing
   */
  public static TrainingData open(CissConfig config, DecodedCache cache, int threads, Consumer<String> note) {
    boolean supervised = config.uda().method() == UdaConfig.Method.NONE;
    DataSet source = DataSet.open(source(config), cache);
    DataSet target = supervised ? null : DataSet.open(target(config), cache);
    source.checkEnds();
    if (target != null) {
      target.checkEnds();
    }
    RareClassSampling sampling = sampling(config, source, threads, note);
    TrainingSamples samples =
        new TrainingSamples(
            source,
            target,
            new PairPipeline(pair(config)),
            sampling,
            new Draws(config.train().seed()),
            config.train().batchSize());
    return new TrainingData(source, target, sampling, samples);
  }

  private static RareClassSampling sampling(CissConfig config, DataSet source, int threads, Consumer<String> note) {
    RareClassSamplingConfig options = config.data().rareClassSampling();
    if (!options.enabled()) {
      return null;
    }
    List<ClassCounts> counts = ClassIndex.of(source, threads, done -> {}, note);
    RareClassSampling sampling =
        new RareClassSampling(
            counts, options.temperature(), options.minPixels(), options.minCropRatio(), options.maxTries());
    if (!sampling.withoutCandidates().isEmpty()) {
      List<String> names = config.data().classes().names();
      note.accept(
          "warning: no source picture has more than %d pixels of %s: left out of the rare class sampling"
              .formatted(
                  options.minPixels(),
                  String.join(", ", sampling.withoutCandidates().stream().map(names::get).toList())));
    }
    return sampling;
  }

  /** The labelled source set. */
  public static DatasetSpec source(CissConfig config) {
    TrainingDataConfig set = config.data().source();
    return spec(
        config, "source", set.root(), set.images(), set.imageSuffix(), set.labels(), set.labelSuffix(), set.list());
  }

  /** The target set; its labels are never read. */
  public static DatasetSpec target(CissConfig config) {
    TrainingDataConfig set = config.data().target();
    return spec(config, "target", set.root(), set.images(), set.imageSuffix(), null, null, set.list());
  }

  /** The set that training is evaluated on ({@code val}) or the test set, which may lack labels. */
  public static DatasetSpec evaluation(CissConfig config, boolean test) {
    EvaluationDataConfig set = config.data().evaluation(test);
    return spec(
        config,
        test ? "test" : "val",
        set.root(),
        set.images(),
        set.imageSuffix(),
        set.labels(),
        set.labelSuffix(),
        set.list());
  }

  private static DatasetSpec spec(
      CissConfig config,
      String role,
      Path root,
      Path images,
      String imageSuffix,
      Path labels,
      String labelSuffix,
      Path list) {
    DataConfig data = config.data();
    LabelTable table = new LabelTable(config.model().classes(), data.ignoreLabel(), data.labelMap());
    return new DatasetSpec(role, root, images, imageSuffix, labels, labelSuffix, list, table);
  }

  /** The way of a pair of pictures through the pipeline. */
  public static PairOptions pair(CissConfig config) {
    DataConfig data = config.data();
    boolean supervised = config.uda().method() == UdaConfig.Method.NONE;
    StylizationConfig stylization = config.stylization();
    List<StylizationConfig.Direction> directions =
        stylization.directions() == null ? List.of() : stylization.directions();
    List<Integer> margins = supervised ? null : config.uda().pseudoLabel().margins();
    return new PairOptions(
        steps(data.source()),
        supervised ? null : steps(data.target()),
        stylization(stylization),
        directions.contains(StylizationConfig.Direction.SOURCE_FROM_TARGET),
        directions.contains(StylizationConfig.Direction.TARGET_FROM_SOURCE),
        size(stylization.centralCrop()),
        data.floatImages(),
        size(data.syncCrop()),
        margins == null ? null : margins.stream().mapToInt(Integer::intValue).toArray(),
        normalization(data),
        (float) data.padValue());
  }

  private static DomainSteps steps(TrainingDataConfig set) {
    return new DomainSteps(
        size(set.resize()), size(set.crop()), set.maxClassShare(), set.flip(), set.photometric(), size(set.pad()));
  }

  private static Stylization stylization(StylizationConfig config) {
    return switch (config.type()) {
      case NONE -> null;
      case FDA -> new FourierStylization(config.bandwidth());
      case REINHARD -> new ReinhardStylization();
    };
  }

  /** Mean and deviation of the normalisation. */
  public static Normalization normalization(DataConfig data) {
    return new Normalization(doubles(data.mean()), doubles(data.std()));
  }

  private static double[] doubles(List<Double> values) {
    return values.stream().mapToDouble(Double::doubleValue).toArray();
  }

  /** Null stays null. */
  static Resize.Size size(Size size) {
    return size == null ? null : new Resize.Size(size.height(), size.width());
  }
}
