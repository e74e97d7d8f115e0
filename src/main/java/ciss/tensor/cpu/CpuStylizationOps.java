package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.FOURIER_CHANGE;
import static ciss.tensor.cpu.Kernels.FOURIER_STYLIZE;
import static ciss.tensor.cpu.Kernels.FREQUENCY_COLUMNS;
import static ciss.tensor.cpu.Kernels.FREQUENCY_ROWS;
import static ciss.tensor.cpu.Kernels.LAB_MERGE;
import static ciss.tensor.cpu.Kernels.LAB_SUMS;
import static ciss.tensor.cpu.Kernels.REINHARD_STYLIZE;
import static ciss.tensor.cpu.Kernels.WAVES_F64;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureChecks;
import ciss.tensor.StylizationOps;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link StylizationOps} by {@code native/ops/fourier.c} and {@code reinhard.c}. */
interface CpuStylizationOps extends StylizationOps {
  /** Values of a row in one tile of the Fourier transforms, as in {@code fourier.c}. */
  int BLOCK = 192;

  /** Pixels in one tile of sums. */
  int PIXELS = 8192;

  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum) {
    PictureChecks.lowFrequencies(f, x, spectrum);
    long h = f.height();
    long w = f.width();
    long rows = f.rows();
    long xAt = x.address();
    long bytes = bytes(x);
    long spectrumAt = spectrum.address();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long wavesY = waves(frame, f.height());
      long wavesX = waves(frame, f.width());
      long columns = FrameArrays.doubles(frame, 2 * f.rows() * 3 * f.width());
      long absolute = FrameArrays.doubles(frame, 3 * f.width());
      Ranges values = new Ranges(3 * w, BLOCK);
      cpu().parallel(values.count(), (tile, lane) -> {
        FREQUENCY_COLUMNS.invokeExact(
            xAt, bytes, h, w, wavesY, rows, columns, absolute, values.begin(tile), values.end(tile),
            cpu().scratch(lane));
      });
      int largest = Math.max(f.vHigh(), -f.vLow());
      cpu().parallel(largest + 1, (v, lane) -> {
        FREQUENCY_ROWS.invokeExact(
            columns, absolute, wavesX, w, rows, (long) f.vLow(), (long) f.vHigh(), (long) v, spectrumAt,
            cpu().scratch(lane));
      });
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
    long h = f.height();
    long w = f.width();
    long rows = f.rows();
    long contentAt = content.address();
    long bytes = bytes(content);
    long contentSpectrumAt = contentSpectrum.address();
    long styleSpectrumAt = styleSpectrum.address();
    long yAt = y.address();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long wavesY = waves(frame, f.height());
      long wavesX = waves(frame, f.width());
      long change = FrameArrays.doubles(frame, 6 * f.rows() * f.columns());
      cpu().parallel(1, (tile, lane) -> {
        FOURIER_CHANGE.invokeExact(contentSpectrumAt, styleSpectrumAt, h, w, rows, (long) f.columns(), change);
      });
      Ranges values = new Ranges(3L * part.width(), BLOCK);
      cpu().parallel(values.count(), (tile, lane) -> {
        FOURIER_STYLIZE.invokeExact(
            contentAt, bytes, h, w, change, wavesY, wavesX, rows, (long) f.vLow(), (long) f.vHigh(), (long) part.y1(),
            (long) part.x1(), (long) part.height(), (long) part.width(), yAt, values.begin(tile), values.end(tile),
            cpu().scratch(lane));
      });
    }
  }

  @Override
  default void labStatistics(Tensor x, Tensor statistics) {
    PictureChecks.labStatistics(x, statistics);
    long xAt = x.address();
    long bytes = bytes(x);
    long statisticsAt = statistics.address();
    Ranges pixels = new Ranges((long) x.size(0) * x.size(1), PIXELS);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long partials = FrameArrays.doubles(frame, 6 * pixels.count());
      cpu().parallel(pixels.count(), (tile, lane) -> {
        LAB_SUMS.invokeExact(xAt, bytes, pixels.begin(tile), pixels.end(tile), partials + 48L * tile);
      });
      cpu().parallel(1, (tile, lane) -> {
        LAB_MERGE.invokeExact(xAt, bytes, partials, (long) pixels.count(), (double) pixels.total(), statisticsAt);
      });
    }
  }

  @Override
  default void reinhardStylize(Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y) {
    PictureChecks.reinhardStylize(content, contentStatistics, styleStatistics, part, y);
    long contentAt = content.address();
    long bytes = bytes(content);
    long contentStatisticsAt = contentStatistics.address();
    long styleStatisticsAt = styleStatistics.address();
    long yAt = y.address();
    long w = content.size(1);
    Ranges rows = Ranges.ofRows(part.height(), 3L * part.width());
    cpu().parallel(rows.count(), (tile, lane) -> {
      REINHARD_STYLIZE.invokeExact(
          contentAt, bytes, w, contentStatisticsAt, styleStatisticsAt, (long) part.y1(), (long) part.x1(),
          (long) part.width(), yAt, rows.begin(tile), rows.end(tile));
    });
  }

  /** Address of cosines and sines of {@code 2 pi k / n}. */
  private long waves(Workspace.Frame frame, int n) {
    long waves = FrameArrays.doubles(frame, 2 * n);
    cpu().parallel(1, (tile, lane) -> {
      WAVES_F64.invokeExact(waves, (long) n);
    });
    return waves;
  }

  private static long bytes(Tensor picture) {
    return picture.dtype() == DType.U8 ? 1 : 0;
  }
}
