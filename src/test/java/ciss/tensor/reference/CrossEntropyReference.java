package ciss.tensor.reference;

import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.ResampleOps.ResizeDims;

/** Cross entropy of upsampled scores (method.md 2.4) and the teacher's pseudo-labels (2.3, step 7). */
final class CrossEntropyReference {
  /** Loss, accuracy in per cent, and {@code gradientFactor * dloss/dlogits}. */
  record Result(double loss, double accuracy, double[] dLogits) {}

  /** Pseudo-labels and the number of confident pixels. */
  record PseudoLabels(int[] label, double confident) {}

  private CrossEntropyReference() {}

  static Result forwardBackward(
      CrossEntropyDims d, double[] logits, int[] label, double[] weight, double gradientFactor) {
    ResizeDims resize = new ResizeDims(d.n(), d.y(), d.x(), d.classes());
    double[] up = ResizeReference.forward(resize, logits);
    double[] dUp = new double[up.length];
    int pixels = up.length / d.classes();
    double loss = 0;
    double correct = 0;
    for (int p = 0; p < pixels; p++) {
      double[] probabilities = SoftmaxReference.softmax(up, p * d.classes(), d.classes());
      int at = labelPosition(d, p);
      correct += SoftmaxReference.argmax(up, p * d.classes(), d.classes()) == label[at] ? 1 : 0;
      if (label[at] == d.ignoreIndex()) {
        continue;
      }
      double share = (weight.length == 0 ? 1 : weight[at]) / pixels;
      if (d.classWeights().length > 0) {
        share *= d.classWeights()[label[at]];
      }
      loss += share * (SoftmaxReference.logSumExp(up, p * d.classes(), d.classes()) - up[p * d.classes() + label[at]]);
      for (int k = 0; k < d.classes(); k++) {
        dUp[p * d.classes() + k] = gradientFactor * share * (probabilities[k] - (k == label[at] ? 1 : 0));
      }
    }
    return new Result(loss, 100 * correct / pixels, ResizeReference.backward(resize, dUp));
  }

  /** First maximum per pixel; confident if its probability as float32 reaches the threshold. */
  static PseudoLabels pseudoLabel(CrossEntropyDims d, double[] logits, float threshold) {
    double[] up = ResizeReference.forward(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), logits);
    int[] label = new int[up.length / d.classes()];
    double confident = 0;
    for (int p = 0; p < label.length; p++) {
      label[p] = SoftmaxReference.argmax(up, p * d.classes(), d.classes());
      double probability = SoftmaxReference.softmax(up, p * d.classes(), d.classes())[label[p]];
      confident += (float) probability >= threshold ? 1 : 0;
    }
    return new PseudoLabels(label, confident);
  }

  /** Place of the region's pixel {@code p} in the label maps. */
  private static int labelPosition(CrossEntropyDims d, int p) {
    int column = p % d.region().width();
    int row = p / d.region().width() % d.region().height();
    int sample = p / d.region().width() / d.region().height();
    return (sample * d.labelHeight() + d.region().y1() + row) * d.labelWidth() + d.region().x1() + column;
  }
}
