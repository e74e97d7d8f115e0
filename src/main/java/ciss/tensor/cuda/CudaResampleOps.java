package ciss.tensor.cuda;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.ResampleOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/** {@link ResampleOps} by {@code kernels/resize.cu} and {@code windows.cu}. */
interface CudaResampleOps extends ResampleOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void resize(ResizeDims d, Tensor x, Tensor y) {
    ShapeChecks.resize("resize", d, x, y);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      AxisTable down = AxisTable.of(cuda(), frame, d.y());
      AxisTable across = AxisTable.of(cuda(), frame, d.x());
      cuda()
          .launch(Kernels.RESIZE_FORWARD.of(x))
          .pointer(x)
          .pointer(y)
          .pointer(down.index())
          .pointer(down.weight())
          .pointer(across.index())
          .pointer(across.weight())
          .integer(d.n())
          .integer(d.y().in())
          .integer(d.x().in())
          .integer(d.y().out())
          .integer(d.x().out())
          .integer(d.c())
          .over(CudaContext.sweep(y.elements()));
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
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      AxisTable down = AxisTable.of(cuda(), frame, d.y());
      AxisTable across = AxisTable.of(cuda(), frame, d.x());
      cuda()
          .launch(Kernels.RESIZE_BACKWARD.of(dx))
          .pointer(dy)
          .pointer(dx)
          .pointer(down.index())
          .pointer(down.weight())
          .pointer(down.first())
          .pointer(across.index())
          .pointer(across.weight())
          .pointer(across.first())
          .integer(d.n())
          .integer(d.y().in())
          .integer(d.x().in())
          .integer(d.y().out())
          .integer(d.x().out())
          .integer(d.c())
          .integer(accumulate ? 1 : 0)
          .over(CudaContext.sweep(dx.elements()));
    }
  }

  @Override
  default void cutWindows(Tensor x, List<Box> windows, Tensor y) {
    ShapeChecks.windows("cutWindows", x, windows, y);
    map(cuda()
            .launch(x.dtype() == DType.U8 ? Kernels.CUT_WINDOWS_U8 : Kernels.CUT_WINDOWS_F32)
            .pointer(x)
            .pointer(corners(windows))
            .pointer(y)
            .wide(y.elements()), x, windows)
        .over(CudaContext.sweep(y.elements()));
  }

  @Override
  default void cutWindowsBackwardAccumulate(Tensor dy, List<Box> windows, Tensor dx) {
    ShapeChecks.windows("cutWindowsBackwardAccumulate", dx, windows, dy);
    gather(Kernels.ADD_WINDOWS_F32, dy, windows, dx);
  }

  @Override
  default void averageWindows(Tensor tiles, List<Box> windows, Tensor y) {
    ShapeChecks.windows("averageWindows", y, windows, tiles);
    gather(Kernels.AVERAGE_WINDOWS_F32, tiles, windows, y);
  }

  private void gather(Kernel kernel, Tensor tiles, List<Box> windows, Tensor map) {
    map(cuda()
            .launch(kernel)
            .pointer(tiles)
            .pointer(corners(windows))
            .pointer(map)
            .wide(map.elements())
            .integer(windows.size()), map, windows)
        .over(CudaContext.sweep(map.elements()));
  }

  /** The sizes of map and windows. */
  private static Launch map(Launch launch, Tensor map, List<Box> windows) {
    return launch
        .integer(map.size(0))
        .integer(map.size(1))
        .integer(map.size(2))
        .integer(map.size(3))
        .integer(windows.getFirst().height())
        .integer(windows.getFirst().width());
  }

  /** First row and column of each window: they move from step to step. */
  private long corners(List<Box> windows) {
    int[] corners = new int[2 * windows.size()];
    for (int i = 0; i < windows.size(); i++) {
      corners[2 * i] = windows.get(i).y1();
      corners[2 * i + 1] = windows.get(i).x1();
    }
    return cuda().step().integers(corners);
  }

  @Override
  default void flip(Tensor x, boolean horizontal, Tensor y) {
    ShapeChecks.flip(x, y);
    cuda()
        .launch(Kernels.FLIP_F32)
        .pointer(x)
        .pointer(y)
        .wide(x.elements())
        .integer(x.size(1))
        .integer(x.size(2))
        .integer(x.size(3))
        .integer(horizontal ? 1 : 0)
        .over(CudaContext.sweep(x.elements()));
  }
}
