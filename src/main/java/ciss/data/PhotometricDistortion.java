package ciss.data;

import ciss.tensor.PictureOps.Distortion;

/** Draws a random brightness, contrast, saturation and hue (not part of CISS; some baselines use it). */
final class PhotometricDistortion {
  private PhotometricDistortion() {}

  /** Draws in the order of the reference; a value is drawn only if its step is on. */
  static Distortion draw(SampleDraws draws) {
    boolean brightnessOn = draws.nextInt(2) == 1;
    double brightness = brightnessOn ? -32 + 64 * draws.nextDouble() : 0;
    boolean contrastFirst = draws.nextInt(2) == 1;
    boolean contrastOn = contrastFirst && draws.nextInt(2) == 1;
    double contrast = contrastOn ? 0.5 + draws.nextDouble() : 1;
    boolean saturationOn = draws.nextInt(2) == 1;
    double saturation = saturationOn ? 0.5 + draws.nextDouble() : 1;
    boolean hueOn = draws.nextInt(2) == 1;
    int hue = hueOn ? draws.nextInt(36) - 18 : 0;
    if (!contrastFirst) {
      contrastOn = draws.nextInt(2) == 1;
      contrast = contrastOn ? 0.5 + draws.nextDouble() : 1;
    }
    return new Distortion(
        brightnessOn, brightness, contrastFirst, contrastOn, contrast, saturationOn, saturation, hueOn, hue);
  }
}
