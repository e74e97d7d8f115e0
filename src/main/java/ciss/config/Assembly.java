package ciss.config;

import ciss.error.ConfigException;
import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.LossOps;
import ciss.train.AdamW;
import ciss.train.LearningRate;
import ciss.train.TrainerOptions;
import ciss.train.UdaOptions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Turns a resolved configuration into the options of network and trainer: the one place where keys become behaviour. */
public final class Assembly {
  private Assembly() {}

  /** Everything that defines the training but its data. */
  public static TrainerOptions trainer(CissConfig config) {
    DataConfig data = config.data();
    return new TrainerOptions(
        segmentor(config.model()),
        uda(config.uda()),
        optimizer(config.optimizer()),
        schedule(config),
        config.model().loss().weight(),
        config.train().seed(),
        floats(data.mean()),
        floats(data.std()));
  }

  /** The network. */
  public static SegmentorOptions segmentor(ModelConfig model) {
    if (model.alignCorners()) {
      throw new ConfigException("model.align_corners: true is not offered in this version; all published runs use false");
    }
    HeadConfig head = model.head();
    HeadOptions headOptions =
        new HeadOptions(
            HeadType.valueOf(head.type().name()),
            head.channels(),
            head.embedDims(),
            head.dropout(),
            fusion(head.fusion()));
    return new SegmentorOptions(
        model.backbone().type().ordinal(),
        model.backbone().dropPath(),
        model.classes(),
        headOptions,
        model.type() == ModelConfig.Type.HRDA ? hrda(model.hrda()) : null);
  }

  private static FusionOptions fusion(FusionConfig fusion) {
    boolean aspp = fusion.type() == FusionConfig.Type.ASPP;
    return new FusionOptions(
        aspp ? FusionType.ASPP : FusionType.CONV,
        aspp && fusion.separable(),
        aspp ? fusion.dilations().stream().mapToInt(Integer::intValue).toArray() : new int[0],
        aspp ? 1 : fusion.kernel());
  }

  private static HrdaOptions hrda(HrdaConfig hrda) {
    AttentionConfig attention = hrda.attention();
    return new HrdaOptions(
        hrda.scales().stream().mapToDouble(Double::doubleValue).min().orElseThrow(),
        hrda.detailCrop() == null ? 0 : hrda.detailCrop().height(),
        hrda.detailCrop() == null ? 0 : hrda.detailCrop().width(),
        hrda.cropMultiple(),
        hrda.featureScale().isAll(),
        hrda.detailSlide(),
        hrda.detailSlideOverlap(),
        hrda.blurDetail(),
        attention.classwise(),
        attention.dims(),
        attention.fixed() == null ? Double.NaN : attention.fixed(),
        hrda.detailLossWeight(),
        hrda.contextLossWeight());
  }

  /** The adaptation; null for supervised training. */
  private static UdaOptions uda(UdaConfig uda) {
    if (uda.method() == UdaConfig.Method.NONE) {
      return null;
    }
    PseudoLabelConfig labels = uda.pseudoLabel();
    var pseudoLabel =
        new UdaOptions.PseudoLabel(
            (float) labels.threshold(), labels.ignoreTop(), labels.ignoreBottom(), view(labels.input()));
    double strength = uda.mixColorJitter().strength();
    var mixing =
        new UdaOptions.Mixing(
            uda.mixBlur(),
            new double[] {strength, strength, strength, strength},
            uda.mixColorJitter().probability());
    var distance = featureDistance(uda.featureDistance());
    if (uda.method() == UdaConfig.Method.DACS) {
      return UdaOptions.dacs(uda.teacherMomentum(), pseudoLabel, mixing, distance);
    }
    SourceLossConfig source = uda.source();
    return new UdaOptions(
        UdaOptions.Method.CISS,
        uda.teacherMomentum(),
        pseudoLabel,
        mixing,
        distance,
        new UdaOptions.Source(source.ceOriginal(), source.ceStylized(), source.averageCe(), source.invariance()),
        target(uda.target()),
        invariance(uda.invariance(), distance.minRatio()));
  }

  private static UdaOptions.FeatureDistance featureDistance(FeatureDistanceConfig distance) {
    List<Integer> classes = distance.classes();
    return new UdaOptions.FeatureDistance(
        distance.weight(),
        classes == null ? null : classes.stream().mapToInt(Integer::intValue).toArray(),
        distance.minRatio() == null ? 0 : distance.minRatio());
  }

  private static UdaOptions.Target target(TargetLossConfig target) {
    return new UdaOptions.Target(
        target.ce().stream().map(Assembly::mix).toList(),
        target.averageCe(),
        target.invariance().stream()
            .map(pair -> new ciss.train.View.MixPair(mix(pair.first()), mix(pair.second())))
            .toList());
  }

  private static ciss.train.View.Mix mix(View view) {
    return new ciss.train.View.Mix(view(view.source()), view(view.target()));
  }

  private static ciss.train.View view(View.Style style) {
    return ciss.train.View.valueOf(style.name());
  }

  private static UdaOptions.Invariance invariance(InvarianceConfig invariance, double minRatio) {
    return new UdaOptions.Invariance(
        LossOps.Norm.valueOf(invariance.norm().name()),
        invariance.classAverage(),
        weights(invariance.weightSource()),
        weights(invariance.weightTarget()),
        minRatio);
  }

  private static double[] weights(LevelWeights weights) {
    return weights.values().stream().mapToDouble(Double::doubleValue).toArray();
  }

  private static AdamW.Options optimizer(OptimizerConfig optimizer) {
    Map<String, AdamW.Factors> factors = new LinkedHashMap<>();
    optimizer.groups().forEach((name, group) -> factors.put(name, new AdamW.Factors(group.lrMult(), group.decayMult())));
    return new AdamW.Options(
        optimizer.lr(),
        optimizer.betas().get(0),
        optimizer.betas().get(1),
        optimizer.eps(),
        optimizer.weightDecay(),
        factors);
  }

  private static LearningRate schedule(CissConfig config) {
    ScheduleConfig schedule = config.schedule();
    boolean warmup = schedule.warmup() == ScheduleConfig.Warmup.LINEAR;
    return new LearningRate(
        config.train().iterations(),
        schedule.power(),
        schedule.minLr(),
        warmup ? schedule.warmupIterations() : 0,
        warmup ? schedule.warmupRatio() : 1);
  }

  private static float[] floats(List<Double> values) {
    float[] floats = new float[values.size()];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values.get(i).floatValue();
    }
    return floats;
  }
}
