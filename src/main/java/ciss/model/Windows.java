package ciss.model;

import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.tensor.Box;
import java.util.ArrayList;
import java.util.List;

/** The grid of sliding windows (method.md 1.4): all of one size, the last of a row or column shifted back into the image. */
public final class Windows {
  private Windows() {}

  /**
   * Windows in row-major order. A window is never larger than the image.
   *
   * @param strideY rows from one window to the next, at least 1
   */
  static List<Box> of(int height, int width, int windowHeight, int windowWidth, int strideY, int strideX) {
    List<Box> windows = new ArrayList<>();
    for (int i = 0; i < count(height, windowHeight, strideY); i++) {
      int y2 = Math.min(i * strideY + windowHeight, height);
      int y1 = Math.max(y2 - windowHeight, 0);
      for (int j = 0; j < count(width, windowWidth, strideX); j++) {
        int x2 = Math.min(j * strideX + windowWidth, width);
        windows.add(new Box(y1, y2, Math.max(x2 - windowWidth, 0), x2));
      }
    }
    return windows;
  }

  /** The windows of HRDA's detail branch in prediction: a sliding grid, or the whole image as the only one. */
  public static List<Box> ofDetail(HrdaOptions options, int height, int width) {
    if (!options.detailSlide() || options.detailCropHeight() == 0) {
      return List.of(new Box(0, height, 0, width));
    }
    int h = options.detailCropHeight();
    int w = options.detailCropWidth();
    int step = options.detailSlideOverlap() ? 2 : 1;
    return of(height, width, h, w, h / step, w / step);
  }

  private static int count(int size, int window, int stride) {
    return Math.max(size - window + stride - 1, 0) / stride + 1;
  }
}
