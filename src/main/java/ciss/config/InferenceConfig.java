package ciss.config;

import java.util.List;

/**
 * How a picture is predicted.
 *
 * @param window null with {@code whole}, like stride and batchWindows
 */
public record InferenceConfig(
    @Key(value = "slide", reference = "model.test_cfg.mode", doc = "sliding windows, or the whole picture at once")
        Mode mode,
    @Key(value = "[1024,1024]", reference = "model.test_cfg.crop_size", doc = "sliding window") Size window,
    @Key(value = "[512,512]", reference = "model.test_cfg.stride", doc = "step of the window, not above its size")
        Size stride,
    @Key(
            value = "true",
            reference = "model.test_cfg.batched_slide",
            doc = "all windows of an image in one batch")
        Boolean batchWindows,
    @Key(
            value = "[1.0]",
            reference = "img_ratios",
            doc = "test-time scales; 'ciss test --augment' sets 0.5, 0.75, 1, 1.25, 1.5, 1.75")
        List<Double> scales,
    @Key(value = "false", reference = "MultiScaleFlipAug.flip", doc = "adds the mirrored image") boolean flip) {

  /** The two modes. */
  public enum Mode {
    SLIDE,
    WHOLE
  }
}
