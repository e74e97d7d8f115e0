package ciss.train;

import ciss.model.FeatureEncoder;
import ciss.model.Saving;
import ciss.model.Segmentor;
import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Phase;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One iteration of CISS, or of DACS as its special case, in the order of method.md 2.3. Where the reference runs one
 * backward per loss over retained graphs, here all cotangents of a view meet in its pass and one backward follows.
 */
public final class CissIteration implements Iteration {
  private final Backend backend;
  private final Segmentor student;
  private final Teacher teacher;
  private final UdaOptions options;
  private final AdamW optimizer;
  private final LossLog log;
  private final float[] mean;
  private final float[] std;
  private final SegmentationLoss segmentationLoss;
  private final FeatureDistanceLoss featureDistance;
  private final InvarianceLoss invariance;

  /**
   * @param frozen encoder of the feature distance; null if its weight is 0
   * @param mean per channel (RGB), of the normalisation of the images
   */
  public CissIteration(
      Backend backend,
      Segmentor student,
      Segmentor teacher,
      FeatureEncoder frozen,
      UdaOptions options,
      AdamW optimizer,
      LossLog log,
      double lossWeight,
      float[] mean,
      float[] std) {
    this.backend = backend;
    this.student = student;
    this.teacher = new Teacher(backend, teacher, student, options.alpha());
    this.options = options;
    this.optimizer = optimizer;
    this.log = log;
    this.mean = mean;
    this.std = std;
    this.segmentationLoss = new SegmentationLoss(backend, student, log, lossWeight);
    this.featureDistance =
        frozen == null
            ? null
            : new FeatureDistanceLoss(backend, frozen, options.featureDistance(), student.classes(), log);
    this.invariance =
        new InvarianceLoss(backend, options.invariance(), student.detailLossWeight(), student.classes());
  }

  @Override
  public LossLog run(TrainingBatch batch, IterationDraws draws, long i, IterationListener listener) {
    try (Phase phase = backend.phase("start")) {
      log.clear();
      backend.fill(student.store().gradients().flat(), 0);
      teacher.follow(i);
    }
    Passes passes = new Passes(draws);
    try (Workspace.Region region = backend.workspace().region();
        Phase phase = backend.phase("source")) {
      trainOnSource(batch, passes);
    }
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor pseudoLabel = backend.workspace().keep(DType.U8, batch.label().shape());
      Tensor pseudoWeight = backend.workspace().keep(DType.F32, batch.label().shape());
      Tensor seen = batch.target(options.pseudoLabel().input());
      try (Phase phase = backend.phase("teacher")) {
        teacher.pseudoLabels(seen, options.pseudoLabel(), batch.validMask(), pseudoLabel, pseudoWeight);
      }
      listener.pseudoLabels(pseudoLabel, pseudoWeight);
      try (Phase phase = backend.phase("mixed")) {
        trainOnMixes(batch, draws, passes, pseudoLabel, pseudoWeight, listener);
      }
    }
    listener.gradients();
    try (Phase phase = backend.phase("optimizer")) {
      optimizer.step(i, log.nonFinite());
    }
    return log;
  }

  /** The student's training forwards, numbered in order for their draws. */
  private final class Passes {
    private final IterationDraws draws;
    private int next;

    Passes(IterationDraws draws) {
      this.draws = draws;
    }

    TrainingPass forward(Tensor image, Saving saving) {
      return student.forwardTraining(image, draws.pass(next++), saving);
    }
  }

  /** Steps 3 to 6: cross entropy, feature distance and invariance on the source image and its stylized view. */
  private void trainOnSource(TrainingBatch batch, Passes passes) {
    UdaOptions.Source source = options.source();
    boolean halved = source.ceOriginal() && source.ceStylized() && source.averageCe();
    Map<View, TrainingPass> made = new LinkedHashMap<>();
    for (View view : View.values()) {
      if (source.ce(view) || source.invariance()) {
        Saving saving = source.ce(view) ? Saving.EVERYTHING : savingForSourceFeatures();
        TrainingPass pass = passes.forward(batch.source(view), saving);
        made.put(view, pass);
        if (source.ce(view)) {
          segmentationLoss.apply(pass, batch.label(), Tensor.ABSENT, sourcePrefix(view), halved ? 0.5 : 1);
        }
      }
    }
    if (featureDistance != null) {
      made.forEach((view, pass) -> featureDistance.apply(pass, batch.source(view), batch.label(), distanceName(view)));
    }
    if (source.invariance()) {
      Tensor result = log.slot(1);
      double[] weights = options.invariance().weightSource();
      invariance.apply(made.get(View.ORIGINAL), made.get(View.STYLIZED), weights, batch.label(), result);
      log.add("src.inv_loss", result, 0, 1);
    }
    made.values().forEach(TrainingPass::backward);
  }

  /** Steps 8 to 10: cross entropy and invariance on images mixed from source and target. */
  private void trainOnMixes(
      TrainingBatch batch,
      IterationDraws draws,
      Passes passes,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      IterationListener listener) {
    UdaOptions.Target target = options.target();
    ClassMix classMix =
        new ClassMix(backend, batch, pseudoLabel, pseudoWeight, options.mixing(), draws, mean, std);
    int terms = target.ce().size();
    double factor = target.averageCe() && terms > 1 ? 1.0 / terms : 1;
    Map<View.Mix, TrainingPass> kept = new LinkedHashMap<>();
    List<TrainingPass> waiting = new ArrayList<>();
    for (View.Mix mix : target.ce()) {
      boolean member = target.invariance().stream().anyMatch(p -> p.first().equals(mix) || p.second().equals(mix));
      // A pass that an invariance loss ties to another one waits for it; the others are finished at once.
      Workspace.Region own = member ? null : backend.workspace().region();
      TrainingPass pass = passes.forward(mixedImage(classMix, mix, listener), Saving.EVERYTHING);
      listener.mixedScores(mix, pass);
      segmentationLoss.apply(pass, classMix.label(), classMix.weight(), mixPrefix(mix), factor);
      if (member) {
        kept.putIfAbsent(mix, pass);
        waiting.add(pass);
      } else {
        pass.backward();
        own.close();
      }
    }
    double[] weights = options.invariance().weightTarget();
    for (View.MixPair pair : target.invariance()) {
      TrainingPass first = keptOrNew(kept, pair.first(), classMix, passes, waiting, listener);
      TrainingPass second = keptOrNew(kept, pair.second(), classMix, passes, waiting, listener);
      Tensor result = log.slot(1);
      invariance.apply(first, second, weights, pseudoLabel, result);
      log.add("mix_" + pair.first().words("") + "_" + pair.second().words("") + ".inv_loss", result, 0, 1);
    }
    waiting.forEach(TrainingPass::backward);
  }

  private TrainingPass keptOrNew(
      Map<View.Mix, TrainingPass> kept,
      View.Mix mix,
      ClassMix classMix,
      Passes passes,
      List<TrainingPass> waiting,
      IterationListener listener) {
    TrainingPass pass = kept.get(mix);
    if (pass == null) {
      Saving saving = savingForInvariance(options.invariance().weightTarget());
      pass = passes.forward(mixedImage(classMix, mix, listener), saving);
      waiting.add(pass);
    }
    return pass;
  }

  private static Tensor mixedImage(ClassMix classMix, View.Mix mix, IterationListener listener) {
    Tensor image = classMix.mix(mix);
    listener.mixed(mix, image, classMix.label(), classMix.weight());
    return image;
  }

  /** What a source pass without cross entropy must keep: the feature distance reads the deepest encoder stage. */
  private Saving savingForSourceFeatures() {
    Saving saving = savingForInvariance(options.invariance().weightSource());
    if (featureDistance == null || saving == Saving.EVERYTHING) {
      return saving;
    }
    return student.featuresOfAllScales() ? Saving.EVERYTHING : Saving.CONTEXT_ENCODER;
  }

  private static Saving savingForInvariance(double[] weights) {
    for (int level = 1; level < weights.length; level++) {
      if (weights[level] != 0) {
        return Saving.EVERYTHING;
      }
    }
    return weights[0] != 0 ? Saving.CONTEXT_STAGES_1_2 : Saving.NOTHING;
  }

  private boolean ciss() {
    return options.method() == UdaOptions.Method.CISS;
  }

  private String sourcePrefix(View view) {
    if (!ciss()) {
      return "decode.";
    }
    return view == View.ORIGINAL ? "src_orig.decode." : "src_stylized.decode.";
  }

  private static String distanceName(View view) {
    return (view == View.ORIGINAL ? "src" : "src_stylized") + ".loss_imnet_feat_dist";
  }

  private String mixPrefix(View.Mix mix) {
    return ciss() ? "mix_" + mix.words("_") + ".decode." : "mix.decode.";
  }
}
