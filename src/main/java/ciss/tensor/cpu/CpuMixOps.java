package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.CLASS_MIX_F32;
import static ciss.tensor.cpu.Kernels.COLOR_JITTER_F32;
import static ciss.tensor.cpu.Kernels.GAUSSIAN_BLUR_F32;

import ciss.tensor.GaussianTaps;
import ciss.tensor.IterationChecks;
import ciss.tensor.MixOps;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/** {@link MixOps} by {@code native/ops/class_mix.c}, {@code color_jitter.c} and {@code gaussian_blur.c}. */
interface CpuMixOps extends MixOps {
  /** Pixels of one tile of the pointwise operations. */
  int PIXELS = 4096;

  /** Rows of one tile of the blur. */
  int BLUR_ROWS = 16;

  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void classMix(
      Tensor chosen,
      Tensor label,
      Tensor source,
      Tensor target,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      Tensor mixed,
      Tensor mixedLabel,
      Tensor mixedWeight) {
    IterationChecks.classMix(
        chosen, label, source, target, pseudoLabel, pseudoWeight, mixed, mixedLabel, mixedWeight);
    Ranges ranges = new Ranges((long) label.size(1) * label.size(2), PIXELS);
    int tiles = ranges.count();
    cpu().parallel(label.size(0) * tiles, (tile, lane) -> {
      long sample = tile / tiles;
      long pixel = sample * ranges.total();
      CLASS_MIX_F32.invokeExact(
          chosen.address() + 256 * sample,
          label.address() + pixel,
          source.address() + 12 * pixel,
          target.address() + 12 * pixel,
          pseudoLabel.address() + pixel,
          pseudoWeight.address() + 4 * pixel,
          mixed.address() + 12 * pixel,
          mixedLabel.address() + pixel,
          mixedWeight.address() + 4 * pixel,
          ranges.begin(tile % tiles),
          ranges.end(tile % tiles));
    });
  }

  @Override
  default void colorJitter(Tensor image, ColorJitter jitter, float[] mean, float[] std) {
    IterationChecks.picture("colorJitter", "image", image);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long factors =
          upload(
              frame,
              (float) jitter.brightness(),
              (float) jitter.contrast(),
              (float) jitter.saturation(),
              (float) jitter.hue());
      long scales = upload(frame, mean[0], mean[1], mean[2], std[0], std[1], std[2]);
      long order = 0;
      for (int k = 0; k < 4; k++) {
        order |= (long) jitter.order()[k] << (2 * k);
      }
      long steps = order;
      long x = image.address();
      Ranges ranges = new Ranges((long) image.size(0) * image.size(1), PIXELS);
      cpu().parallel(ranges.count(), (tile, lane) -> {
        COLOR_JITTER_F32.invokeExact(x, factors, steps, scales, ranges.begin(tile), ranges.end(tile));
      });
    }
  }

  private static long upload(Workspace.Frame frame, float... values) {
    Tensor tensor = frame.take(values.length);
    MemorySegment.copy(MemorySegment.ofArray(values), 0, HostStorage.bytes(tensor), 0, tensor.bytes());
    return tensor.address();
  }

  @Override
  default void gaussianBlur(Tensor x, double sigma, Tensor y) {
    IterationChecks.picture("gaussianBlur", "x", x);
    IterationChecks.picture("gaussianBlur", "y", y);
    int h = x.size(0);
    int w = x.size(1);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      float[] tapsY = GaussianTaps.of(h, sigma);
      float[] tapsX = GaussianTaps.of(w, sigma);
      long tapsYAt = upload(frame, tapsY);
      long tapsXAt = upload(frame, tapsX);
      long xAt = x.address();
      long yAt = y.address();
      Ranges ranges = new Ranges(h, BLUR_ROWS);
      cpu().parallel(ranges.count(), (tile, lane) -> {
        GAUSSIAN_BLUR_F32.invokeExact(
            xAt,
            tapsYAt,
            (long) (tapsY.length / 2),
            tapsXAt,
            (long) (tapsX.length / 2),
            yAt,
            cpu().scratch(lane),
            (long) h,
            (long) w,
            3L,
            ranges.begin(tile),
            ranges.end(tile));
      });
    }
  }
}
