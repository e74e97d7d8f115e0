package ciss.tensor.cases;

import ciss.tensor.Axis;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.LossOps.CrossEntropyDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.LabelOps}. */
final class LabelCases {
  private LabelCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addPseudoLabel(rows, whole(1, 19, Axis.bySize(1, 4), Axis.bySize(1, 4)), false);
    addPseudoLabel(rows, whole(2, 19, Axis.bySize(5, 20), Axis.bySize(7, 28)), false);
    addPseudoLabel(rows, whole(1, 7, Axis.bySize(6, 48), Axis.bySize(3, 24)), false);
    addPseudoLabel(rows, whole(1, 33, Axis.bySize(5, 5), Axis.bySize(5, 5)), false);
    addPseudoLabel(rows, whole(2, 19, Axis.bySize(20, 80), Axis.bySize(33, 132)), false);
    addPseudoLabel(rows, whole(1, 19, Axis.bySize(5, 13), Axis.bySize(7, 17)), false);
    addPseudoLabel(rows, whole(2, 19, Axis.bySize(64, 256), Axis.bySize(64, 256)), true);
    addPseudoWeight(rows);
    for (int[] shape : new int[][] {{1, 1}, {1, 19}, {33, 3}, {7, 33}, {3, 1021}, {4099, 19}}) {
      addRowwise(rows, shape[0], shape[1], false);
    }
    addRowwise(rows, 2 * 256 * 256, 19, true);
    addDownscale(rows, 1, 4, 4, 4, 0.75f, false);
    addDownscale(rows, 2, 24, 40, 8, 0.5f, false);
    addDownscale(rows, 1, 9, 11, 4, 0, false);
    addDownscale(rows, 1, 5, 7, 1, 0.75f, false);
    addDownscale(rows, 2, 256, 256, 64, 0.75f, true);
    for (int pixels : new int[] {1, 33, 5001}) {
      rows.add(
          OperationCase.of("lookup", pixels)
              .bytes("label", Fill.labels(19), 1, 1, pixels)
              .bytes("table", Fill.bits(), 256)
              .out("mask", DType.U8, 1, 1, pixels)
              .call((b, o) -> b.lookup(o.get("label"), o.get("table"), o.get("mask"))));
    }
    return rows;
  }

  static String words(CrossEntropyDims d) {
    return "%dx%dx%d to %dx%d, %d classes"
        .formatted(d.n(), d.y().in(), d.x().in(), d.region().height(), d.region().width(), d.classes());
  }

  private static CrossEntropyDims whole(int n, int classes, Axis y, Axis x) {
    return new CrossEntropyDims(
        n, classes, y, x, new Box(0, y.out(), 0, x.out()), y.out(), x.out(), 255, new float[0]);
  }

  private static void addPseudoLabel(List<OperationCase> rows, CrossEntropyDims d, boolean measured) {
    rows.add(
        OperationCase.of("pseudoLabel", words(d))
            .measured(measured)
            .in("logits", Fill.uniform(-6, 6), d.n(), d.y().in(), d.x().in(), d.classes())
            .out("label", DType.U8, d.n(), d.labelHeight(), d.labelWidth())
            .out("confident", DType.F64, 1)
            .call((b, o) -> b.pseudoLabel(d, o.get("logits"), 0.6f, o.get("label"), o.get("confident"))));
  }

  private static void addPseudoWeight(List<OperationCase> rows) {
    Fill confident = Fill.constant(37);
    rows.add(
        weightRow(", ignored rows", confident)
            .call((b, o) -> b.pseudoWeight(o.get("confident"), 3, 2, o.get("validMask"), o.get("weight"))));
    rows.add(
        weightRow(", mask", confident)
            .bytes("validMask", Fill.bits(), 2, 11, 19)
            .call((b, o) -> b.pseudoWeight(o.get("confident"), 0, 0, o.get("validMask"), o.get("weight"))));
    rows.add(
        weightRow("", confident)
            .call((b, o) -> b.pseudoWeight(o.get("confident"), 0, 0, o.get("validMask"), o.get("weight"))));
  }

  private static OperationCase.Builder weightRow(String remark, Fill confident) {
    return OperationCase.of("pseudoWeight", "[2,11,19]" + remark)
        .add("confident", Operand.Role.INPUT, DType.F64, confident, 1)
        .out("weight", 2, 11, 19);
  }

  private static void addRowwise(List<OperationCase> rows, int n, int c, boolean measured) {
    String sizes = "[%d,%d]".formatted(n, c);
    rows.add(
        OperationCase.of("softmaxAccumulate", sizes)
            .measured(measured)
            .in("logits", Fill.uniform(-6, 6), n, c)
            .update("probabilities", Fill.uniform(0, 1), n, c)
            .reduction(c)
            .call((b, o) -> b.softmaxAccumulate(o.get("logits"), o.get("probabilities"))));
    // A label is a byte: rows of more classes than that have no argmax.
    int classes = Math.min(c, 200);
    rows.add(
        OperationCase.of("argmax", "[%d,%d]".formatted(n, classes))
            .measured(measured)
            .in("x", n, classes)
            .out("label", DType.U8, n)
            .call((b, o) -> b.argmax(o.get("x"), o.get("label"))));
    rows.add(
        OperationCase.of("argmax", "[%d,%d] with ties".formatted(n, classes))
            .measured(measured)
            .in("x", Fill.bits(), n, classes)
            .out("label", DType.U8, n)
            .call((b, o) -> b.argmax(o.get("x"), o.get("label"))));
  }

  private static void addDownscale(
      List<OperationCase> rows, int n, int h, int w, int factor, float minRatio, boolean measured) {
    rows.add(
        OperationCase.of("downscaleLabel", "[%d,%d,%d] by %d, share %s".formatted(n, h, w, factor, minRatio))
            .measured(measured)
            .bytes("label", Fill.labelRuns(4, 6), n, h, w)
            .out("reduced", DType.U8, n, h / factor, w / factor)
            .call((b, o) -> b.downscaleLabel(o.get("label"), factor, minRatio, 19, o.get("reduced"))));
  }
}
