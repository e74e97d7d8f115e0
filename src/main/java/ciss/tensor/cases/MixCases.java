package ciss.tensor.cases;

import ciss.tensor.DType;
import ciss.tensor.MixOps.ColorJitter;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.MixOps}. */
final class MixCases {
  private static final float[] MEAN = {123.675f, 116.28f, 103.53f};
  private static final float[] STD = {58.395f, 57.12f, 57.375f};

  private MixCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addClassMix(rows, 1, 1, 1, false);
    addClassMix(rows, 3, 7, 19, false);
    addClassMix(rows, 2, 33, 130, false);
    addClassMix(rows, 2, 256, 256, true);
    addJitter(rows, 1, 1, new ColorJitter(1.1, 0.9, 1.2, 0.1, new int[] {0, 1, 2, 3}), false);
    addJitter(rows, 7, 19, new ColorJitter(0.85, 1.15, 0.8, -0.2, new int[] {3, 2, 1, 0}), false);
    addJitter(rows, 64, 33, new ColorJitter(1.2, 1, 1.1, 0.2, new int[] {2, 0, 3, 1}), false);
    addJitter(rows, 256, 256, new ColorJitter(1.2, 1, 1.1, 0.2, new int[] {2, 0, 3, 1}), true);
    addBlur(rows, 1, 1, 1, false);
    addBlur(rows, 33, 7, 0.15, false);
    addBlur(rows, 40, 130, 0.6, false);
    addBlur(rows, 256, 240, 1.15, false);
    addBlur(rows, 256, 256, 1.15, true);
    return rows;
  }

  private static void addClassMix(List<OperationCase> rows, int n, int h, int w, boolean measured) {
    rows.add(
        OperationCase.of("classMix", "%dx%dx%d".formatted(n, h, w))
            .measured(measured)
            .bytes("chosen", Fill.bits(), n, 256)
            .bytes("label", Fill.labels(19), n, h, w)
            .in("source", n, h, w, 3)
            .in("target", n, h, w, 3)
            .bytes("pseudoLabel", Fill.labels(19), n, h, w)
            .in("pseudoWeight", Fill.uniform(0, 1), n, h, w)
            .out("mixed", n, h, w, 3)
            .out("mixedLabel", DType.U8, n, h, w)
            .out("mixedWeight", n, h, w)
            .call(
                (b, o) ->
                    b.classMix(
                        o.get("chosen"),
                        o.get("label"),
                        o.get("source"),
                        o.get("target"),
                        o.get("pseudoLabel"),
                        o.get("pseudoWeight"),
                        o.get("mixed"),
                        o.get("mixedLabel"),
                        o.get("mixedWeight"))));
  }

  /** Hue is a quotient of small differences: its rounding errors are larger than those of a sum. */
  private static void addJitter(List<OperationCase> rows, int h, int w, ColorJitter jitter, boolean measured) {
    rows.add(
        OperationCase.of("colorJitter", "%dx%d".formatted(h, w))
            .measured(measured)
            .update("image", Fill.uniform(-2, 2.4), h, w, 3)
            .reduction(64)
            .scale(1)
            .call((b, o) -> b.colorJitter(o.get("image"), jitter, MEAN, STD)));
  }

  private static void addBlur(List<OperationCase> rows, int h, int w, double sigma, boolean measured) {
    rows.add(
        OperationCase.of("gaussianBlur", "%dx%d, sigma %s".formatted(h, w, sigma))
            .measured(measured)
            .in("x", h, w, 3)
            .out("y", h, w, 3)
            .reduction(34)
            .call((b, o) -> b.gaussianBlur(o.get("x"), sigma, o.get("y"))));
  }
}
