package ciss.tensor;

import static ciss.tensor.OperationChecks.floats;
import static ciss.tensor.OperationChecks.operand;
import static ciss.tensor.OperationChecks.require;

import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.StylizationOps.FrequencyBlock;

/**
 * The shape checks of operations on pictures {@code [h,w,3]}, shared by the backends as {@link OperationChecks}. All
 * throw {@link ciss.error.ShapeException}.
 */
public final class PictureChecks {
  private static final int CHANNELS = 3;

  private PictureChecks() {}

  /** {@link StylizationOps#lowFrequencies}. */
  public static void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum) {
    block("lowFrequencies", "x", f, x);
    spectrum("lowFrequencies", "spectrum", f, spectrum);
  }

  /** {@link StylizationOps#fourierStylize}. */
  public static void fourierStylize(
      FrequencyBlock f,
      FrequencyBlock g,
      Tensor content,
      Tensor contentSpectrum,
      Tensor styleSpectrum,
      Box part,
      Tensor y) {
    block("fourierStylize", "content", f, content);
    require(
        f.matches(g),
        "fourierStylize",
        "the content %d x %d has the frequencies %s, the style %d x %d has %s",
        f.height(), f.width(), f.words(), g.height(), g.width(), g.words());
    spectrum("fourierStylize", "contentSpectrum", f, contentSpectrum);
    spectrum("fourierStylize", "styleSpectrum", g, styleSpectrum);
    part("fourierStylize", content, part, y);
  }

  /** {@link StylizationOps#labStatistics}. */
  public static void labStatistics(Tensor x, Tensor statistics) {
    picture("labStatistics", "x", x);
    operand("labStatistics", "statistics", statistics, DType.F64, 2, CHANNELS);
  }

  /** {@link StylizationOps#reinhardStylize}. */
  public static void reinhardStylize(
      Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y) {
    picture("reinhardStylize", "content", content);
    operand("reinhardStylize", "contentStatistics", contentStatistics, DType.F64, 2, CHANNELS);
    operand("reinhardStylize", "styleStatistics", styleStatistics, DType.F64, 2, CHANNELS);
    part("reinhardStylize", content, part, y);
  }

  /** {@link PictureOps#resizePicture}. */
  public static void resizePicture(Tensor x, int height, int width, Box part, Tensor y) {
    picture("resizePicture", "x", x);
    require(
        height > 0 && width > 0 && inside(part, height, width),
        "resizePicture",
        "%s is not inside of a picture of %d x %d",
        part, height, width);
    DType dtype = x.dtype() == DType.U8 && y.dtype() == DType.U8 ? DType.U8 : DType.F32;
    operand("resizePicture", "y", y, dtype, part.height(), part.width(), CHANNELS);
  }

  /** {@link PictureOps#distortPicture}. */
  public static void distortPicture(Tensor x, Box part, Tensor y) {
    picture("distortPicture", "x", x);
    operand("distortPicture", "x", x, DType.U8, x.size(0), x.size(1), CHANNELS);
    require(inside(part, x.size(0), x.size(1)), "distortPicture", "%s is not inside of %s", part, x);
    operand("distortPicture", "y", y, DType.U8, part.height(), part.width(), CHANNELS);
  }

  /** {@link PictureOps#normalizePicture}. */
  public static void normalizePicture(Tensor x, Placement place, PixelScale scale, Tensor y) {
    picture("normalizePicture", "x", x);
    require(
        inside(place.crop(), x.size(0), x.size(1)), "normalizePicture", "%s is not inside of %s", place.crop(), x);
    Box window = place.window();
    require(window.y1() >= 0 && window.x1() >= 0, "normalizePicture", "%s begins outside of the plane", window);
    require(
        scale.mean().length == CHANNELS && scale.std().length == CHANNELS,
        "normalizePicture",
        "%d means and %d deviations, expected 3",
        scale.mean().length, scale.std().length);
    floats("normalizePicture", "y", y, window.height(), window.width(), CHANNELS);
  }

  private static boolean inside(Box part, int height, int width) {
    return part.y1() >= 0 && part.x1() >= 0 && part.y2() <= height && part.x2() <= width;
  }

  private static void block(String operation, String name, FrequencyBlock f, Tensor x) {
    picture(operation, name, x);
    require(
        f.b() >= 0 && f.height() == x.size(0) && f.width() == x.size(1),
        operation,
        "%s is %s, the frequencies are those of %s",
        name, x, f);
  }

  private static void spectrum(String operation, String name, FrequencyBlock f, Tensor spectrum) {
    operand(operation, name, spectrum, DType.F64, 1 + f.rows() * f.columns(), CHANNELS, 2);
  }

  /** A picture of bytes or floats that is not empty. */
  private static void picture(String operation, String name, Tensor x) {
    require(
        x.shape().rank() == 3 && x.size(2) == CHANNELS && x.elements() > 0
            && (x.dtype() == DType.U8 || x.dtype() == DType.F32),
        operation,
        "%s is %s, expected U8 or F32 [h,w,3]",
        name, x);
  }

  /** A part of a picture and the float picture that it becomes. */
  private static void part(String operation, Tensor x, Box part, Tensor y) {
    require(inside(part, x.size(0), x.size(1)), operation, "%s is not inside of %s", part, x);
    floats(operation, "y", y, part.height(), part.width(), CHANNELS);
  }
}
