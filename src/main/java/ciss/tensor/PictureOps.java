package ciss.tensor;

/**
 * The way of a decoded picture to the network: resize, distort, crop, mirror, normalise, pad. Pictures are
 * {@code [h,w,3]}, channels B,G,R, values 0..255, U8 or F32. Every result is rounded as its formula is written, on
 * every backend: no multiply-add in one rounding.
 */
public interface PictureOps {
  /**
   * Mean and standard deviation of R, G and B, in units of 0..255.
   *
   * @param mean three values
   * @param std three values, none of them 0
   */
  record PixelScale(float[] mean, float[] std) {
    /** For kernels: the means, then the reciprocals of the deviations. */
    public double[] meansAndReciprocals() {
      double[] numbers = new double[6];
      for (int c = 0; c < 3; c++) {
        numbers[c] = mean[c];
        numbers[3 + c] = 1 / (double) std[c];
      }
      return numbers;
    }
  }

  /**
   * What of a picture goes where in a sample.
   *
   * @param crop part of the picture
   * @param flip mirror the crop left and right
   * @param window part of the plane in whose upper left corner the crop lies that becomes the sample; what the crop
   *     does not cover is padding
   */
  record Placement(Box crop, boolean flip, Box window) {
    /** A whole picture, nothing around it. */
    public static Placement whole(int height, int width, boolean flip) {
      Box all = new Box(0, height, 0, width);
      return new Placement(all, flip, all);
    }

    /** For kernels: corner and size of the crop, 1 if it is mirrored, corner of the window. */
    public int[] numbers() {
      return new int[] {
        crop.y1(), crop.x1(), crop.height(), crop.width(), flip ? 1 : 0, window.y1(), window.x1()
      };
    }
  }

  /**
   * Random brightness, contrast, saturation and hue. A step applies only if its {@code ...On} is true.
   *
   * @param brightness added, -32..32
   * @param contrastFirst contrast before the colour steps, else after them
   * @param contrast factor, 0.5..1.5
   * @param saturation factor, 0.5..1.5
   * @param hue added, -18..17, in units of 2 degrees
   */
  record Distortion(
      boolean brightnessOn,
      double brightness,
      boolean contrastFirst,
      boolean contrastOn,
      double contrast,
      boolean saturationOn,
      double saturation,
      boolean hueOn,
      int hue) {
    /** For kernels, in the order of application: brightness, contrast, saturation, hue, contrast; 1 if on. */
    public int[] steps() {
      boolean[] on = {brightnessOn, contrastOn && contrastFirst, saturationOn, hueOn, contrastOn && !contrastFirst};
      int[] steps = new int[on.length];
      for (int i = 0; i < steps.length; i++) {
        steps[i] = on[i] ? 1 : 0;
      }
      return steps;
    }

    /** For kernels: brightness, contrast, saturation, hue. */
    public float[] settings() {
      return new float[] {(float) brightness, (float) contrast, (float) saturation, hue};
    }
  }

  /**
   * Bilinear resize with half-pixel centres and without antialiasing, as OpenCV 4.6 does it (data.md 3.2.3): bytes by
   * its fixed-point arithmetic, floats horizontally, then vertically. The own size is a copy, exactly half the size
   * both ways the mean of 2x2 pixels.
   *
   * @param x U8 or F32 {@code [h,w,3]}
   * @param height of the resized picture
   * @param width of the resized picture
   * @param part of the resized picture that is computed
   * @param y {@code [part.height,part.width,3]}, overwritten: U8 if x is, or F32
   */
  void resizePicture(Tensor x, int height, int width, Box part, Tensor y);

  /**
   * Distortion of 8-bit pictures (data.md 3.2.6). Conversions to and from HSV follow OpenCV 4.6 with AVX2: integer
   * tables one way; float32 the other, truncated in the leading 32-pixel blocks of a row of the part and rounded in the
   * rest.
   *
   * @param x U8 {@code [h,w,3]}
   * @param part of x that is taken
   * @param y U8 {@code [part.height,part.width,3]}, overwritten
   */
  void distortPicture(Tensor x, Box part, Distortion distortion, Tensor y);

  /**
   * The last step: B,G,R 0..255 to R,G,B with zero mean and unit deviation, {@code y = float(double(x - mean) * (1 /
   * double(std)))} with a float32 difference (data.md 3.2.5).
   *
   * @param x U8 or F32 {@code [h,w,3]}
   * @param padding value of y where there is no picture
   * @param y F32 {@code [window.height,window.width,3]}, overwritten
   */
  void normalizePicture(Tensor x, Placement place, PixelScale scale, float padding, Tensor y);
}
