package ciss.tensor.cuda;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureChecks;
import ciss.tensor.PictureOps;
import ciss.tensor.Tensor;

/** {@link PictureOps} by {@code kernels/picture.cu}. */
interface CudaPictureOps extends PictureOps {
  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void resizePicture(Tensor x, int height, int width, Box part, Tensor y) {
    PictureChecks.resizePicture(x, height, width, part, y);
    Kernel fromBytes = y.dtype() == DType.U8 ? Kernels.RESIZE_PICTURE_U8 : Kernels.RESIZE_PICTURE_U8_F32;
    cuda()
        .launch(x.dtype() == DType.U8 ? fromBytes : Kernels.RESIZE_PICTURE_F32)
        .pointer(x)
        .pointer(cuda().step().integers(part.y1(), part.x1()))
        .pointer(y)
        .integer(x.size(0))
        .integer(x.size(1))
        .integer(height)
        .integer(width)
        .integer(part.height())
        .integer(part.width())
        .over(CudaContext.sweep((long) part.height() * part.width()));
  }

  @Override
  default void distortPicture(Tensor x, Box part, Distortion distortion, Tensor y) {
    PictureChecks.distortPicture(x, part, y);
    int[] on = distortion.steps();
    cuda()
        .launch(Kernels.DISTORT_PICTURE_U8)
        .pointer(x)
        .pointer(cuda().step().integers(part.y1(), part.x1(), on[0], on[1], on[2], on[3], on[4]))
        .pointer(cuda().step().floats(distortion.settings()))
        .pointer(y)
        .integer(x.size(1))
        .integer(part.height())
        .integer(part.width())
        .over(CudaContext.sweep((long) part.height() * part.width()));
  }

  @Override
  default void normalizePicture(Tensor x, Placement place, PixelScale scale, float padding, Tensor y) {
    PictureChecks.normalizePicture(x, place, scale, y);
    Box window = place.window();
    double[] numbers = scale.meansAndReciprocals();
    cuda()
        .launch(x.dtype() == DType.U8 ? Kernels.NORMALIZE_PICTURE_U8 : Kernels.NORMALIZE_PICTURE_F32)
        .pointer(x)
        .pointer(cuda().step().integers(place.numbers()))
        .pointer(y)
        .integer(x.size(1))
        .integer(window.height())
        .integer(window.width())
        .number(numbers[0])
        .number(numbers[1])
        .number(numbers[2])
        .real(numbers[3])
        .real(numbers[4])
        .real(numbers[5])
        .number(padding)
        .over(CudaContext.sweep((long) window.height() * window.width()));
  }
}
