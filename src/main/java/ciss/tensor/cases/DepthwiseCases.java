package ciss.tensor.cases;

import ciss.tensor.DepthwiseOps.DepthwiseDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.DepthwiseOps}. */
final class DepthwiseCases {
  /**
   * Of the GELU's argument, then of its value. The first changes y by at most {@code |p gelu'(p)| <= |y| + p^2 phi(p)
   * <= |y| + 0.3} times the unit roundoff, p the argument, phi the normal density: below four times the root mean
   * square.
   */
  private static final int GELU_ROUNDINGS = 2;

  /** n, h, w, c, dilation. */
  private static final DepthwiseDims[] AWKWARD = {
    new DepthwiseDims(1, 1, 1, 1, 1),
    new DepthwiseDims(2, 5, 7, 3, 1),
    new DepthwiseDims(1, 1, 9, 19, 1),
    new DepthwiseDims(1, 7, 1, 33, 1),
    new DepthwiseDims(3, 2, 2, 7, 1),
    new DepthwiseDims(2, 8, 8, 128, 1),
    new DepthwiseDims(2, 33, 31, 128, 1),
    new DepthwiseDims(1, 9, 5, 64, 6),
    new DepthwiseDims(1, 14, 13, 33, 6),
    new DepthwiseDims(2, 6, 7, 1024, 12),
    new DepthwiseDims(1, 5, 5, 16, 18),
    new DepthwiseDims(1, 37, 20, 48, 18),
  };
  private static final DepthwiseDims[] REAL = {
    new DepthwiseDims(2, 32, 32, 128, 1),
    new DepthwiseDims(2, 8, 8, 640, 1),
    new DepthwiseDims(8, 32, 32, 64, 6),
    new DepthwiseDims(8, 32, 32, 256, 18),
  };

  private DepthwiseCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (int i = 0; i < AWKWARD.length; i++) {
      addRows(rows, AWKWARD[i], i % 3 != 0, false);
    }
    for (DepthwiseDims d : REAL) {
      addRows(rows, d, false, true);
    }
    for (int elements : new int[] {1, 19, 33, 1021, 40000}) {
      addGelu(rows, elements, false);
    }
    addGelu(rows, 2 * 32 * 32 * 128, true);
    return rows;
  }

  private static void addRows(List<OperationCase> rows, DepthwiseDims d, boolean bias, boolean measured) {
    OperationCase.Builder forward = start("depthwise", d, measured).in("x", map(d));
    OperationCase.Builder fused = start("depthwiseGelu", d, measured).in("x", map(d));
    OperationCase.Builder weight = start("depthwiseBackwardWeight", d, measured).in("x", map(d));
    if (bias) {
      forward.in("bias", d.c());
      fused.in("bias", d.c());
      weight.update("dBias", d.c());
    }
    rows.add(
        forward
            .in("weight", d.c(), 1, 3, 3)
            .out("y", map(d))
            .bf16("x", "y")
            .reduction(9)
            .call((b, o) -> b.depthwise(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("y"))));
    rows.add(
        fused
            .in("weight", d.c(), 1, 3, 3)
            .out("pre", map(d))
            .out("y", map(d))
            .bf16("x", "pre", "y")
            .roundings(GELU_ROUNDINGS)
            .reduction(9)
            .call((b, o) -> b.depthwiseGelu(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("pre"), o.get("y"))));
    rows.add(
        weight
            .in("dy", map(d))
            .update("dWeight", d.c(), 1, 3, 3)
            .bf16("x", "dy")
            .reduction((long) d.n() * d.h() * d.w())
            .call((b, o) -> b.depthwiseBackwardWeight(d, o.get("x"), o.get("dy"), o.get("dWeight"), o.get("dBias"))));
    rows.add(
        start("depthwiseBackwardInput", d, measured)
            .in("dy", map(d))
            .in("weight", d.c(), 1, 3, 3)
            .out("dx", map(d))
            .bf16("dy", "dx")
            .reduction(9)
            .call((b, o) -> b.depthwiseBackwardInput(d, o.get("dy"), o.get("weight"), o.get("dx"))));
    rows.add(
        start("depthwiseBackwardInputAccumulate", d, measured)
            .in("dy", map(d))
            .in("weight", d.c(), 1, 3, 3)
            .update("dx", map(d))
            .bf16("dy", "dx")
            .reduction(10)
            .call((b, o) -> b.depthwiseBackwardInputAccumulate(d, o.get("dy"), o.get("weight"), o.get("dx"))));
    rows.add(
        start("depthwiseGelu", d + " keeping y only", measured)
            .in("x", map(d))
            .in("weight", d.c(), 1, 3, 3)
            .out("y", map(d))
            .bf16("x", "y")
            .roundings(GELU_ROUNDINGS)
            .reduction(9)
            .call((b, o) -> b.depthwiseGelu(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("y"), o.get("y"))));
  }

  private static void addGelu(List<OperationCase> rows, int elements, boolean measured) {
    rows.add(
        OperationCase.of("gelu", elements)
            .measured(measured)
            .in("pre", Fill.uniform(-8, 8), elements)
            .out("y", elements)
            .bf16("pre", "y")
            .alias("y", "pre")
            .call((b, o) -> b.gelu(o.get("pre"), o.get("y"))));
    rows.add(
        OperationCase.of("geluBackward", elements)
            .measured(measured)
            .in("pre", Fill.uniform(-8, 8), elements)
            .in("dy", elements)
            .out("dPre", elements)
            .bf16("pre", "dy", "dPre")
            .alias("dPre", "dy")
            .call((b, o) -> b.geluBackward(o.get("pre"), o.get("dy"), o.get("dPre"))));
  }

  private static OperationCase.Builder start(String operation, Object sizes, boolean measured) {
    return OperationCase.of(operation, sizes).measured(measured);
  }

  private static int[] map(DepthwiseDims d) {
    return new int[] {d.n(), d.h(), d.w(), d.c()};
  }
}
