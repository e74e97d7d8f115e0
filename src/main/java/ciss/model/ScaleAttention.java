package ciss.model;

import ciss.tensor.Backend;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * The scale attention of an HRDA network as something to look at: per pixel the attention of the predicted classes, weighted
 * with their probabilities. For looking, not for speed: the sums run on the caller's thread.
 */
final class ScaleAttention {
  private ScaleAttention() {}

  /**
   * {@code map = sum over classes of up(A) * softmax(F)}; a single attention channel serves all classes.
   *
   * @param attention A {@code [n,h,w,classes or 1]}
   * @param fused F {@code [n,y.out,x.out,classes]}
   * @param map {@code [n,y.out,x.out,1]}, overwritten
   */
  static void map(Backend backend, FusionDims dims, Tensor attention, Tensor fused, Tensor map) {
    int channels = attention.size(3);
    float[] a;
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor enlarged = frame.take(fused.size(0), fused.size(1), fused.size(2), channels);
      backend.resize(new ResizeDims(fused.size(0), dims.y(), dims.x(), channels), attention, enlarged);
      a = backend.download(enlarged);
    }
    float[] f = backend.download(fused);
    int classes = fused.size(3);
    float[] weighted = new float[f.length / classes];
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] = (float) mean(a, channels * i, channels, f, classes * i, classes);
    }
    backend.upload(weighted, map);
  }

  /** Mean of the attention over the classes with the softmax of the scores as weights. */
  private static double mean(float[] a, int aFrom, int channels, float[] f, int fFrom, int classes) {
    double highest = Double.NEGATIVE_INFINITY;
    for (int c = 0; c < classes; c++) {
      highest = Math.max(highest, f[fFrom + c]);
    }
    double sum = 0;
    double total = 0;
    for (int c = 0; c < classes; c++) {
      double weight = Math.exp(f[fFrom + c] - highest);
      total += weight;
      sum += weight * a[aFrom + c % channels];
    }
    return sum / total;
  }
}
