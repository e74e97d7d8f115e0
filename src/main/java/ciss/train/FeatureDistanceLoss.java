package ciss.train;

import ciss.model.FeatureEncoder;
import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * ImageNet feature distance (method.md 2.5): the student's last encoder stage stays near that of the frozen encoder on the
 * same image, at positions of thing classes.
 */
final class FeatureDistanceLoss {
  private final Backend backend;
  private final FeatureEncoder frozen;
  private final UdaOptions.FeatureDistance options;
  private final int classes;
  private final LossLog log;

  FeatureDistanceLoss(
      Backend backend, FeatureEncoder frozen, UdaOptions.FeatureDistance options, int classes, LossLog log) {
    this.backend = backend;
    this.frozen = frozen;
    this.options = options;
    this.classes = classes;
    this.log = log;
  }

  /**
   * @param image the image of the pass {@code [n,h,w,3]}
   * @param label of the source {@code [n,h,w]}
   */
  void apply(TrainingPass pass, Tensor image, Tensor label, String name) {
    for (int scale = 0; scale < pass.deepestCount(); scale++) {
      pass.dDeepest(scale);
    }
    try (Workspace.Frame frame = backend.workspace().frame()) {
      List<Tensor> target = frozen.deepestMaps(image, pass.cropBox());
      for (int scale = 0; scale < pass.deepestCount(); scale++) {
        Tensor f = pass.deepest(scale);
        Tensor mask = options.classes() == null ? Tensor.ABSENT : mask(frame, labelAt(frame, scale, label, pass), f);
        Tensor result = log.slot(2);
        backend.featureDistance(f, target.get(scale), mask, options.lambda(), pass.dDeepest(scale), result);
        log.addMean(name, result, 0, 1);
      }
    }
  }

  /** The label, or for the detail scale its part inside the crop box. */
  private Tensor labelAt(Workspace.Frame frame, int scale, Tensor label, TrainingPass pass) {
    Box box = pass.cropBox();
    if (scale == 0 || box == null) {
      return label;
    }
    int n = label.size(0);
    Tensor cropped = frame.take(DType.U8, Shape.of(n, box.height(), box.width(), 1));
    backend.cutWindows(label.reshape(n, label.size(1), label.size(2), 1), List.of(box), cropped);
    return cropped.reshape(n, box.height(), box.width());
  }

  private Tensor mask(Workspace.Frame frame, Tensor label, Tensor feature) {
    Tensor reduced = ReducedLabel.at(backend, frame, label, feature.size(2), options.minRatio(), classes);
    byte[] table = new byte[256];
    for (int c : options.classes()) {
      table[c] = 1;
    }
    Tensor lookup = frame.take(DType.U8, Shape.of(256));
    backend.upload(MemorySegment.ofArray(table), lookup);
    Tensor mask = frame.take(DType.U8, reduced.shape());
    backend.lookup(reduced, lookup, mask);
    return mask;
  }
}
