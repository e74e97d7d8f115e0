package ciss.train;

import ciss.model.Segmentor;
import ciss.model.TrainingPass;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.Tensor;

/**
 * Segmentation loss of one pass (method.md 2.4): cross entropy of the fused scores, and of the context and detail scores
 * where they have a weight. Gradients go into the pass's cotangents.
 */
public final class SegmentationLoss {
  static final int IGNORE = 255;
  private static final float[] NO_CLASS_WEIGHTS = {};

  private final Backend backend;
  private final Segmentor student;
  private final LossLog log;
  private final double lossWeight;

  public SegmentationLoss(Backend backend, Segmentor student, LossLog log, double lossWeight) {
    this.backend = backend;
    this.student = student;
    this.log = log;
    this.lossWeight = lossWeight;
  }

  /**
   * @param label U8 {@code [n,h,w]}
   * @param weight pixel weights {@code [n,h,w]}, or absent
   * @param prefix of the log names, ends in {@code decode.}
   * @param factor of the gradient only; logged values are without it
   */
  public void apply(TrainingPass pass, Tensor label, Tensor weight, String prefix, double factor) {
    double context = student.contextLossWeight();
    double detail = student.detailLossWeight();
    Box whole = new Box(0, label.size(1), 0, label.size(2));
    term(prefix, pass.logits(), pass.dLogits(), label, weight, whole, 1 - context - detail, factor);
    if (context > 0) {
      term(prefix + "lr.", pass.contextLogits(), pass.dContextLogits(), label, weight, whole, context, factor);
    }
    if (detail > 0) {
      Box region = pass.cropBox() == null ? whole : pass.cropBox();
      term(prefix + "hr.", pass.detailLogits(), pass.dDetailLogits(), label, weight, region, detail, factor);
    }
  }

  private void term(
      String prefix,
      Tensor logits,
      Tensor dLogits,
      Tensor label,
      Tensor weight,
      Box region,
      double share,
      double factor) {
    CrossEntropyDims dims =
        new CrossEntropyDims(
            logits.size(0),
            logits.size(3),
            Axis.bySize(logits.size(1), region.height()),
            Axis.bySize(logits.size(2), region.width()),
            region,
            label.size(1),
            label.size(2),
            IGNORE,
            NO_CLASS_WEIGHTS);
    Tensor result = log.slot(2);
    double weighted = share * lossWeight;
    backend.upsampledCrossEntropy(dims, logits, label, weight, weighted * factor, dLogits, result);
    log.add(prefix + "loss_seg", result, 0, weighted);
    log.add(prefix + "acc_seg", result, 1, 1);
  }
}
