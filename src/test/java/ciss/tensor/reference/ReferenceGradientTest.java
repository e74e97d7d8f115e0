package ciss.tensor.reference;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.Axis;
import ciss.tensor.Box;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DepthwiseOps.DepthwiseDims;
import ciss.tensor.Draws;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.LossOps.Norm;
import ciss.tensor.RandomStream;
import ciss.tensor.ResampleOps.ResizeDims;
import java.util.Arrays;
import java.util.List;
import java.util.function.ToDoubleFunction;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** The derivatives of the references against central differences in double. */
class ReferenceGradientTest {
  private static final double STEP = 1e-5;
  private static final double TOLERANCE = 1e-8;
  private final RandomStream random = new Draws(1).stream(Draws.Purpose.SAMPLE, 0, 0);

  @Test
  void linear() {
    LinearDims d = new LinearDims(3, 2, 4, 5);
    double[] x = values(24);
    double[] weight = values(40);
    double[] bias = values(5);
    double[] dy = values(15);
    assertGradient(v -> LinearReference.forward(d, v, weight, bias), x, dy, LinearReference.backwardInput(d, dy, weight));
    assertGradient(v -> LinearReference.forward(d, x, v, bias), weight, dy, LinearReference.backwardWeight(d, x, dy));
    assertGradient(v -> LinearReference.forward(d, x, weight, v), bias, dy, LinearReference.backwardBias(5, dy));
  }

  @Test
  void convolution() {
    for (ConvolutionDims d :
        List.of(
            new ConvolutionDims(2, 5, 4, 2, 2, 3, 3, 2, 1, 1),
            new ConvolutionDims(1, 5, 6, 1, 2, 3, 3, 1, 2, 2),
            new ConvolutionDims(1, 6, 4, 1, 3, 2, 2, 2, 0, 1))) {
      double[] x = values(d.slabs() * d.n() * d.h() * d.w() * d.in());
      double[] weight = values(d.out() * d.slabs() * d.in() * d.kernel() * d.kernel());
      double[] bias = values(d.out());
      double[] dy = values(d.n() * d.hOut() * d.wOut() * d.out());
      assertGradient(
          v -> ConvolutionReference.forward(d, v, weight, bias),
          x,
          dy,
          ConvolutionReference.backwardInput(d, dy, weight));
      assertGradient(
          v -> ConvolutionReference.forward(d, x, v, bias), weight, dy, ConvolutionReference.backwardWeight(d, x, dy));
      assertGradient(
          v -> ConvolutionReference.forward(d, x, weight, v), bias, dy, LinearReference.backwardBias(d.out(), dy));
    }
  }

  @Test
  void depthwise() {
    DepthwiseDims d = new DepthwiseDims(2, 4, 5, 3, 2);
    double[] x = values(120);
    double[] weight = values(27);
    double[] bias = values(3);
    double[] dy = values(120);
    assertGradient(
        v -> DepthwiseReference.forward(d, v, weight, bias), x, dy, DepthwiseReference.backwardInput(d, dy, weight));
    assertGradient(
        v -> DepthwiseReference.forward(d, x, v, bias), weight, dy, DepthwiseReference.backwardWeight(d, x, dy));
  }

  @Test
  void gelu() {
    double[] pre = {-6, -2, -0.5, 0, 0.3, 1, 4, 7};
    double[] dy = values(8);
    assertGradient(GeluReference::forward, pre, dy, GeluReference.backward(pre, dy));
  }

  /** Phi(1), Phi(-3), Phi(-6), Phi(-10). */
  @Test
  void normalDistributionHasItsKnownValues() {
    assertEquals(0.841344746068543, GeluReference.normalCdf(1), 1e-15);
    assertEquals(1.34989803163009e-3, GeluReference.normalCdf(-3), 1e-15);
    assertEquals(9.86587645037698e-10, GeluReference.normalCdf(-6), 1e-23);
    assertEquals(7.61985302416053e-24, GeluReference.normalCdf(-10), 1e-37);
  }

  @Test
  void layerNorm() {
    double[] x = values(21);
    double[] weight = values(7);
    double[] bias = values(7);
    double[] dy = values(21);
    LayerNormReference.Result y = LayerNormReference.forward(x, weight, bias, 1e-6);
    LayerNormReference.Gradients gradients = LayerNormReference.backward(x, weight, y.mean(), y.rstd(), dy);
    assertGradient(v -> LayerNormReference.forward(v, weight, bias, 1e-6).y(), x, dy, gradients.dx());
    assertGradient(v -> LayerNormReference.forward(x, v, bias, 1e-6).y(), weight, dy, gradients.dWeight());
    assertGradient(v -> LayerNormReference.forward(x, weight, v, 1e-6).y(), bias, dy, gradients.dBias());
  }

  @Test
  void batchNorm() {
    for (boolean relu : new boolean[] {false, true}) {
      double[] x = values(24);
      double[] weight = values(3);
      double[] bias = values(3);
      double[] dy = values(24);
      BatchNormReference.Statistics s = BatchNormReference.statistics(x, 3, 1e-5);
      BatchNormReference.Gradients gradients =
          BatchNormReference.backward(x, weight, bias, s.mean(), s.rstd(), relu, dy);
      assertGradient(v -> batchNorm(v, weight, bias, relu), x, dy, gradients.dx());
      assertGradient(v -> batchNorm(x, v, bias, relu), weight, dy, gradients.dWeight());
      assertGradient(v -> batchNorm(x, weight, v, relu), bias, dy, gradients.dBias());
    }
  }

  private static double[] batchNorm(double[] x, double[] weight, double[] bias, boolean relu) {
    BatchNormReference.Statistics s = BatchNormReference.statistics(x, weight.length, 1e-5);
    return BatchNormReference.apply(x, weight, bias, s.mean(), s.rstd(), relu);
  }

  @Test
  void attention() {
    AttentionDims d = new AttentionDims(2, 3, 4, 2, 5);
    double[] q = values(60);
    double[] kv = values(160);
    double[] dO = values(60);
    AttentionReference.Result result = AttentionReference.forward(d, q, kv);
    AttentionReference.Gradients gradients =
        AttentionReference.backward(d, q, kv, result.o(), result.logSumExp(), dO);
    assertGradient(v -> AttentionReference.forward(d, v, kv).o(), q, dO, gradients.dq());
    assertGradient(v -> AttentionReference.forward(d, q, v).o(), kv, dO, gradients.dkv());
  }

  @Test
  void resize() {
    for (ResizeDims d :
        List.of(
            new ResizeDims(2, Axis.bySize(3, 7), Axis.bySize(5, 2), 2),
            new ResizeDims(1, Axis.byFactor(3, 2), Axis.byFactor(5, 0.5), 3),
            new ResizeDims(1, Axis.bySizeAligned(3, 6), Axis.bySizeAligned(4, 2), 1))) {
      double[] x = values(d.n() * d.y().in() * d.x().in() * d.c());
      double[] dy = values(d.n() * d.y().out() * d.x().out() * d.c());
      assertGradient(v -> ResizeReference.forward(d, v), x, dy, ResizeReference.backward(d, dy));
    }
  }

  @Test
  void windows() {
    List<Box> windows = List.of(new Box(0, 2, 0, 3), new Box(1, 3, 1, 4));
    double[] x = values(24);
    double[] dy = values(24);
    assertGradient(
        v -> WindowsReference.cut(v, 1, 3, 4, 2, windows), x, dy, WindowsReference.sum(dy, 1, 3, 4, 2, windows));
  }

  @Test
  void fusion() {
    Axis y = Axis.byFactor(3, 2);
    Axis x = Axis.byFactor(4, 2);
    Box inner = new Box(1, 3, 1, 3);
    Box placed = new Box(2, 6, 2, 6);
    for (int channels : new int[] {3, 1}) {
      assertFusion(new FusionDims(2, 3, channels, 0, inner, placed, y, x), 4 * 4);
      assertFusion(new FusionDims(2, 3, channels, 0, null, null, y, x), 6 * 8);
    }
  }

  /** With cotangents of F and of L'. */
  private void assertFusion(FusionDims d, int detailCells) {
    double[] context = values(2 * 12 * 3);
    double[] logits = values(2 * 12 * d.attentionChannels());
    double[] detail = values(2 * detailCells * 3);
    double[] dFused = values(2 * 48 * 3);
    double[] dWeighted = values(context.length);
    FusionReference.Result result = FusionReference.forward(d, context, logits, detail);
    FusionReference.Gradients gradients =
        FusionReference.backward(d, context, result.attention(), detail, dFused, dWeighted);
    double[] dBoth = concatenation(dFused, dWeighted);
    assertGradient(v -> both(FusionReference.forward(d, v, logits, detail)), context, dBoth, gradients.dContext());
    assertGradient(
        v -> both(FusionReference.forward(d, context, v, detail)), logits, dBoth, gradients.dAttentionLogits());
    assertGradient(v -> both(FusionReference.forward(d, context, logits, v)), detail, dBoth, gradients.dDetail());
  }

  private static double[] both(FusionReference.Result result) {
    return concatenation(result.fused(), result.weightedContext());
  }

  private static double[] concatenation(double[] a, double[] b) {
    double[] all = Arrays.copyOf(a, a.length + b.length);
    System.arraycopy(b, 0, all, a.length, b.length);
    return all;
  }

  @Test
  void crossEntropy() {
    float[] classWeights = {0.5f, 1, 2, 1.5f};
    Box region = new Box(1, 7, 2, 8);
    CrossEntropyDims d =
        new CrossEntropyDims(2, 4, Axis.bySize(3, 6), Axis.bySize(2, 6), region, 8, 9, 255, classWeights);
    double[] logits = values(2 * 3 * 2 * 4);
    double[] weight = values(2 * 72);
    int[] label = new int[2 * 72];
    for (int i = 0; i < label.length; i++) {
      label[i] = i % 7 == 0 ? 255 : random.nextInt(4);
    }
    double[] dLogits = CrossEntropyReference.forwardBackward(d, logits, label, weight, 0.7).dLogits();
    assertScalarGradient(
        v -> 0.7 * CrossEntropyReference.forwardBackward(d, v, label, weight, 1).loss(), logits, dLogits);
  }

  @Test
  void featureDistance() {
    double[] f = values(15);
    double[] g = values(15);
    int[] mask = {1, 0, 1, 1, 0};
    assertScalarGradient(
        v -> FeatureDistanceReference.forwardBackward(v, g, 3, mask, 0.5).loss(),
        f,
        FeatureDistanceReference.forwardBackward(f, g, 3, mask, 0.5).df());
  }

  @Test
  void featureInvariance() {
    double[] a = values(15);
    double[] b = values(15);
    int[] label = {1, 255, 0, 1, 3};
    for (Norm norm : Norm.values()) {
      double[] da = InvarianceReference.plain(a, b, norm, 0.5).da();
      assertScalarGradient(v -> InvarianceReference.plain(v, b, norm, 0.5).loss(), a, da);
      assertScalarGradient(
          v -> InvarianceReference.plain(a, v, norm, 0.5).loss(), b, InvarianceReference.negated(da));
      assertScalarGradient(
          v -> InvarianceReference.byClass(v, b, label, 5, norm, 0.5).loss(),
          a,
          InvarianceReference.byClass(a, b, label, 5, norm, 0.5).da());
    }
  }

  private double[] values(int n) {
    double[] values = new double[n];
    for (int i = 0; i < n; i++) {
      values[i] = random.uniform(-1, 1);
    }
    return values;
  }

  private static void assertGradient(UnaryOperator<double[]> function, double[] x, double[] dy, double[] dx) {
    assertScalarGradient(
        v -> {
          double[] y = function.apply(v);
          assertEquals(dy.length, y.length);
          double sum = 0;
          for (int i = 0; i < y.length; i++) {
            sum += y[i] * dy[i];
          }
          return sum;
        },
        x,
        dx);
  }

  private static void assertScalarGradient(ToDoubleFunction<double[]> function, double[] x, double[] dx) {
    assertEquals(x.length, dx.length);
    for (int i = 0; i < x.length; i++) {
      double[] moved = x.clone();
      moved[i] = x[i] + STEP;
      double right = function.applyAsDouble(moved);
      moved[i] = x[i] - STEP;
      double left = function.applyAsDouble(moved);
      double numeric = (right - left) / (2 * STEP);
      assertEquals(numeric, dx[i], TOLERANCE * Math.max(1, Math.abs(numeric)), "element " + i);
    }
  }
}
