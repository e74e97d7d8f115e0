package ciss.tensor.cases;

import ciss.tensor.Axis;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.ResampleOps.ResizeDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.ResampleOps}. */
final class ResampleCases {
  private static final ResizeDims[] AWKWARD = {
    new ResizeDims(1, Axis.bySize(1, 1), Axis.bySize(1, 1), 1),
    new ResizeDims(2, Axis.bySize(1, 4), Axis.bySize(3, 1), 7),
    new ResizeDims(1, Axis.byFactor(5, 2), Axis.byFactor(7, 2), 19),
    new ResizeDims(2, Axis.byFactor(16, 0.5), Axis.byFactor(12, 0.5), 3),
    new ResizeDims(1, Axis.byFactor(9, 0.5), Axis.byFactor(7, 0.5), 33),
    new ResizeDims(3, Axis.bySize(7, 19), Axis.bySize(5, 33), 1),
    new ResizeDims(1, Axis.bySize(19, 7), Axis.bySize(33, 5), 32),
    new ResizeDims(2, Axis.bySize(6, 6), Axis.bySize(5, 5), 19),
    new ResizeDims(1, Axis.bySizeAligned(5, 9), Axis.bySizeAligned(4, 1), 16),
    new ResizeDims(2, Axis.bySize(16, 32), Axis.bySize(17, 34), 64),
    new ResizeDims(1, Axis.bySize(2, 16), Axis.bySize(3, 24), 160),
  };
  private static final ResizeDims[] REAL = {
    new ResizeDims(2, Axis.bySize(16, 32), Axis.bySize(16, 32), 256),
    new ResizeDims(2, Axis.bySize(4, 32), Axis.bySize(4, 32), 256),
    new ResizeDims(2, Axis.byFactor(256, 0.5), Axis.byFactor(256, 0.5), 3),
  };
  private static final List<Box> OVERLAPPING =
      List.of(new Box(0, 6, 0, 7), new Box(0, 6, 4, 11), new Box(3, 9, 0, 7), new Box(3, 9, 4, 11));

  private ResampleCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (ResizeDims d : AWKWARD) {
      addResize(rows, d, false);
    }
    for (ResizeDims d : REAL) {
      addResize(rows, d, true);
    }
    addWindows(rows, 1, 9, 11, 3, OVERLAPPING, false);
    addWindows(rows, 2, 9, 11, 19, OVERLAPPING, false);
    addWindows(rows, 3, 5, 7, 33, List.of(new Box(0, 5, 0, 7)), false);
    addWindows(rows, 2, 40, 36, 32, halfOverlapping(40, 36, 20, 18), false);
    addWindows(rows, 2, 64, 64, 19, halfOverlapping(64, 64, 32, 32), true);
    addBytes(rows);
    return rows;
  }

  private static void addResize(List<OperationCase> rows, ResizeDims d, boolean measured) {
    int[] small = {d.n(), d.y().in(), d.x().in(), d.c()};
    int[] large = {d.n(), d.y().out(), d.x().out(), d.c()};
    long terms = 4 + 4L * (d.y().out() / d.y().in() + 1) * (d.x().out() / d.x().in() + 1);
    rows.add(
        OperationCase.of("resize", words(d))
            .measured(measured)
            .in("x", small)
            .out("y", large)
            .bf16("x", "y")
            .call((b, o) -> b.resize(d, o.get("x"), o.get("y"))));
    rows.add(
        OperationCase.of("resizeBackward", words(d))
            .measured(measured)
            .in("dy", large)
            .out("dx", small)
            .bf16("dy", "dx")
            .reduction(terms)
            .call((b, o) -> b.resizeBackward(d, o.get("dy"), o.get("dx"))));
    rows.add(
        OperationCase.of("resizeBackwardAccumulate", words(d))
            .measured(measured)
            .in("dy", large)
            .update("dx", small)
            .bf16("dy", "dx")
            .reduction(terms)
            .call((b, o) -> b.resizeBackwardAccumulate(d, o.get("dy"), o.get("dx"))));
  }

  private static String words(ResizeDims d) {
    return "%dx%dx%d to %dx%d, %d channels"
        .formatted(d.n(), d.y().in(), d.x().in(), d.y().out(), d.x().out(), d.c());
  }

  private static void addWindows(
      List<OperationCase> rows, int n, int h, int w, int c, List<Box> windows, boolean measured) {
    int[] map = {n, h, w, c};
    int[] tiles = {windows.size() * n, windows.getFirst().height(), windows.getFirst().width(), c};
    String sizes = "%d windows of [%d,%d,%d,%d]".formatted(windows.size(), n, h, w, c);
    rows.add(
        OperationCase.of("cutWindows", sizes)
            .measured(measured)
            .in("x", map)
            .out("y", tiles)
            .call((b, o) -> b.cutWindows(o.get("x"), windows, o.get("y"))));
    rows.add(
        OperationCase.of("cutWindowsBackwardAccumulate", sizes)
            .measured(measured)
            .in("dy", tiles)
            .update("dx", map)
            .call((b, o) -> b.cutWindowsBackwardAccumulate(o.get("dy"), windows, o.get("dx"))));
    rows.add(
        OperationCase.of("averageWindows", sizes)
            .measured(measured)
            .in("tiles", tiles)
            .out("y", map)
            .call((b, o) -> b.averageWindows(o.get("tiles"), windows, o.get("y"))));
    for (boolean horizontal : new boolean[] {true, false}) {
      rows.add(
          OperationCase.of("flip", (horizontal ? "columns of " : "rows of ") + sizes)
              .measured(measured)
              .in("x", map)
              .out("y", map)
              .call((b, o) -> b.flip(o.get("x"), horizontal, o.get("y"))));
    }
  }

  private static void addBytes(List<OperationCase> rows) {
    rows.add(
        OperationCase.of("cutWindows", "labels")
            .bytes("x", Fill.labels(19), 2, 9, 11, 1)
            .out("y", DType.U8, 8, 6, 7, 1)
            .call((b, o) -> b.cutWindows(o.get("x"), OVERLAPPING, o.get("y"))));
  }

  private static List<Box> halfOverlapping(int h, int w, int height, int width) {
    List<Box> windows = new ArrayList<>();
    for (int y = 0; y + height <= h; y += height / 2) {
      for (int x = 0; x + width <= w; x += width / 2) {
        windows.add(new Box(y, y + height, x, x + width));
      }
    }
    return windows;
  }
}
