package ciss.data;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Gives one picture the look of another, on a device. Split in two steps so that nothing is computed twice: what the
 * method needs to know of a picture ({@link #measure}, independent of the partner except for {@link #detail}), and the
 * pixels of the wanted part.
 *
 * <p>Implementations are immutable and thread-safe.
 */
public sealed interface Stylization permits FourierStylization, ReinhardStylization {

  /**
   * A picture on the device and what was measured of it.
   *
   * @param picture U8 or F32 {@code [h,w,3]}
   * @param detail how finely it was measured
   * @param statistics F64
   */
  record Measured(Tensor picture, int detail, Tensor statistics) {}

  /** How finely both pictures must be measured when a content of this size is stylized. */
  int detail(int height, int width);

  /** Measures a picture; the statistics live in {@code frame}. */
  Measured measure(Backend backend, Workspace.Frame frame, Tensor picture, int detail);

  /**
   * Computes a part of the content in the look of the style.
   *
   * @param content measured with the detail of its size
   * @param style measured with the same detail
   * @param y F32 {@code [part.height,part.width,3]}, overwritten; not clipped to 0..255 unless the method does
   * @throws ciss.error.DataException if the two sizes cannot be combined
   */
  void restyle(Backend backend, Measured content, Measured style, Box part, Tensor y);

  /** The whole content in the look of the style, rounded to 8 bit. */
  default BytePicture apply(Backend backend, BytePicture content, BytePicture style) {
    int h = content.height();
    int w = content.width();
    int detail = detail(h, w);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Measured measuredContent = measure(backend, frame, content.onDevice(backend, frame), detail);
      Measured measuredStyle = measure(backend, frame, style.onDevice(backend, frame), detail);
      Tensor stylized = frame.take(h, w, 3);
      restyle(backend, measuredContent, measuredStyle, content.bounds(), stylized);
      return BytePicture.rounded(h, w, backend.download(stylized));
    }
  }
}
