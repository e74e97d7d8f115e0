package ciss.tensor.cuda;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureChecks;
import ciss.tensor.Shape;
import ciss.tensor.StylizationOps;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link StylizationOps} by {@code kernels/fourier.cu} and {@code reinhard.cu}. */
interface CudaStylizationOps extends StylizationOps {
  /** As in {@code fourier.cu}: folded rows of a strip, frequencies of a thread, rows of the result of a thread. */
  int STRIP = 64;
  int FREQUENCIES = 12;
  int OUT_ROWS = 16;

  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum) {
    PictureChecks.lowFrequencies(f, x, spectrum);
    int strips = strips(f);
    long values = 3L * f.width();
    long count = (2 * f.rows() + 1) * values;
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long wavesY = waves(frame, f.height());
      long wavesX = waves(frame, f.width());
      long partials = doubles(frame, strips * count);
      cuda()
          .launch(isBytes(x) ? Kernels.FREQUENCY_COLUMNS_U8 : Kernels.FREQUENCY_COLUMNS_F32)
          .pointer(x)
          .pointer(wavesY)
          .pointer(partials)
          .integer(f.height())
          .integer(f.width())
          .integer(f.rows())
          .over(Reductions.blocks(values, 256), strips, Reductions.blocks(f.rows(), FREQUENCIES));
      cuda()
          .launch(Kernels.FREQUENCY_STRIPS)
          .pointer(partials)
          .wide(count)
          .integer(strips)
          .over(CudaContext.sweep(count));
      cuda()
          .launch(Kernels.FREQUENCY_ROWS)
          .pointer(partials)
          .pointer(wavesX)
          .pointer(spectrum)
          .integer(f.width())
          .integer(f.rows())
          .integer(f.vLow())
          .integer(f.columns())
          .over(1 + f.rows() * f.columns());
    }
  }

  @Override
  default void fourierStylize(
      FrequencyBlock f,
      FrequencyBlock g,
      Tensor content,
      Tensor contentSpectrum,
      Tensor styleSpectrum,
      Box part,
      Tensor y) {
    PictureChecks.fourierStylize(f, g, content, contentSpectrum, styleSpectrum, part, y);
    long coefficients = 3L * f.rows() * f.columns();
    long values = 3L * part.width();
    long corner = cuda().step().integers(part.y1(), part.x1());
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long wavesY = waves(frame, f.height());
      long wavesX = waves(frame, f.width());
      long change = doubles(frame, 2 * coefficients);
      long sums = doubles(frame, 2 * f.rows() * values);
      cuda()
          .launch(Kernels.FOURIER_CHANGE)
          .pointer(contentSpectrum)
          .pointer(styleSpectrum)
          .pointer(change)
          .integer(f.height())
          .integer(f.width())
          .integer(f.rows())
          .integer(f.columns())
          .over(CudaContext.sweep(coefficients));
      cuda()
          .launch(Kernels.FOURIER_ROWS)
          .pointer(change)
          .pointer(wavesX)
          .pointer(corner)
          .pointer(sums)
          .integer(f.width())
          .integer(f.rows())
          .integer(f.vLow())
          .integer(f.columns())
          .integer(part.width())
          .over(CudaContext.sweep(f.rows() * values));
      cuda()
          .launch(isBytes(content) ? Kernels.FOURIER_STYLIZE_U8 : Kernels.FOURIER_STYLIZE_F32)
          .pointer(content)
          .pointer(sums)
          .pointer(wavesY)
          .pointer(corner)
          .pointer(y)
          .integer(f.height())
          .integer(f.width())
          .integer(f.rows())
          .integer(part.height())
          .integer(part.width())
          .over(Reductions.blocks(values, 256), Reductions.blocks(part.height(), OUT_ROWS), 1);
    }
  }

  @Override
  default void labStatistics(Tensor x, Tensor statistics) {
    PictureChecks.labStatistics(x, statistics);
    long pixels = (long) x.size(0) * x.size(1);
    int blocks = statisticsBlocks(pixels);
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      long partials = doubles(frame, 9L * blocks);
      cuda()
          .launch(isBytes(x) ? Kernels.LAB_SUMS_U8 : Kernels.LAB_SUMS_F32)
          .pointer(x)
          .pointer(partials)
          .wide(pixels)
          .over(blocks);
      cuda().launch(Kernels.LAB_MERGE).pointer(partials).pointer(statistics).integer(blocks).real(pixels).over(1);
    }
  }

  @Override
  default void reinhardStylize(Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y) {
    PictureChecks.reinhardStylize(content, contentStatistics, styleStatistics, part, y);
    cuda()
        .launch(isBytes(content) ? Kernels.REINHARD_STYLIZE_U8 : Kernels.REINHARD_STYLIZE_F32)
        .pointer(content)
        .pointer(contentStatistics)
        .pointer(styleStatistics)
        .pointer(cuda().step().integers(part.y1(), part.x1()))
        .pointer(y)
        .integer(content.size(1))
        .integer(part.height())
        .integer(part.width())
        .over(CudaContext.sweep((long) part.height() * part.width()));
  }

  /** Address of cosines and sines of {@code 2 pi k / n}. */
  /** Parts of the sums over rows of a picture. */
  static int strips(FrequencyBlock f) {
    return Math.toIntExact(Reductions.blocks(f.height() / 2 + 1, STRIP));
  }

  /** Parts of the sums over pixels. */
  static int statisticsBlocks(long pixels) {
    return Math.toIntExact(Math.min(Reductions.blocks(pixels, 1024), 1024));
  }

  private long waves(Workspace.Frame frame, int n) {
    long waves = doubles(frame, 2L * n);
    cuda().launch(Kernels.WAVES_F64).pointer(waves).integer(n).over(CudaContext.sweep(n));
    return waves;
  }

  private static long doubles(Workspace.Frame frame, long count) {
    return frame.take(DType.F64, Shape.of(Math.toIntExact(count))).address();
  }

  private static boolean isBytes(Tensor picture) {
    return picture.dtype() == DType.U8;
  }
}
