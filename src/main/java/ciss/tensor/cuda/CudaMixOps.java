package ciss.tensor.cuda;

import ciss.tensor.GaussianTaps;
import ciss.tensor.IterationChecks;
import ciss.tensor.MixOps;
import ciss.tensor.Tensor;

/** {@link MixOps} by {@code kernels/class_mix.cu}, {@code color_jitter.cu} and {@code gaussian_blur.cu}. */
interface CudaMixOps extends MixOps {
  /** Tile of the blur. */
  int BLUR_ROWS = 16;
  int BLUR_COLUMNS = 32;

  /** Device and memory of this backend. */
  CudaContext cuda();

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
    cuda()
        .launch(Kernels.CLASS_MIX_F32)
        .pointer(chosen)
        .pointer(label)
        .pointer(source)
        .pointer(target)
        .pointer(pseudoLabel)
        .pointer(pseudoWeight)
        .pointer(mixed)
        .pointer(mixedLabel)
        .pointer(mixedWeight)
        .integer(label.size(0))
        .wide((long) label.size(1) * label.size(2))
        .over(CudaContext.sweep(label.elements()));
  }

  @Override
  default void colorJitter(Tensor image, ColorJitter jitter, float[] mean, float[] std) {
    IterationChecks.picture("colorJitter", "image", image);
    long pixels = (long) image.size(0) * image.size(1);
    long settings =
        cuda()
            .step()
            .floats(
                (float) jitter.brightness(),
                (float) jitter.contrast(),
                (float) jitter.saturation(),
                (float) jitter.hue(),
                mean[0],
                mean[1],
                mean[2],
                std[0],
                std[1],
                std[2]);
    cuda()
        .launch(Kernels.COLOR_JITTER_F32)
        .pointer(image)
        .pointer(settings)
        .pointer(cuda().step().integers(jitter.order()))
        .wide(pixels)
        .over(CudaContext.sweep(pixels));
  }

  @Override
  default void gaussianBlur(Tensor x, double sigma, Tensor y) {
    IterationChecks.picture("gaussianBlur", "x", x);
    IterationChecks.picture("gaussianBlur", "y", y);
    int h = x.size(0);
    int w = x.size(1);
    float[] tapsY = GaussianTaps.of(h, sigma);
    float[] tapsX = GaussianTaps.of(w, sigma);
    cuda()
        .launch(Kernels.GAUSSIAN_BLUR_F32)
        .pointer(x)
        .pointer(cuda().step().floats(tapsY))
        .pointer(cuda().step().floats(tapsX))
        .pointer(y)
        .integer(tapsY.length / 2)
        .integer(tapsX.length / 2)
        .integer(h)
        .integer(w)
        .over(Reductions.blocks(w, BLUR_COLUMNS), Reductions.blocks(h, BLUR_ROWS), 1);
  }
}
