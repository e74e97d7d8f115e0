package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ACCUMULATE_F32;
import static ciss.tensor.cpu.Kernels.COPY_U8;
import static ciss.tensor.cpu.Kernels.DIVIDE_F32;
import static ciss.tensor.cpu.Kernels.FILL_F32;
import static ciss.tensor.cpu.Kernels.FLIP_COLUMNS_F32;
import static ciss.tensor.cpu.Kernels.RESIZE_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.RESIZE_FORWARD_F32;

import ciss.tensor.Box;
import ciss.tensor.ResampleOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/** {@link ResampleOps} by {@code native/ops/resize.c}; windows are copied and added row by row. */
interface CpuResampleOps extends ResampleOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void resize(ResizeDims d, Tensor x, Tensor y) {
    ShapeChecks.resize("resize", d, x, y);
    long xAt = x.address();
    long yAt = y.address();
    Ranges rows = Ranges.ofRows((long) d.n() * d.y().out(), (long) d.x().out() * d.c());
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      AxisTable down = AxisTable.of(cpu(), frame, d.y());
      AxisTable across = AxisTable.of(cpu(), frame, d.x());
      cpu().parallel(rows.count(), (tile, lane) -> {
        RESIZE_FORWARD_F32.invokeExact(
            xAt, yAt, down.index(), down.weight(), across.index(), across.weight(), (long) d.y().in(), (long) d.x().in(),
            (long) d.y().out(), (long) d.x().out(), (long) d.c(), rows.begin(tile), rows.end(tile));
      });
    }
  }

  @Override
  default void resizeBackward(ResizeDims d, Tensor dy, Tensor dx) {
    ShapeChecks.resize("resizeBackward", d, dx, dy);
    resizeBackward(d, dy, dx, false);
  }

  @Override
  default void resizeBackwardAccumulate(ResizeDims d, Tensor dy, Tensor dx) {
    ShapeChecks.resize("resizeBackwardAccumulate", d, dx, dy);
    resizeBackward(d, dy, dx, true);
  }

  private void resizeBackward(ResizeDims d, Tensor dy, Tensor dx, boolean accumulate) {
    long dyAt = dy.address();
    long dxAt = dx.address();
    long rowFloats = (long) d.x().out() * d.c() * Math.max(1, d.y().out() / d.y().in());
    Ranges rows = Ranges.ofRows((long) d.n() * d.y().in(), rowFloats);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      AxisTable down = AxisTable.of(cpu(), frame, d.y());
      AxisTable across = AxisTable.of(cpu(), frame, d.x());
      cpu().parallel(rows.count(), (tile, lane) -> {
        RESIZE_BACKWARD_F32.invokeExact(
            dyAt, dxAt, accumulate ? 1L : 0L, down.index(), down.weight(), down.first(), across.index(), across.weight(),
            across.first(), (long) d.y().in(), (long) d.x().in(), (long) d.y().out(), (long) d.x().out(), (long) d.c(),
            rows.begin(tile), rows.end(tile), cpu().scratch(lane));
      });
    }
  }

  @Override
  default void cutWindows(Tensor x, List<Box> windows, Tensor y) {
    ShapeChecks.windows("cutWindows", x, windows, y);
    WindowRows at = WindowRows.of(x, windows, y);
    cpu().parallel(windows.size() * at.n(), (tile, lane) -> {
      int window = tile / at.n();
      int sample = tile % at.n();
      for (int row = windows.get(window).y1(); row < windows.get(window).y2(); row++) {
        COPY_U8.invokeExact(at.inMap(window, sample, row), at.inTile(window, sample, row), at.rowBytes());
      }
    });
  }

  @Override
  default void cutWindowsBackwardAccumulate(Tensor dy, List<Box> windows, Tensor dx) {
    ShapeChecks.windows("cutWindowsBackwardAccumulate", dx, windows, dy);
    WindowRows at = WindowRows.of(dx, windows, dy);
    cpu().parallel(at.n() * dx.size(1), (tile, lane) -> addRow(at, windows, tile / dx.size(1), tile % dx.size(1)));
  }

  @Override
  default void averageWindows(Tensor tiles, List<Box> windows, Tensor y) {
    ShapeChecks.windows("averageWindows", y, windows, tiles);
    WindowRows at = WindowRows.of(y, windows, tiles);
    long pixelFloats = y.size(3);
    int width = y.size(2);
    cpu().parallel(at.n() * y.size(1), (tile, lane) -> {
      int row = tile % y.size(1);
      long rowAt = y.address() + 4 * pixelFloats * width * tile;
      FILL_F32.invokeExact(rowAt, 0f, pixelFloats * width);
      addRow(at, windows, tile / y.size(1), row);
      for (int x = 0; x < width; ) {
        int end = WindowRows.nextEdge(windows, x, width);
        float count = WindowRows.coverage(windows, row, x);
        DIVIDE_F32.invokeExact(rowAt + 4 * pixelFloats * x, count, pixelFloats * (end - x));
        x = end;
      }
    });
  }

  /** Adds to one row of the map what the windows hold of it, in their order. */
  private static void addRow(WindowRows at, List<Box> windows, int sample, int row) throws Throwable {
    for (int window = 0; window < windows.size(); window++) {
      if (row >= windows.get(window).y1() && row < windows.get(window).y2()) {
        ACCUMULATE_F32.invokeExact(
            at.inTile(window, sample, row), at.inMap(window, sample, row), at.rowBytes() / 4);
      }
    }
  }

  @Override
  default void flip(Tensor x, boolean horizontal, Tensor y) {
    ShapeChecks.flip(x, y);
    long xAt = x.address();
    long yAt = y.address();
    int h = x.size(1);
    long w = x.size(2);
    long c = x.size(3);
    Ranges rows = Ranges.ofRows((long) x.size(0) * h, w * c);
    cpu().parallel(rows.count(), (tile, lane) -> {
      if (horizontal) {
        FLIP_COLUMNS_F32.invokeExact(xAt, yAt, w, c, rows.begin(tile), rows.end(tile));
        return;
      }
      for (long row = rows.begin(tile); row < rows.end(tile); row++) {
        long mirrored = row / h * h + h - 1 - row % h;
        COPY_U8.invokeExact(xAt + 4 * w * c * mirrored, yAt + 4 * w * c * row, 4 * w * c);
      }
    });
  }
}
