package ciss.tensor.cases;

import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.NormOps}. */
final class NormCases {
  private static final double EPS = 1e-5;

  /** Rows and channels. */
  private static final int[][] LAYER_NORM = {
    {1, 32}, {3, 19}, {7, 33}, {1, 7}, {17, 160}, {5, 512}, {2048, 64}, {1003, 32}, {33, 256}, {9, 1021}
  };
  private static final int[][] BATCH_NORM = {
    {2, 1}, {5, 3}, {7, 19}, {33, 33}, {64, 64}, {130, 160}, {4096, 64}, {333, 1024}, {1000, 256}, {20000, 16}
  };

  private NormCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (int[] size : LAYER_NORM) {
      addLayerNorm(rows, size[0], size[1], false);
    }
    addLayerNorm(rows, 2048, 32, true);
    addLayerNorm(rows, 128, 256, true);
    for (int[] size : BATCH_NORM) {
      for (boolean relu : new boolean[] {false, true}) {
        addBatchNorm(rows, size[0], size[1], relu, Fill.bimodal(), false);
      }
    }
    addBatchNorm(rows, 700, 33, false, Fill.uniform(9, 11), false);
    addBatchNorm(rows, 2048, 256, true, Fill.bimodal(), true);
    addBatchNorm(rows, 18432, 64, true, Fill.bimodal(), true);
    return rows;
  }

  private static void addLayerNorm(List<OperationCase> rows, int n, int c, boolean measured) {
    rows.add(
        OperationCase.of("layerNorm", "[%d,%d]".formatted(n, c))
            .measured(measured)
            .in("x", n, c)
            .in("weight", c)
            .in("bias", c)
            .out("y", n, c)
            .out("mean", n)
            .out("rstd", n)
            .alias("y", "x")
            .bf16("x", "y")
            .bf16("x")
            .reduction(c)
            .call(
                (b, o) ->
                    b.layerNorm(
                        o.get("x"), o.get("weight"), o.get("bias"), EPS, o.get("y"), o.get("mean"), o.get("rstd"))));
    rows.add(
        layerNormBackward("layerNormBackward", n, c, measured)
            .out("dx", n, c)
            .alias("dx", "dy")
            .bf16("x", "dy", "dx")
            .bf16("x", "dx")
            .call(
                (b, o) ->
                    b.layerNormBackward(
                        o.get("x"),
                        o.get("weight"),
                        o.get("mean"),
                        o.get("rstd"),
                        o.get("dy"),
                        o.get("dx"),
                        o.get("dWeight"),
                        o.get("dBias"))));
    rows.add(
        layerNormBackward("layerNormBackwardAccumulate", n, c, measured)
            .update("dx", n, c)
            .bf16("x", "dy", "dx")
            .bf16("x", "dx")
            .call(
                (b, o) ->
                    b.layerNormBackwardAccumulate(
                        o.get("x"),
                        o.get("weight"),
                        o.get("mean"),
                        o.get("rstd"),
                        o.get("dy"),
                        o.get("dx"),
                        o.get("dWeight"),
                        o.get("dBias"))));
  }

  private static OperationCase.Builder layerNormBackward(String operation, int n, int c, boolean measured) {
    return OperationCase.of(operation, "[%d,%d]".formatted(n, c))
        .measured(measured)
        .in("x", n, c)
        .in("weight", c)
        .in("bias", c)
        .in("y", n, c)
        .in("mean", n)
        .in("rstd", n)
        .in("dy", n, c)
        .update("dWeight", c)
        .update("dBias", c)
        .reduction(n + c)
        .prepare(
            (b, o) ->
                b.layerNorm(
                    o.get("x"), o.get("weight"), o.get("bias"), EPS, o.get("y"), o.get("mean"), o.get("rstd")));
  }

  private static void addBatchNorm(
      List<OperationCase> rows, int n, int c, boolean relu, Fill fill, boolean measured) {
    String sizes = "[%d,%d]%s".formatted(n, c, relu ? " relu" : "");
    rows.add(
        operands("batchNorm", sizes, n, c, fill, measured)
            .out("y", n, c)
            .out("mean", c)
            .out("rstd", c)
            .update("runningMean", c)
            .update("runningVar", Fill.uniform(0.5, 2), c)
            .alias("y", "x")
            .bf16("x", "y")
            .bf16("x")
            .reduction(n)
            .call(
                (b, o) ->
                    b.batchNorm(
                        o.get("x"),
                        o.get("weight"),
                        o.get("bias"),
                        EPS,
                        0.1,
                        relu,
                        o.get("y"),
                        o.get("mean"),
                        o.get("rstd"),
                        o.get("runningMean"),
                        o.get("runningVar"))));
    rows.add(
        operands("batchNormInference", sizes, n, c, fill, measured)
            .in("runningMean", c)
            .in("runningVar", Fill.uniform(0.5, 2), c)
            .out("y", n, c)
            .alias("y", "x")
            .bf16("x", "y")
            .bf16("x")
            .call(
                (b, o) ->
                    b.batchNormInference(
                        o.get("x"),
                        o.get("weight"),
                        o.get("bias"),
                        EPS,
                        relu,
                        o.get("runningMean"),
                        o.get("runningVar"),
                        o.get("y"))));
    rows.add(
        operands("batchNormApply", sizes, n, c, fill, measured)
            .in("mean", c)
            .in("rstd", Fill.uniform(0.5, 2), c)
            .out("y", n, c)
            .alias("y", "x")
            .bf16("x", "y")
            .bf16("x")
            .call(
                (b, o) ->
                    b.batchNormApply(
                        o.get("x"), o.get("weight"), o.get("bias"), o.get("mean"), o.get("rstd"), relu, o.get("y"))));
    rows.add(
        operands("batchNormBackward", sizes, n, c, fill, measured)
            .in("y", n, c)
            .in("mean", c)
            .in("rstd", c)
            .in("runningMean", c)
            .in("runningVar", Fill.uniform(0.5, 2), c)
            .in("dy", n, c)
            .out("dx", n, c)
            .update("dWeight", c)
            .update("dBias", c)
            .alias("dx", "dy")
            .bf16("x", "dy", "dx")
            .reduction(n)
            .scale(n == 2 ? 1 : 0)
            .prepare(
                (b, o) ->
                    b.batchNorm(
                        o.get("x"),
                        o.get("weight"),
                        o.get("bias"),
                        EPS,
                        0.1,
                        relu,
                        o.get("y"),
                        o.get("mean"),
                        o.get("rstd"),
                        o.get("runningMean"),
                        o.get("runningVar")))
            .call(
                (b, o) ->
                    b.batchNormBackward(
                        o.get("x"),
                        o.get("weight"),
                        o.get("bias"),
                        o.get("mean"),
                        o.get("rstd"),
                        relu,
                        o.get("dy"),
                        o.get("dx"),
                        o.get("dWeight"),
                        o.get("dBias"))));
  }

  private static OperationCase.Builder operands(
      String operation, String sizes, int n, int c, Fill fill, boolean measured) {
    return OperationCase.of(operation, sizes)
        .measured(measured)
        .in("x", fill, n, c)
        .in("weight", Fill.uniform(0.5, 1.5), c)
        .in("bias", Fill.uniform(-0.1, 0.1), c);
  }
}
