package ciss.tensor.cases;

import ciss.tensor.AttentionOps.AttentionDims;
import java.util.ArrayList;
import java.util.List;

/** Rows of {@link ciss.tensor.AttentionOps}. */
final class AttentionCases {
  private static final double LARGE = 12;

  /** n, tokens, keys, heads, headDim. */
  private static final AttentionDims[] AWKWARD = {
    new AttentionDims(1, 1, 1, 1, 32),
    new AttentionDims(2, 5, 1, 2, 32),
    new AttentionDims(1, 3, 7, 3, 16),
    new AttentionDims(1, 7, 64, 1, 32),
    new AttentionDims(2, 33, 64, 5, 64),
    new AttentionDims(2, 100, 25, 2, 16),
    new AttentionDims(1, 16, 1027, 1, 64),
    new AttentionDims(1, 64, 16, 8, 32),
    new AttentionDims(1, 1100, 64, 2, 32),
    new AttentionDims(3, 257, 65, 2, 64),
    new AttentionDims(1, 67, 70, 1, 64),
    new AttentionDims(2, 70, 37, 2, 128),
    new AttentionDims(1, 33, 65, 1, 96),
    new AttentionDims(1, 5, 40, 2, 65),
  };
  private static final AttentionDims[] REAL = {
    new AttentionDims(2, 1024, 16, 1, 32),
    new AttentionDims(2, 256, 16, 2, 32),
    new AttentionDims(18, 1024, 16, 1, 32),
    new AttentionDims(1, 16384, 256, 1, 64),
    new AttentionDims(1, 4096, 256, 2, 64),
  };

  private AttentionCases() {}

  static List<OperationCase> all() {
    List<OperationCase> rows = new ArrayList<>();
    for (AttentionDims d : AWKWARD) {
      addRows(rows, d, "", Fill.standard(), false);
    }
    addRows(rows, new AttentionDims(1, 40, 50, 2, 32), " large scores", Fill.uniform(-LARGE, LARGE), false);
    for (AttentionDims d : REAL) {
      addRows(rows, d, "", Fill.standard(), true);
    }
    return rows;
  }

  /**
   * Errors of large scores grow with them and enter through the exponential: the sum counts as if it were longer, and the
   * rounding of their product as often as they are larger than 1. Else products count once each: scores and their use; in
   * the backward also the gradient of the powers. Heads above 64 channels are computed in float32 everywhere.
   */
  private static void addRows(List<OperationCase> rows, AttentionDims d, String remark, Fill query, boolean measured) {
    int c = d.channels();
    boolean small = d.headDim() <= 64;
    double scoreSize = remark.isEmpty() ? 1 : LARGE / Math.sqrt(3);
    long reduction = d.keys() + d.headDim() + (remark.isEmpty() ? 0 : 144L * d.headDim());
    rows.add(
        OperationCase.of("attention", d + remark)
            .measured(measured)
            .in("q", query, d.n(), d.tokens(), c)
            .in("kv", d.n(), d.keys(), 2 * c)
            .out("o", d.n(), d.tokens(), c)
            .out("logSumExp", d.n(), d.heads(), d.tokens())
            .reduction(reduction)
            .bf16("q", "kv", "o")
            .products(small ? scoreSize + 1 : 0)
            .scale(1)
            .call((b, o) -> b.attention(d, o.get("q"), o.get("kv"), o.get("o"), o.get("logSumExp"))));
    rows.add(
        OperationCase.of("attentionBackward", d + remark)
            .measured(measured)
            .in("q", query, d.n(), d.tokens(), c)
            .in("kv", d.n(), d.keys(), 2 * c)
            .in("o", d.n(), d.tokens(), c)
            .in("logSumExp", d.n(), d.heads(), d.tokens())
            .in("dO", d.n(), d.tokens(), c)
            .out("dq", d.n(), d.tokens(), c)
            .out("dkv", d.n(), d.keys(), 2 * c)
            .alias("dq", "dO")
            .reduction(reduction + d.tokens())
            .bf16("q", "kv", "o", "dO", "dq", "dkv")
            .products(small ? scoreSize + 2 : 0)
            .scale(1)
            .prepare((b, o) -> b.attention(d, o.get("q"), o.get("kv"), o.get("o"), o.get("logSumExp")))
            .call(
                (b, o) ->
                    b.attentionBackward(
                        d,
                        o.get("q"),
                        o.get("kv"),
                        o.get("o"),
                        o.get("logSumExp"),
                        o.get("dO"),
                        o.get("dq"),
                        o.get("dkv"))));
  }
}
