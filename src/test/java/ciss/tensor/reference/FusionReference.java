package ciss.tensor.reference;

import ciss.tensor.Box;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.ResampleOps.ResizeDims;
import java.util.Arrays;

/** Fusion of context and detail scores (method.md 1.3): {@code F = up(A) * H0 + up((1-A) * L)}. */
final class FusionReference {
  /** A, L' and F. */
  record Result(double[] attention, double[] weightedContext, double[] fused) {}

  /** Gradients of context, attention logits and detail. */
  record Gradients(double[] dContext, double[] dAttentionLogits, double[] dDetail) {}

  private FusionReference() {}

  static Result forward(FusionDims d, double[] context, double[] attentionLogits, double[] detail) {
    int channels = channels(d);
    int cells = d.n() * d.y().in() * d.x().in();
    double[] attention = new double[cells * channels];
    for (int i = 0; i < attention.length; i++) {
      double open = attentionLogits.length == 0 ? d.fixedAttention() : 1 / (1 + Math.exp(-attentionLogits[i]));
      attention[i] = isInside(d.inner(), i / channels, d.y().in(), d.x().in()) ? open : 0;
    }
    double[] weighted = new double[context.length];
    for (int i = 0; i < weighted.length; i++) {
      weighted[i] = (1 - attention[shared(d, i)]) * context[i];
    }
    double[] up = ResizeReference.forward(new ResizeDims(d.n(), d.y(), d.x(), channels), attention);
    double[] fused = ResizeReference.forward(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), weighted);
    double[] placed = place(d, detail);
    for (int i = 0; i < fused.length; i++) {
      fused[i] += up[shared(d, i)] * placed[i];
    }
    return new Result(attention, weighted, fused);
  }

  static Gradients backward(
      FusionDims d, double[] context, double[] attention, double[] detail, double[] dFused, double[] dWeightedContext) {
    int channels = channels(d);
    double[] up = ResizeReference.forward(new ResizeDims(d.n(), d.y(), d.x(), channels), attention);
    double[] placed = place(d, detail);
    double[] dUp = new double[up.length];
    double[] dPlaced = new double[placed.length];
    for (int i = 0; i < dFused.length; i++) {
      dUp[shared(d, i)] += dFused[i] * placed[i];
      dPlaced[i] = dFused[i] * up[shared(d, i)];
    }
    double[] dAttention = ResizeReference.backward(new ResizeDims(d.n(), d.y(), d.x(), channels), dUp);
    double[] dWeighted = ResizeReference.backward(new ResizeDims(d.n(), d.y(), d.x(), d.classes()), dFused);
    double[] dContext = new double[context.length];
    for (int i = 0; i < dContext.length; i++) {
      double g = dWeighted[i] + (dWeightedContext.length == 0 ? 0 : dWeightedContext[i]);
      dContext[i] = (1 - attention[shared(d, i)]) * g;
      dAttention[shared(d, i)] -= g * context[i];
    }
    // A (1-A) is sigmoid' inside the box and 0 outside, where A is 0.
    for (int i = 0; i < dAttention.length; i++) {
      dAttention[i] *= attention[i] * (1 - attention[i]);
    }
    return new Gradients(dContext, dAttention, cut(d, dPlaced));
  }

  private static int channels(FusionDims d) {
    return Math.max(d.attentionChannels(), 1);
  }

  /** The attention element that belongs to score element {@code i}. */
  private static int shared(FusionDims d, int i) {
    return channels(d) == 1 ? i / d.classes() : i;
  }

  private static boolean isInside(Box box, int cell, int h, int w) {
    int y = cell / w % h;
    int x = cell % w;
    return box == null || y >= box.y1() && y < box.y2() && x >= box.x1() && x < box.x2();
  }

  /** The detail map in a map of zeros of the fused size. */
  private static double[] place(FusionDims d, double[] detail) {
    double[] placed = new double[d.n() * d.y().out() * d.x().out() * d.classes()];
    int next = 0;
    for (int i = 0; i < placed.length; i++) {
      if (isInside(d.placed(), i / d.classes(), d.y().out(), d.x().out())) {
        placed[i] = detail[next++];
      }
    }
    return placed;
  }

  private static double[] cut(FusionDims d, double[] dPlaced) {
    double[] dDetail = new double[dPlaced.length];
    int next = 0;
    for (int i = 0; i < dPlaced.length; i++) {
      if (isInside(d.placed(), i / d.classes(), d.y().out(), d.x().out())) {
        dDetail[next++] = dPlaced[i];
      }
    }
    return Arrays.copyOf(dDetail, next);
  }
}
