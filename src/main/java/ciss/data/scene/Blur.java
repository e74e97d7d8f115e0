package ciss.data.scene;

/** Box blurs and interpolation of pictures stored as [height, width, 3]. */
final class Blur {
  private Blur() {}

  /** Mean over (2 radius + 1) squared pixels, in place; the border is repeated. */
  static void box(float[] image, int height, int width, int radius) {
    float[] line = new float[Math.max(height, width)];
    for (int c = 0; c < 3; c++) {
      for (int y = 0; y < height; y++) {
        line(image, 3 * y * width + c, 3, width, radius, line);
      }
      for (int x = 0; x < width; x++) {
        line(image, 3 * x + c, 3 * width, height, radius, line);
      }
    }
  }

  private static void line(float[] image, int start, int step, int count, int radius, float[] line) {
    for (int i = 0; i < count; i++) {
      line[i] = image[start + i * step];
    }
    float sum = 0;
    for (int i = -radius; i <= radius; i++) {
      sum += line[Math.clamp(i, 0, count - 1)];
    }
    float scale = 1f / (2 * radius + 1);
    for (int i = 0; i < count; i++) {
      image[start + i * step] = sum * scale;
      sum += line[Math.min(count - 1, i + radius + 1)] - line[Math.max(0, i - radius)];
    }
  }

  static float bilinear(float[] image, int height, int width, float y, float x, int c) {
    float cy = Math.clamp(y, 0f, height - 1f);
    float cx = Math.clamp(x, 0f, width - 1f);
    int y0 = (int) cy;
    int x0 = (int) cx;
    int y1 = Math.min(height - 1, y0 + 1);
    int x1 = Math.min(width - 1, x0 + 1);
    float t = cy - y0;
    float s = cx - x0;
    float top = image[3 * (y0 * width + x0) + c] * (1 - s) + image[3 * (y0 * width + x1) + c] * s;
    float bottom = image[3 * (y1 * width + x0) + c] * (1 - s) + image[3 * (y1 * width + x1) + c] * s;
    return top * (1 - t) + bottom * t;
  }
}
