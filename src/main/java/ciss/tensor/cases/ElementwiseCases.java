package ciss.tensor.cases;

import ciss.tensor.DType;
import ciss.tensor.Shape;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.ElementwiseOps}. */
final class ElementwiseCases {
  /** n, h, w, c. */
  private static final int[][] AWKWARD = {
    {1, 1, 1, 1}, {1, 1, 1, 7}, {3, 5, 7, 19}, {2, 1, 9, 33}, {2, 33, 17, 32}, {3, 64, 64, 64}
  };

  private ElementwiseCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (int[] shape : AWKWARD) {
      addRows(rows, shape, false);
    }
    addRows(rows, new int[] {8, 32, 32, 256}, true);
    rows.add(
        OperationCase.of("copy", "bytes")
            .bytes("x", Fill.labels(19), 3, 7, 5)
            .out("y", DType.U8, 3, 7, 5)
            .call((b, o) -> b.copy(o.get("x"), o.get("y"))));
    return rows;
  }

  /** A row that is no part of the table: reads and writes {@code values} values. */
  static OperationCase copy(int values) {
    return OperationCase.of("copy", values)
        .in("x", Fill.constant(1), values)
        .out("y", values)
        .call((b, o) -> b.copy(o.get("x"), o.get("y")));
  }

  private static void addRows(List<OperationCase> rows, int[] shape, boolean measured) {
    int n = shape[0];
    String sizes = Shape.of(shape).toString();
    rows.add(
        OperationCase.of("fill", sizes).measured(measured).out("x", shape).call((b, o) -> b.fill(o.get("x"), -1.5f)));
    rows.add(
        OperationCase.of("copy", sizes)
            .measured(measured)
            .in("x", shape)
            .out("y", shape)
            .bf16("x", "y")
            .bf16("x")
            .bf16("y")
            .call((b, o) -> b.copy(o.get("x"), o.get("y"))));
    rows.add(
        OperationCase.of("accumulate", sizes)
            .measured(measured)
            .in("x", shape)
            .update("y", shape)
            .bf16("x", "y")
            .call((b, o) -> b.accumulate(o.get("x"), o.get("y"))));
    rows.add(
        OperationCase.of("residual", sizes)
            .measured(measured)
            .in("x", shape)
            .in("branch", shape)
            .out("y", shape)
            .bf16("x", "branch", "y")
            .alias("y", "x")
            .call((b, o) -> b.residual(o.get("x"), o.get("branch"), o.get("factors"), o.get("y"))));
    rows.add(
        OperationCase.of("residual", sizes + " with factors")
            .measured(measured)
            .in("x", shape)
            .in("branch", shape)
            .in("factors", Fill.dropout(0.6), n)
            .out("y", shape)
            .bf16("x", "branch", "y")
            .alias("y", "x")
            .call((b, o) -> b.residual(o.get("x"), o.get("branch"), o.get("factors"), o.get("y"))));
    rows.add(
        OperationCase.of("scaleSamples", sizes)
            .measured(measured)
            .in("x", shape)
            .in("factors", Fill.dropout(0.6), n)
            .out("y", shape)
            .bf16("x", "y")
            .alias("y", "x")
            .call((b, o) -> b.scaleSamples(o.get("x"), o.get("factors"), o.get("y"))));
    rows.add(
        OperationCase.of("scaleChannels", sizes)
            .measured(measured)
            .in("x", shape)
            .in("factors", Fill.dropout(0.9), n, shape[3])
            .out("y", shape)
            .bf16("x", "y")
            .alias("y", "x")
            .call((b, o) -> b.scaleChannels(o.get("x"), o.get("factors"), o.get("y"))));
  }
}
