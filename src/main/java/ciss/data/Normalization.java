package ciss.data;

import ciss.tensor.Backend;
import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * The last step of a picture: B,G,R 0..255 to R,G,B with zero mean and unit deviation, as {@link
 * ciss.tensor.PictureOps#normalizePicture} computes it. Immutable and thread-safe.
 */
public final class Normalization {
  /** The usual ImageNet values, R,G,B, in units of 0..255. */
  public static final Normalization IMAGENET =
      new Normalization(new double[] {123.675, 116.28, 103.53}, new double[] {58.395, 57.12, 57.375});

  private final float[] mean = new float[3];
  private final float[] std = new float[3];

  /**
   * @param mean R,G,B
   * @param std R,G,B, not zero
   */
  public Normalization(double[] mean, double[] std) {
    for (int c = 0; c < 3; c++) {
      this.mean[c] = (float) mean[c];
      this.std[c] = (float) std[c];
    }
  }

  /** Mean of channel c (R,G,B). */
  public float mean(int c) {
    return mean[c];
  }

  /** Standard deviation of channel c (R,G,B). */
  public float std(int c) {
    return std[c];
  }

  /** Mean and deviation, for the device. */
  public PixelScale scale() {
    return new PixelScale(mean.clone(), std.clone());
  }

  /** A picture as the network sees it: normalised, and turned back into a picture, which costs some levels one. */
  public BytePicture seen(Backend backend, BytePicture picture) {
    int h = picture.height();
    int w = picture.width();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor rgb = frame.take(h, w, 3);
      backend.normalizePicture(picture.onDevice(backend, frame), Placement.whole(h, w, false), scale(), 0, rgb);
      return denormalized(backend.download(rgb), h, w);
    }
  }

  /** The inverse for showing: {@code x * std + mean} in float32, cut off (not rounded) to 8 bit, B,G,R. */
  public BytePicture denormalized(float[] rgb, int height, int width) {
    byte[] bgr = new byte[rgb.length];
    for (int i = 0; i < rgb.length; i++) {
      int c = i % 3;
      float value = rgb[i] * std[c] + mean[c];
      bgr[i - c + 2 - c] = (byte) Math.clamp((long) value, 0, 255);
    }
    return new BytePicture(height, width, bgr);
  }
}
