package ciss.tensor.cases;

import ciss.tensor.ConvolutionOps.ConvolutionDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.ConvolutionOps}. */
final class ConvolutionCases {
  /** n, h, w, slabs, in, out, kernel, stride, padding, dilation. */
  private static final ConvolutionDims[] AWKWARD = {
    new ConvolutionDims(1, 1, 1, 1, 1, 1, 3, 1, 1, 1),
    new ConvolutionDims(2, 5, 7, 1, 3, 19, 3, 1, 1, 1),
    new ConvolutionDims(1, 1, 9, 1, 7, 33, 3, 1, 1, 1),
    new ConvolutionDims(2, 9, 1, 1, 19, 7, 3, 1, 1, 1),
    new ConvolutionDims(2, 8, 8, 4, 16, 32, 3, 1, 1, 1),
    new ConvolutionDims(1, 13, 17, 4, 33, 19, 3, 1, 1, 1),
    new ConvolutionDims(1, 6, 10, 1, 64, 64, 3, 1, 1, 1),
    new ConvolutionDims(2, 7, 5, 1, 33, 35, 3, 1, 1, 1),
    new ConvolutionDims(1, 1, 1, 4, 32, 32, 3, 1, 1, 1),
    new ConvolutionDims(3, 9, 13, 4, 32, 48, 3, 1, 1, 1),
    new ConvolutionDims(1, 5, 4, 1, 32, 64, 3, 1, 0, 1),
    new ConvolutionDims(1, 4, 7, 2, 36, 32, 3, 1, 2, 1),
    new ConvolutionDims(1, 3, 3, 1, 512, 32, 3, 1, 1, 1),
    new ConvolutionDims(2, 35, 33, 1, 32, 32, 3, 1, 1, 1),
    new ConvolutionDims(2, 33, 31, 4, 16, 16, 3, 1, 1, 1),
    new ConvolutionDims(1, 4, 5, 1, 1024, 16, 3, 1, 1, 1),
    new ConvolutionDims(2, 31, 33, 1, 3, 32, 7, 4, 3, 1),
    new ConvolutionDims(1, 4, 4, 1, 3, 32, 7, 4, 3, 1),
    new ConvolutionDims(2, 17, 15, 1, 32, 64, 3, 2, 1, 1),
    new ConvolutionDims(1, 2, 3, 1, 19, 33, 3, 2, 1, 1),
    new ConvolutionDims(2, 17, 24, 1, 32, 32, 8, 8, 0, 1),
    new ConvolutionDims(1, 8, 11, 1, 64, 64, 4, 4, 0, 1),
    new ConvolutionDims(3, 6, 7, 1, 33, 19, 2, 2, 0, 1),
    new ConvolutionDims(2, 5, 6, 1, 33, 19, 1, 1, 0, 1),
    new ConvolutionDims(1, 9, 14, 1, 19, 16, 3, 1, 6, 6),
    new ConvolutionDims(1, 7, 9, 4, 16, 33, 3, 1, 12, 12),
    new ConvolutionDims(1, 8, 8, 1, 32, 32, 3, 1, 18, 18),
  };

  private static final ConvolutionDims[] REAL = {
    new ConvolutionDims(2, 128, 128, 1, 3, 32, 7, 4, 3, 1),
    new ConvolutionDims(2, 32, 32, 1, 32, 64, 3, 2, 1, 1),
    new ConvolutionDims(2, 32, 32, 1, 32, 32, 8, 8, 0, 1),
    new ConvolutionDims(2, 16, 16, 1, 64, 64, 4, 4, 0, 1),
    new ConvolutionDims(2, 32, 32, 4, 64, 64, 3, 1, 1, 1),
    new ConvolutionDims(2, 32, 32, 4, 256, 256, 3, 1, 1, 1),
    new ConvolutionDims(18, 32, 32, 4, 256, 256, 3, 1, 1, 1),
  };

  private ConvolutionCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (int i = 0; i < AWKWARD.length; i++) {
      addRows(rows, AWKWARD[i], i % 2 == 0, false);
    }
    for (ConvolutionDims d : REAL) {
      addRows(rows, d, false, true);
    }
    return rows;
  }

  private static void addRows(List<OperationCase> rows, ConvolutionDims d, boolean bias, boolean measured) {
    int area = d.kernel() * d.kernel();
    int in = d.slabs() * d.in();
    OperationCase.Builder forward =
        OperationCase.of("convolution", d).measured(measured).in("x", d.slabs(), d.n(), d.h(), d.w(), d.in());
    OperationCase.Builder weight =
        OperationCase.of("convolutionBackwardWeight", d)
            .measured(measured)
            .in("x", d.slabs(), d.n(), d.h(), d.w(), d.in())
            .update("dWeight", d.out(), in, d.kernel(), d.kernel());
    if (bias) {
      forward.in("bias", d.out());
      weight.update("dBias", d.out());
    }
    rows.add(
        forward
            .in("weight", d.out(), in, d.kernel(), d.kernel())
            .out("y", d.n(), d.hOut(), d.wOut(), d.out())
            .bf16("x", "y")
            .bf16("x")
            .bf16("y")
            .roundings(d.slabs())
            .reduction((long) in * area)
            .products(1)
            .call((b, o) -> b.convolution(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("y"))));
    rows.add(
        OperationCase.of("convolutionBackwardInput", d)
            .measured(measured)
            .in("dy", d.n(), d.hOut(), d.wOut(), d.out())
            .in("weight", d.out(), in, d.kernel(), d.kernel())
            .out("dx", d.slabs(), d.n(), d.h(), d.w(), d.in())
            .bf16("dy", "dx")
            .bf16("dy")
            .bf16("dx")
            .reduction((long) d.out() * area)
            .products(1)
            .call((b, o) -> b.convolutionBackwardInput(d, o.get("dy"), o.get("weight"), o.get("dx"))));
    rows.add(
        weight
            .in("dy", d.n(), d.hOut(), d.wOut(), d.out())
            .bf16("x", "dy")
            .bf16("x")
            .bf16("dy")
            .reduction((long) d.n() * d.hOut() * d.wOut())
            .products(1)
            .call((b, o) -> b.convolutionBackwardWeight(d, o.get("x"), o.get("dy"), o.get("dWeight"), o.get("dBias"))));
  }
}
