package ciss.tensor.cases;

import ciss.tensor.LinearOps.LinearDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.LinearOps}. */
final class LinearCases {
  private static final LinearDims[] AWKWARD = {
    new LinearDims(1, 1, 1, 1),
    new LinearDims(1, 1, 3, 7),
    new LinearDims(7, 1, 19, 33),
    new LinearDims(33, 1, 1, 19),
    new LinearDims(5, 4, 16, 32),
    new LinearDims(64, 1, 64, 64),
    new LinearDims(130, 1, 1024, 19),
    new LinearDims(67, 4, 256, 33),
    new LinearDims(515, 2, 19, 48),
    new LinearDims(2100, 1, 32, 128),
    new LinearDims(3001, 1, 33, 7),
  };
  private static final LinearDims[] REAL = {
    new LinearDims(2048, 1, 32, 128),
    new LinearDims(2048, 1, 128, 32),
    new LinearDims(128, 1, 160, 640),
    new LinearDims(18432, 4, 64, 64),
    new LinearDims(2048, 4, 256, 256),
    new LinearDims(2048, 1, 256, 19),
  };

  private LinearCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (LinearDims d : AWKWARD) {
      addRows(rows, d, false);
    }
    for (LinearDims d : REAL) {
      addRows(rows, d, true);
    }
    LinearDims d = new LinearDims(9, 1, 33, 19);
    rows.add(
        input(OperationCase.of("linear", d + " without bias"), d)
            .in("weight", d.out(), d.in())
            .out("y", d.rows(), d.out())
            .bf16("x", "y")
            .reduction(d.in())
            .products(1)
            .call((b, o) -> b.linear(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("y"))));
    rows.add(
        input(OperationCase.of("linearBackwardWeight", d + " without bias"), d)
            .in("dy", d.rows(), d.out())
            .update("dWeight", d.out(), d.in())
            .bf16("x", "dy")
            .bf16("x")
            .bf16("dy")
            .reduction(d.rows())
            .products(1)
            .call((b, o) -> b.linearBackwardWeight(d, o.get("x"), o.get("dy"), o.get("dWeight"), o.get("dBias"))));
    return rows;
  }

  private static void addRows(List<OperationCase> rows, LinearDims d, boolean measured) {
    int in = d.slabs() * d.in();
    rows.add(forward(d, measured));
    rows.add(slab(d, 0, measured));
    if (d.slabs() > 1) {
      rows.add(slab(d, d.slabs() - 1, measured));
    }
    rows.add(
        OperationCase.of("linearBackwardInput", d)
            .measured(measured)
            .in("dy", d.rows(), d.out())
            .in("weight", d.out(), in)
            .out("dx", d.slabs(), d.rows(), d.in())
            .bf16("dy", "dx")
            .bf16("dy")
            .bf16("dx")
            .reduction(d.out())
            .products(1)
            .call((b, o) -> b.linearBackwardInput(d, o.get("dy"), o.get("weight"), o.get("dx"))));
    rows.add(
        OperationCase.of("linearBackwardInputAccumulate", d)
            .measured(measured)
            .in("dy", d.rows(), d.out())
            .in("weight", d.out(), in)
            .update("dx", d.slabs(), d.rows(), d.in())
            .bf16("dy", "dx")
            .bf16("dy")
            .bf16("dx")
            .reduction(d.out())
            .products(1)
            .call((b, o) -> b.linearBackwardInputAccumulate(d, o.get("dy"), o.get("weight"), o.get("dx"))));
    rows.add(
        input(OperationCase.of("linearBackwardWeight", d), d)
            .measured(measured)
            .in("dy", d.rows(), d.out())
            .update("dWeight", d.out(), in)
            .update("dBias", d.out())
            .bf16("x", "dy")
            .bf16("x")
            .bf16("dy")
            .reduction(d.rows())
            .products(1)
            .call((b, o) -> b.linearBackwardWeight(d, o.get("x"), o.get("dy"), o.get("dWeight"), o.get("dBias"))));
  }

  /** A product with a bias. */
  static OperationCase forward(LinearDims d, boolean measured) {
    int in = d.slabs() * d.in();
    return input(OperationCase.of("linear", d), d)
        .measured(measured)
        .in("weight", d.out(), in)
        .in("bias", d.out())
        .out("y", d.rows(), d.out())
        .bf16("x", "y")
        .bf16("x")
        .bf16("y")
        .roundings(d.slabs())
        .reduction(in)
        .products(1)
        .call((b, o) -> b.linear(d, o.get("x"), o.get("weight"), o.get("bias"), o.get("y")));
  }

  /** The part of one slab. */
  private static OperationCase slab(LinearDims d, int slab, boolean measured) {
    OperationCase.Builder row =
        OperationCase.of("linearSlab", d + " slab " + slab)
            .measured(measured)
            .in("x", d.rows(), d.in())
            .in("weight", d.out(), d.slabs() * d.in());
    return (slab == 0 ? row.out("y", d.rows(), d.out()) : row.update("y", d.rows(), d.out()))
        .bf16("x", "y")
        .bf16("x")
        .bf16("y")
        .reduction(d.in() + 1)
        .products(1)
        .call((b, o) -> b.linearSlab(d, slab, o.get("x"), o.get("weight"), o.get("y")));
  }

  private static OperationCase.Builder input(OperationCase.Builder row, LinearDims d) {
    return row.in("x", d.slabs(), d.rows(), d.in());
  }
}
