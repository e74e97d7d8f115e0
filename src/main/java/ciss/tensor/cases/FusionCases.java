package ciss.tensor.cases;

import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.FusionOps.FusionDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.FusionOps}. */
final class FusionCases {
  private static final Box INNER = new Box(1, 3, 2, 5);
  private static final Box PLACED = new Box(2, 6, 4, 10);

  private FusionCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    Axis y = Axis.byFactor(5, 2);
    Axis x = Axis.byFactor(7, 2);
    for (int channels : new int[] {19, 1, 0}) {
      addRows(rows, new FusionDims(2, 19, channels, 0.3, INNER, PLACED, y, x), false);
      addRows(rows, new FusionDims(1, 19, channels, 0.3, null, null, y, x), false);
    }
    addRows(rows, new FusionDims(1, 3, 3, 0, INNER, PLACED, y, x), false);
    addRows(rows, new FusionDims(3, 1, 1, 0, INNER, PLACED, y, x), false);
    addRows(rows, new FusionDims(1, 33, 33, 0, null, null, Axis.byFactor(1, 2), Axis.byFactor(9, 2)), false);
    addRows(rows, new FusionDims(1, 7, 7, 0, null, null, Axis.bySize(6, 6), Axis.bySize(5, 5)), false);
    Box inner = new Box(3, 19, 8, 24);
    Box placed = new Box(6, 38, 16, 48);
    FusionDims real = new FusionDims(2, 19, 19, 0, inner, placed, Axis.byFactor(32, 2), Axis.byFactor(32, 2));
    addRows(rows, real, false);
    addRows(rows, real, true);
    return rows;
  }

  private static void addRows(List<OperationCase> rows, FusionDims d, boolean measured) {
    int[] context = {d.n(), d.y().in(), d.x().in(), d.classes()};
    int[] attention = {d.n(), d.y().in(), d.x().in(), d.channels()};
    int[] fused = {d.n(), d.y().out(), d.x().out(), d.classes()};
    int[] detail =
        d.placed() == null ? fused : new int[] {d.n(), d.placed().height(), d.placed().width(), d.classes()};
    String sizes =
        "%dx%dx%d, %d classes, %s attention%s"
            .formatted(
                d.n(),
                d.y().out(),
                d.x().out(),
                d.classes(),
                d.attentionChannels() == 0 ? "fixed" : d.attentionChannels() + "-channel",
                d.inner() == null ? "" : ", detail crop");
    OperationCase.Builder forward =
        OperationCase.of("fuseScales", sizes).measured(measured).in("context", context).in("detail", detail);
    OperationCase.Builder backward = backward(d, sizes, context, attention, detail, fused).measured(measured);
    OperationCase.Builder withContext =
        backward(d, sizes + ", dWeightedContext", context, attention, detail, fused)
            .measured(measured)
            .in("dWeightedContext", context);
    if (d.attentionChannels() > 0) {
      forward.in("attentionLogits", attention);
      backward.out("dAttentionLogits", attention);
      withContext.out("dAttentionLogits", attention);
    }
    rows.add(
        forward
            .out("attention", attention)
            .out("weightedContext", context)
            .out("fused", fused)
            .call(
                (b, o) ->
                    b.fuseScales(
                        d,
                        o.get("context"),
                        o.get("attentionLogits"),
                        o.get("detail"),
                        o.get("attention"),
                        o.get("weightedContext"),
                        o.get("fused"))));
    rows.add(backward.call((b, o) -> callBackward(d, b, o)));
    rows.add(withContext.call((b, o) -> callBackward(d, b, o)));
  }

  private static OperationCase.Builder backward(
      FusionDims d, String sizes, int[] context, int[] attention, int[] detail, int[] fused) {
    return OperationCase.of("fuseScalesBackward", sizes)
        .in("context", context)
        .in("attention", attentionValues(d), attention)
        .in("detail", detail)
        .in("dFused", fused)
        .out("dContext", context)
        .update("dDetail", detail)
        .reduction(16L + 16L * d.classes());
  }

  /** Attention in (0,1) inside the detail crop, 0 outside: what the forward leaves there. */
  private static Fill attentionValues(FusionDims d) {
    int channels = d.channels();
    return (random, i) -> {
      double value = d.attentionChannels() == 0 ? d.fixedAttention() : random.uniform(0.05, 0.95);
      int column = i / channels % d.x().in();
      int row = i / channels / d.x().in() % d.y().in();
      Box inner = d.inner();
      boolean inside =
          inner == null || row >= inner.y1() && row < inner.y2() && column >= inner.x1() && column < inner.x2();
      return inside ? value : 0;
    };
  }

  private static void callBackward(FusionDims d, Backend b, Operands o) {
    b.fuseScalesBackward(
        d,
        o.get("context"),
        o.get("attention"),
        o.get("detail"),
        o.get("dFused"),
        o.get("dWeightedContext"),
        o.get("dContext"),
        o.get("dAttentionLogits"),
        o.get("dDetail"));
  }
}
