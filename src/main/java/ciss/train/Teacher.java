package ciss.train;

import ciss.model.Segmentor;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * The mean teacher (method.md 2.1, 2.3): parameters are a moving average of the student's; BatchNorm works on batch
 * statistics of its own (Q5, Q6); dropout and stochastic depth are off.
 */
final class Teacher {
  private final Backend backend;
  private final Segmentor teacher;
  private final Segmentor student;
  private final double alpha;

  Teacher(Backend backend, Segmentor teacher, Segmentor student, double alpha) {
    this.backend = backend;
    this.teacher = teacher;
    this.student = student;
    this.alpha = alpha;
  }

  /** Step 1 at iteration {@code i}: a copy at 0, then {@code a = min(1 - 1/(i+1), alpha)}. BatchNorm is left alone. */
  void follow(long i) {
    Tensor from = student.store().values().flat();
    Tensor to = teacher.store().values().flat();
    if (i == 0) {
      backend.copy(from, to);
    } else {
      backend.movingAverage(Math.min(1 - 1.0 / (i + 1), alpha), from, to);
    }
  }

  /**
   * Step 7: labels and weights of the target images.
   *
   * @param label U8 {@code [n,h,w]}, overwritten
   * @param weight F32 {@code [n,h,w]}, overwritten: one share of confident pixels for the whole batch, borders 0 or times
   *     the mask
   */
  void pseudoLabels(Tensor image, UdaOptions.PseudoLabel options, Tensor validMask, Tensor label, Tensor weight) {
    int n = image.size(0);
    int h = image.size(1);
    int w = image.size(2);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor logits = frame.take(n, teacher.logitsHeight(h), teacher.logitsWidth(w), teacher.classes());
      teacher.encodeDecode(image, true, logits);
      CrossEntropyDims dims =
          new CrossEntropyDims(
              n,
              teacher.classes(),
              Axis.bySize(logits.size(1), h),
              Axis.bySize(logits.size(2), w),
              new Box(0, h, 0, w),
              h,
              w,
              SegmentationLoss.IGNORE,
              new float[0]);
      Tensor confident = frame.take(DType.F64, Shape.of(1));
      backend.pseudoLabel(dims, logits, options.threshold(), label, confident);
      backend.pseudoWeight(confident, options.ignoreTop(), options.ignoreBottom(), validMask, weight);
    }
  }
}
