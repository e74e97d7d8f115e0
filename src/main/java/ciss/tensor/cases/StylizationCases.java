package ciss.tensor.cases;

import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.StylizationOps.FrequencyBlock;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.StylizationOps}. */
final class StylizationCases {
  private StylizationCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    addFourier(rows, block(1, 1, 0), block(1, 1, 0), new Box(0, 1, 0, 1), DType.U8, false);
    addFourier(rows, block(7, 10, 9), block(7, 10, 9), new Box(0, 7, 0, 10), DType.U8, false);
    addFourier(rows, block(12, 9, 6), block(12, 9, 6), new Box(2, 11, 1, 8), DType.F32, false);
    addFourier(rows, block(33, 40, 2), block(21, 50, 2), new Box(3, 33, 0, 37), DType.U8, false);
    addFourier(rows, block(40, 101, 13), block(40, 101, 13), new Box(17, 40, 5, 99), DType.F32, false);
    addFourier(rows, block(150, 24, 1), block(150, 24, 1), new Box(0, 150, 23, 24), DType.U8, false);
    addFourier(rows, block(512, 960, 5), block(512, 960, 5), new Box(100, 356, 300, 556), DType.U8, true);
    addReinhard(rows, 1, 1, new Box(0, 1, 0, 1), DType.U8, false);
    addReinhard(rows, 13, 17, new Box(0, 13, 0, 17), DType.F32, false);
    addReinhard(rows, 90, 101, new Box(40, 90, 3, 100), DType.U8, false);
    addReinhard(rows, 512, 960, new Box(100, 356, 300, 556), DType.U8, true);
    return rows;
  }

  private static FrequencyBlock block(int height, int width, int b) {
    return new FrequencyBlock(height, width, b);
  }

  /** The values of a coefficient are sums of up to h w grey levels, in double: their error does not show in float32. */
  private static void addFourier(
      List<OperationCase> rows, FrequencyBlock f, FrequencyBlock g, Box part, DType dtype, boolean measured) {
    String sizes = "%s %dx%d, b=%d".formatted(dtype, f.height(), f.width(), f.b());
    OperationCase.Builder measure = OperationCase.of("lowFrequencies", sizes).measured(measured).scale(1);
    rows.add(
        picture(measure, "x", dtype, f)
            .out("spectrum", DType.F64, 1 + f.rows() * f.columns(), 3, 2)
            .call((b, o) -> b.lowFrequencies(f, o.get("x"), o.get("spectrum"))));
    OperationCase.Builder stylize =
        OperationCase.of(
                "fourierStylize", "%s by %dx%d, %s".formatted(sizes, g.height(), g.width(), PictureCases.words(part)))
            .measured(measured);
    picture(stylize, "content", dtype, f);
    rows.add(
        spectrum(spectrum(picture(stylize, "style", dtype, g), "contentSpectrum", f), "styleSpectrum", g)
            .out("y", part.height(), part.width(), 3)
            .prepare(
                (b, o) -> {
                  b.lowFrequencies(f, o.get("content"), o.get("contentSpectrum"));
                  b.lowFrequencies(g, o.get("style"), o.get("styleSpectrum"));
                })
            .call(
                (b, o) ->
                    b.fourierStylize(
                        f, g, o.get("content"), o.get("contentSpectrum"), o.get("styleSpectrum"), part, o.get("y"))));
  }

  private static OperationCase.Builder spectrum(OperationCase.Builder row, String name, FrequencyBlock f) {
    return row.add(
        name, Operand.Role.INPUT, DType.F64, Fill.constant(0), 1 + f.rows() * f.columns(), 3, 2);
  }

  private static OperationCase.Builder picture(OperationCase.Builder row, String name, DType dtype, FrequencyBlock f) {
    return row.add(name, Operand.Role.INPUT, dtype, Fill.uniform(0, 255.999), f.height(), f.width(), 3);
  }

  private static void addReinhard(List<OperationCase> rows, int h, int w, Box part, DType dtype, boolean measured) {
    String sizes = "%s %dx%d".formatted(dtype, h, w);
    Fill levels = Fill.uniform(0, 255.999);
    rows.add(
        OperationCase.of("labStatistics", sizes)
            .measured(measured)
            .scale(1)
            .add("x", Operand.Role.INPUT, dtype, levels, h, w, 3)
            .out("statistics", DType.F64, 2, 3)
            .call((b, o) -> b.labStatistics(o.get("x"), o.get("statistics"))));
    rows.add(
        OperationCase.of("reinhardStylize", sizes + ", " + PictureCases.words(part))
            .measured(measured)
            .add("content", Operand.Role.INPUT, dtype, levels, h, w, 3)
            .add("style", Operand.Role.INPUT, DType.U8, Fill.uniform(0, 128), 20, 30, 3)
            .add("contentStatistics", Operand.Role.INPUT, DType.F64, Fill.constant(0), 2, 3)
            .add("styleStatistics", Operand.Role.INPUT, DType.F64, Fill.constant(0), 2, 3)
            .out("y", part.height(), part.width(), 3)
            .prepare(
                (b, o) -> {
                  b.labStatistics(o.get("content"), o.get("contentStatistics"));
                  b.labStatistics(o.get("style"), o.get("styleStatistics"));
                })
            .call(
                (b, o) ->
                    b.reinhardStylize(
                        o.get("content"), o.get("contentStatistics"), o.get("styleStatistics"), part, o.get("y"))));
  }
}
