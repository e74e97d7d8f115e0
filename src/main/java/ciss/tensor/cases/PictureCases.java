package ciss.tensor.cases;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureOps.Distortion;
import ciss.tensor.PictureOps.PixelScale;
import ciss.tensor.PictureOps.Placement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of {@link ciss.tensor.PictureOps}. */
final class PictureCases {
  private static final Fill LEVELS = Fill.uniform(0, 255.999);
  private static final PixelScale SCALE =
      new PixelScale(new float[] {123.675f, 116.28f, 103.53f}, new float[] {58.395f, 57.12f, 57.375f});

  private PictureCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addResizes(rows, 1, 1, 1, 1, new Box(0, 1, 0, 1), false);
    addResizes(rows, 1, 5, 4, 3, new Box(0, 4, 0, 3), false);
    addResizes(rows, 9, 14, 9, 14, new Box(2, 9, 1, 13), false);
    addResizes(rows, 22, 70, 11, 35, new Box(1, 11, 0, 34), false);
    addResizes(rows, 17, 33, 40, 71, new Box(0, 40, 3, 71), false);
    addResizes(rows, 61, 90, 37, 40, new Box(0, 37, 0, 40), false);
    addResizes(rows, 526, 957, 704, 1280, new Box(100, 356, 300, 556), true);
    addDistortion(rows, 1, 1, new Distortion(true, 20, true, true, 0.7, true, 1.4, true, 17), false);
    addDistortion(rows, 9, 75, new Distortion(false, 0, true, true, 1.5, true, 0.5, false, 0), false);
    addDistortion(rows, 20, 64, new Distortion(true, -31.5, false, true, 1.21, false, 1, true, -18), false);
    addDistortion(rows, 7, 31, new Distortion(false, 0, false, false, 1, false, 1, false, 0), false);
    addDistortion(rows, 256, 256, new Distortion(true, 11, true, true, 0.7, true, 1.4, true, 9), true);
    addNormalizations(rows, 1, 1, Placement.whole(1, 1, false), false);
    addNormalizations(rows, 13, 21, new Placement(new Box(2, 13, 4, 21), true, new Box(0, 11, 0, 17)), false);
    addNormalizations(rows, 13, 21, new Placement(new Box(0, 13, 3, 21), false, new Box(0, 20, 0, 32)), false);
    addNormalizations(rows, 40, 50, new Placement(new Box(1, 40, 0, 50), true, new Box(5, 45, 7, 60)), false);
    addNormalizations(rows, 5, 6, new Placement(new Box(0, 5, 0, 6), false, new Box(6, 9, 8, 12)), false);
    addNormalizations(rows, 512, 960, new Placement(new Box(9, 265, 7, 263), true, new Box(0, 256, 0, 256)), true);
    return rows;
  }

  private static void addResizes(
      List<OperationCase> rows, int h, int w, int height, int width, Box part, boolean measured) {
    addResize(rows, h, w, height, width, part, DType.U8, DType.U8, measured);
    addResize(rows, h, w, height, width, part, DType.U8, DType.F32, measured);
    addResize(rows, h, w, height, width, part, DType.F32, DType.F32, measured);
  }

  private static void addResize(
      List<OperationCase> rows, int h, int w, int height, int width, Box part, DType from, DType to, boolean measured) {
    rows.add(
        OperationCase.of(
                "resizePicture", "%s %dx%d to %s %dx%d, %s".formatted(from, h, w, to, height, width, words(part)))
            .measured(measured)
            .add("x", Operand.Role.INPUT, from, LEVELS, h, w, 3)
            .out("y", to, part.height(), part.width(), 3)
            .call((b, o) -> b.resizePicture(o.get("x"), height, width, part, o.get("y"))));
  }

  private static void addDistortion(List<OperationCase> rows, int h, int w, Distortion distortion, boolean measured) {
    Box part = new Box(h / 3, h, 0, w);
    rows.add(
        OperationCase.of("distortPicture", words(part) + ", steps " + Arrays.toString(distortion.steps()))
            .measured(measured)
            .bytes("x", LEVELS, h, w, 3)
            .out("y", DType.U8, part.height(), part.width(), 3)
            .call((b, o) -> b.distortPicture(o.get("x"), part, distortion, o.get("y"))));
  }

  private static void addNormalizations(List<OperationCase> rows, int h, int w, Placement place, boolean measured) {
    for (DType dtype : new DType[] {DType.U8, DType.F32}) {
      rows.add(
          OperationCase.of("normalizePicture", dtype + " " + words(place))
              .measured(measured)
              .scale(1)
              .add("x", Operand.Role.INPUT, dtype, LEVELS, h, w, 3)
              .out("y", place.window().height(), place.window().width(), 3)
              .call((b, o) -> b.normalizePicture(o.get("x"), place, SCALE, 0.5f, o.get("y"))));
    }
  }

  static String words(Box part) {
    return "%dx%d at %d,%d".formatted(part.height(), part.width(), part.y1(), part.x1());
  }

  private static String words(Placement place) {
    return words(place.crop()) + (place.flip() ? " mirrored, as " : ", as ") + words(place.window());
  }
}
