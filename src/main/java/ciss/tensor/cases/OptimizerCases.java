package ciss.tensor.cases;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.OptimizerOps.AdamWGroup;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.OptimizerOps}. */
final class OptimizerCases {
  private OptimizerCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addAdamW(rows, 1, List.of(new AdamWGroup(0, 1, 0.1, 0.01)), 1, false);
    addAdamW(rows, 19, List.of(new AdamWGroup(3, 7, 0.1, 0.01)), 2, false);
    addAdamW(rows, 100, List.of(new AdamWGroup(0, 33, 0.1, 0), new AdamWGroup(48, 52, 0.01, 0.5)), 1000, false);
    addAdamW(rows, 70000, List.of(new AdamWGroup(0, 35000, 0.1, 0), new AdamWGroup(35008, 34992, 0.2, 0.1)), 40000, false);
    addAdamW(rows, 4_000_000, List.of(new AdamWGroup(0, 4_000_000, 0.1, 0.01)), 5, true);
    addGuardedAdamW(rows, -1);
    addGuardedAdamW(rows, 0);
    for (int elements : new int[] {1, 33, 1021, 70000, 4_000_000}) {
      boolean measured = elements > 1_000_000;
      rows.add(
          OperationCase.of("movingAverage", elements)
              .measured(measured)
              .in("student", elements)
              .update("teacher", elements)
              .call((b, o) -> b.movingAverage(0.9, o.get("student"), o.get("teacher"))));
      addNonFinite(rows, elements, -1, 0, measured);
    }
    addNonFinite(rows, 1, 0, Double.NaN, false);
    addNonFinite(rows, 33, 32, Double.POSITIVE_INFINITY, false);
    addNonFinite(rows, 70000, 51234, Double.NEGATIVE_INFINITY, false);
    addNonFinite(rows, 70000, 3, Double.NaN, false);
    return rows;
  }

  private static void addAdamW(
      List<OperationCase> rows, int elements, List<AdamWGroup> groups, long step, boolean measured) {
    rows.add(
        adamW("%d elements, %d groups, step %d".formatted(elements, groups.size(), step), elements)
            .measured(measured)
            .call((b, o) -> adamW(b, groups, step, o, Tensor.ABSENT)));
  }

  /** A step that depends on what the search for values that are not finite has found. */
  private static void addGuardedAdamW(List<OperationCase> rows, double found) {
    int elements = 100;
    List<AdamWGroup> groups = List.of(new AdamWGroup(0, 33, 0.1, 0), new AdamWGroup(48, 52, 0.01, 0.5));
    rows.add(
        adamW("%d elements, %d groups, not finite at %.0f".formatted(elements, groups.size(), found), elements)
            .add("nonFinite", Operand.Role.INPUT, DType.F64, Fill.constant(found), 1)
            .call((b, o) -> adamW(b, groups, 7, o, o.get("nonFinite"))));
  }

  private static OperationCase.Builder adamW(String sizes, int elements) {
    return OperationCase.of("adamW", sizes)
            .in("gradients", elements)
            .update("parameters", elements)
            .update("firstMoment", elements)
            .update("secondMoment", Fill.uniform(0.01, 1), elements);
  }

  private static void adamW(
      Backend b, List<AdamWGroup> groups, long step, Operands o, Tensor nonFinite) {
    b.adamW(
        groups,
        0.9,
        0.999,
        1e-8,
        step,
        o.get("gradients"),
        o.get("parameters"),
        o.get("firstMoment"),
        o.get("secondMoment"),
        nonFinite);
  }

  /** Non-finite values at {@code first} and at the end; none if {@code first} is negative. */
  private static void addNonFinite(List<OperationCase> rows, int elements, int first, double value, boolean measured) {
    Fill fill =
        (random, i) -> i == first || first >= 0 && i == elements - 1 ? value : random.uniform(-1, 1);
    rows.add(
        OperationCase.of("firstNonFinite", "%d elements, at %d".formatted(elements, first))
            .measured(measured)
            .in("x", fill, elements)
            .out("index", DType.F64, 1)
            .call((b, o) -> b.firstNonFinite(o.get("x"), o.get("index"))));
  }
}
