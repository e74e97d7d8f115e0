package ciss.tensor.cpu;

import ciss.tensor.ConvolutionOps;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuConvolutionOpsTest {
  private static DenseFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new DenseFixture(1, 2, 5);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @AfterEach
  void release() {
    fixture.release();
  }

  static List<ConvolutionDims> sizes() {
    return List.of(
        // n, h, w, slabs, in, out, kernel, stride, padding, dilation
        new ConvolutionDims(2, 33, 30, 1, 3, 32, 7, 4, 3, 1), // patch embedding
        new ConvolutionDims(2, 17, 20, 1, 32, 64, 3, 2, 1, 1),
        new ConvolutionDims(1, 64, 32, 1, 16, 19, 8, 8, 0, 1), // reduction
        new ConvolutionDims(1, 19, 21, 1, 5, 7, 4, 4, 0, 1), // rest rows and columns that no kernel covers
        new ConvolutionDims(3, 5, 7, 1, 3, 2, 3, 1, 1, 1),
        new ConvolutionDims(2, 17, 15, 4, 33, 20, 3, 1, 6, 6), // dilated, slabs
        new ConvolutionDims(1, 16, 12, 2, 8, 40, 3, 1, 12, 12),
        new ConvolutionDims(2, 6, 6, 1, 4, 4, 1, 1, 0, 1),
        new ConvolutionDims(1, 9, 9, 1, 4, 6, 5, 3, 2, 2),
        new ConvolutionDims(1, 1, 1, 1, 1, 1, 3, 1, 1, 1),
        // 3x3 with stride 1
        new ConvolutionDims(1, 8, 8, 1, 32, 32, 3, 1, 1, 1),
        new ConvolutionDims(2, 13, 11, 1, 64, 48, 3, 1, 1, 1),
        new ConvolutionDims(1, 16, 18, 4, 64, 33, 3, 1, 1, 1),
        new ConvolutionDims(2, 3, 1, 1, 40, 64, 3, 1, 1, 1),
        new ConvolutionDims(1, 40, 33, 2, 272, 35, 3, 1, 1, 1),
        new ConvolutionDims(1, 14, 10, 1, 32, 32, 3, 1, 0, 1));
  }

  private static void check(String what, Tensor output, Tensor bias, DenseFixture.Call<ConvolutionOps> call) {
    fixture.check(ConvolutionOps.class, what, output, bias, call);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void forwardAgreesWithTheReference(ConvolutionDims d) {
    Tensor x = fixture.random(d.slabs(), d.n(), d.h(), d.w(), d.in());
    Tensor weight = fixture.random(d.out(), d.slabs() * d.in(), d.kernel(), d.kernel());
    Tensor bias = fixture.random(d.out());
    Tensor y = fixture.random(d.n(), d.hOut(), d.wOut(), d.out());
    check(d + " with bias", y, bias, (ops, out, none) -> ops.convolution(d, x, weight, bias, out));
    check(d + " without bias", y, bias, (ops, out, none) -> ops.convolution(d, x, weight, Tensor.ABSENT, out));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void backwardAgreesWithTheReference(ConvolutionDims d) {
    Tensor x = fixture.random(d.slabs(), d.n(), d.h(), d.w(), d.in());
    Tensor weight = fixture.random(d.out(), d.slabs() * d.in(), d.kernel(), d.kernel());
    Tensor bias = fixture.random(d.out());
    Tensor dy = fixture.random(d.n(), d.hOut(), d.wOut(), d.out());
    check(d + " dx", x, bias, (ops, dx, none) -> ops.convolutionBackwardInput(d, dy, weight, dx));
    check(d + " dw", weight, bias, (ops, dw, db) -> ops.convolutionBackwardWeight(d, x, dy, dw, db));
    check(
        d + " dw alone", weight, bias, (ops, dw, db) -> ops.convolutionBackwardWeight(d, x, dy, dw, Tensor.ABSENT));
  }
}
