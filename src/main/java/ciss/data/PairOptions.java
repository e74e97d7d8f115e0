package ciss.data;

import ciss.data.Resize.Size;
import ciss.error.ConfigException;

/**
 * How pairs of a source and a target picture become training samples.
 *
 * @param source steps of the source
 * @param target steps of the target; null = there is no target (supervised training)
 * @param stylization null = none
 * @param stylizeSource make the source in the look of the target
 * @param stylizeTarget make the target in the look of the source
 * @param centralCrop both pictures are cut to this before the stylization; null = not
 * @param floatPictures resize float32 pictures, else 8-bit ones with rounding
 * @param syncCrop an extra crop at a common place after padding; null = none
 * @param margins [top, bottom, left, right] of the whole target picture in which pseudo-labels do not count; null =
 *     none
 * @param normalization last step
 * @param padValue of pictures, after normalisation
 */
public record PairOptions(
    DomainSteps source,
    DomainSteps target,
    Stylization stylization,
    boolean stylizeSource,
    boolean stylizeTarget,
    Size centralCrop,
    boolean floatPictures,
    Size syncCrop,
    int[] margins,
    Normalization normalization,
    float padValue) {

  /** Checks what belongs together. */
  public PairOptions {
    boolean photometric = source.photometric() || target != null && target.photometric();
    if (photometric && (floatPictures || stylization != null)) {
      throw new ConfigException(
          "photometric distortion works on 8-bit pictures only: set data.float_images to false and stylization.type to"
              + " none, or data.*.photometric to false.");
    }
    if (stylization != null && target == null) {
      throw new ConfigException("stylization needs target pictures (data.target).");
    }
  }

  /** Size of a finished sample of the source. */
  public Size sourceSize() {
    return syncCrop != null ? syncCrop : source.pad();
  }

  /** Size of a finished sample of the target. */
  public Size targetSize() {
    return syncCrop != null ? syncCrop : target.pad();
  }
}
