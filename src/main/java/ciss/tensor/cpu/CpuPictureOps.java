package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.DISTORT_PICTURE_U8;
import static ciss.tensor.cpu.Kernels.NORMALIZE_PICTURE;
import static ciss.tensor.cpu.Kernels.RESIZE_PICTURE_F32;
import static ciss.tensor.cpu.Kernels.RESIZE_PICTURE_U8;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureChecks;
import ciss.tensor.PictureOps;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link PictureOps} by {@code native/ops/picture.c}. */
interface CpuPictureOps extends PictureOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void resizePicture(Tensor x, int height, int width, Box part, Tensor y) {
    PictureChecks.resizePicture(x, height, width, part, y);
    long xAt = x.address();
    long yAt = y.address();
    long h = x.size(0);
    long w = x.size(1);
    long bytes = x.dtype() == DType.U8 ? 1 : 0;
    Ranges rows = Ranges.ofRows(part.height(), 3L * part.width());
    cpu().parallel(rows.count(), (tile, lane) -> {
      if (y.dtype() == DType.U8) {
        RESIZE_PICTURE_U8.invokeExact(
            xAt, h, w, (long) height, (long) width, (long) part.y1(), (long) part.x1(), (long) part.width(), yAt,
            rows.begin(tile), rows.end(tile), cpu().scratch(lane));
      } else {
        RESIZE_PICTURE_F32.invokeExact(
            xAt, bytes, h, w, (long) height, (long) width, (long) part.y1(), (long) part.x1(), (long) part.width(), yAt,
            rows.begin(tile), rows.end(tile), cpu().scratch(lane));
      }
    });
  }

  @Override
  default void distortPicture(Tensor x, Box part, Distortion d, Tensor y) {
    PictureChecks.distortPicture(x, part, y);
    long xAt = x.address();
    long yAt = y.address();
    long w = x.size(1);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long steps = FrameArrays.of(frame, d.steps());
      long settings = FrameArrays.of(frame, d.settings());
      Ranges rows = Ranges.ofRows(part.height(), 3L * part.width());
      cpu().parallel(rows.count(), (tile, lane) -> {
        DISTORT_PICTURE_U8.invokeExact(
            xAt, w, (long) part.y1(), (long) part.x1(), (long) part.width(), steps, settings, yAt, rows.begin(tile),
            rows.end(tile));
      });
    }
  }

  @Override
  default void normalizePicture(Tensor x, Placement place, PixelScale scale, float padding, Tensor y) {
    PictureChecks.normalizePicture(x, place, scale, y);
    long xAt = x.address();
    long yAt = y.address();
    long w = x.size(1);
    long bytes = x.dtype() == DType.U8 ? 1 : 0;
    long width = place.window().width();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long placeAt = FrameArrays.of(frame, place.numbers());
      long scaleAt = FrameArrays.of(frame, scale.meansAndReciprocals());
      Ranges rows = Ranges.ofRows(place.window().height(), 3 * width);
      cpu().parallel(rows.count(), (tile, lane) -> {
        NORMALIZE_PICTURE.invokeExact(
            xAt, bytes, w, placeAt, scaleAt, padding, width, yAt, rows.begin(tile), rows.end(tile));
      });
    }
  }
}
