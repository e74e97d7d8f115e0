package ciss.tensor.cases;

import ciss.tensor.Axis;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.LossOps.CrossEntropyDims;
import ciss.tensor.LossOps.Norm;
import ciss.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.LossOps}. */
final class LossCases {
  private static final float[] NO_CLASS_WEIGHTS = {};

  private LossCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addCrossEntropy(rows);
    for (int[] map : new int[][] {{1, 1, 1, 1}, {2, 4, 5, 33}, {1, 7, 3, 256}, {3, 16, 16, 64}}) {
      addFeatureDistance(rows, map, false);
      addInvariance(rows, map, false);
    }
    addFeatureDistance(rows, new int[] {2, 4, 4, 256}, true);
    addInvariance(rows, new int[] {2, 32, 32, 32}, true);
    return rows;
  }

  private static void addCrossEntropy(List<OperationCase> rows) {
    Fill labels = Fill.labels(19);
    addCrossEntropy(rows, scaled(2, 19, 5, 7, 4), "", labels, true, true, false);
    addCrossEntropy(rows, scaled(1, 19, 8, 6, 4), " without weights", labels, false, true, false);
    addCrossEntropy(rows, scaled(1, 19, 4, 4, 8), " loss only", labels, true, false, false);
    addCrossEntropy(rows, scaled(3, 7, 3, 5, 8), "", Fill.labels(7), true, true, false);
    addCrossEntropy(rows, scaled(1, 33, 6, 5, 1), "", Fill.labels(33), true, true, false);
    addCrossEntropy(rows, scaled(1, 3, 1, 1, 4), "", Fill.labels(3), true, true, false);
    addCrossEntropy(rows, scaled(2, 19, 3, 3, 4), " all ignored", Fill.constant(Fill.VOID), true, true, false);
    addCrossEntropy(rows, scaled(2, 19, 33, 17, 4), " large", Fill.labelRuns(19, 9), true, true, false);
    CrossEntropyDims odd =
        new CrossEntropyDims(
            2, 19, Axis.bySize(5, 13), Axis.bySize(7, 17), new Box(0, 13, 0, 17), 13, 17, 255, NO_CLASS_WEIGHTS);
    addCrossEntropy(rows, odd, " odd factor", labels, true, true, false);
    CrossEntropyDims region =
        new CrossEntropyDims(
            2, 19, Axis.bySize(4, 16), Axis.bySize(5, 20), new Box(3, 19, 6, 26), 24, 30, 255, NO_CLASS_WEIGHTS);
    addCrossEntropy(rows, region, " region", labels, true, true, false);
    CrossEntropyDims smaller =
        new CrossEntropyDims(
            1, 19, Axis.bySize(16, 8), Axis.bySize(10, 6), new Box(0, 8, 0, 6), 8, 6, 255, NO_CLASS_WEIGHTS);
    addCrossEntropy(rows, smaller, " reduced", labels, true, true, false);
    float[] classWeights = new float[19];
    for (int k = 0; k < classWeights.length; k++) {
      classWeights[k] = 0.25f * (k + 1);
    }
    CrossEntropyDims weighted =
        new CrossEntropyDims(
            1, 19, Axis.bySize(4, 16), Axis.bySize(4, 16), new Box(0, 16, 0, 16), 16, 16, 255, classWeights);
    addCrossEntropy(rows, weighted, " class weights", labels, true, true, false);
    addCrossEntropy(rows, scaled(2, 19, 64, 64, 4), " iteration", Fill.labelRuns(19, 40), true, true, true);
  }

  private static CrossEntropyDims scaled(int n, int classes, int h, int w, int factor) {
    Box all = new Box(0, h * factor, 0, w * factor);
    return new CrossEntropyDims(
        n,
        classes,
        Axis.bySize(h, all.height()),
        Axis.bySize(w, all.width()),
        all,
        all.height(),
        all.width(),
        255,
        NO_CLASS_WEIGHTS);
  }

  private static void addCrossEntropy(
      List<OperationCase> rows,
      CrossEntropyDims d,
      String remark,
      Fill labels,
      boolean weighted,
      boolean gradient,
      boolean measured) {
    OperationCase.Builder row =
        OperationCase.of("upsampledCrossEntropy", LabelCases.words(d) + remark)
            .measured(measured)
            .in("logits", Fill.uniform(-4, 4), d.n(), d.y().in(), d.x().in(), d.classes())
            .bytes("label", labels, d.n(), d.labelHeight(), d.labelWidth())
            .out("result", DType.F64, 2)
            .reduction(64);
    if (weighted) {
      row.in("weight", Fill.uniform(0, 1), d.n(), d.labelHeight(), d.labelWidth());
    }
    if (gradient) {
      row.out("dLogits", d.n(), d.y().in(), d.x().in(), d.classes());
    }
    rows.add(
        row.call(
            (b, o) ->
                b.upsampledCrossEntropy(
                    d,
                    o.get("logits"),
                    o.get("label"),
                    o.get("weight"),
                    0.9,
                    o.get("dLogits"),
                    o.get("result"))));
  }

  private static void addFeatureDistance(List<OperationCase> rows, int[] map, boolean measured) {
    int[] cells = {map[0], map[1], map[2]};
    String sizes = Shape.of(map).toString();
    rows.add(
        distance(sizes, map, measured)
            .call((b, o) -> b.featureDistance(o.get("f"), o.get("g"), o.get("mask"), 0.5, o.get("df"), o.get("result"))));
    rows.add(
        distance(sizes + " mask", map, measured)
            .bytes("mask", Fill.bits(), cells)
            .call((b, o) -> b.featureDistance(o.get("f"), o.get("g"), o.get("mask"), 0.5, o.get("df"), o.get("result"))));
    rows.add(
        distance(sizes + " empty mask", map, measured)
            .bytes("mask", Fill.constant(0), cells)
            .call((b, o) -> b.featureDistance(o.get("f"), o.get("g"), o.get("mask"), 0.5, o.get("df"), o.get("result"))));
  }

  private static OperationCase.Builder distance(String sizes, int[] map, boolean measured) {
    return OperationCase.of("featureDistance", sizes)
        .measured(measured)
        .in("f", map)
        .in("g", map)
        .update("df", map)
        .out("result", DType.F64, 2)
        .reduction(map[3]);
  }

  private static void addInvariance(List<OperationCase> rows, int[] map, boolean measured) {
    for (Norm norm : Norm.values()) {
      String sizes = Shape.of(map) + " " + norm;
      rows.add(
          invariance("featureInvariance", sizes, map, measured)
              .call(
                  (b, o) ->
                      b.featureInvariance(
                          o.get("a"), o.get("b"), norm, 0.5, o.get("da"), o.get("db"), o.get("result"))));
      for (boolean isVoid : new boolean[] {false, true}) {
        Fill labels = isVoid ? Fill.constant(Fill.VOID) : Fill.labels(5);
        rows.add(
            invariance("featureInvarianceByClass", sizes + (isVoid ? " all void" : ""), map, measured)
                .bytes("label", labels, map[0], map[1], map[2])
                .call(
                    (b, o) ->
                        b.featureInvarianceByClass(
                            o.get("a"),
                            o.get("b"),
                            o.get("label"),
                            19,
                            norm,
                            0.5,
                            o.get("da"),
                            o.get("db"),
                            o.get("result"))));
      }
    }
  }

  private static OperationCase.Builder invariance(String operation, String sizes, int[] map, boolean measured) {
    return OperationCase.of(operation, sizes)
        .measured(measured)
        .in("a", map)
        .in("b", map)
        .update("da", map)
        .update("db", map)
        .add("result", Operand.Role.UPDATED, DType.F64, Fill.constant(0.25), 1)
        .reduction(map[3]);
  }
}
