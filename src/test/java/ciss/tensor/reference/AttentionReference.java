package ciss.tensor.reference;

import ciss.tensor.AttentionOps.AttentionDims;

/** {@code o = softmax(q k^T / sqrt(headDim)) v} per sample and head; layouts as in {@link ciss.tensor.AttentionOps}. */
final class AttentionReference {
  /** Output and logarithm of the softmax's denominators {@code [n,heads,tokens]}. */
  record Result(double[] o, double[] logSumExp) {}

  /** Gradients of queries and of keys with values. */
  record Gradients(double[] dq, double[] dkv) {}

  private AttentionReference() {}

  static Result forward(AttentionDims d, double[] q, double[] kv) {
    Result result = new Result(new double[q.length], new double[d.n() * d.heads() * d.tokens()]);
    for (int b = 0; b < d.n(); b++) {
      for (int head = 0; head < d.heads(); head++) {
        for (int t = 0; t < d.tokens(); t++) {
          double[] scores = scores(d, q, kv, b, head, t);
          double max = Double.NEGATIVE_INFINITY;
          for (double score : scores) {
            max = Math.max(max, score);
          }
          double sum = 0;
          for (double score : scores) {
            sum += Math.exp(score - max);
          }
          double logSumExp = max + Math.log(sum);
          result.logSumExp[(b * d.heads() + head) * d.tokens() + t] = logSumExp;
          for (int k = 0; k < d.keys(); k++) {
            double p = Math.exp(scores[k] - logSumExp);
            for (int j = 0; j < d.headDim(); j++) {
              result.o[query(d, b, head, t) + j] += p * kv[value(d, b, head, k) + j];
            }
          }
        }
      }
    }
    return result;
  }

  /**
   * {@code dv = p^T dO}, {@code ds = p * (dO v^T - rowsum(dO * o)) * scale}, {@code dq = ds k}, {@code dk = ds^T q}.
   */
  static Gradients backward(AttentionDims d, double[] q, double[] kv, double[] o, double[] logSumExp, double[] dO) {
    double scale = 1 / Math.sqrt(d.headDim());
    Gradients gradients = new Gradients(new double[q.length], new double[kv.length]);
    for (int b = 0; b < d.n(); b++) {
      for (int head = 0; head < d.heads(); head++) {
        for (int t = 0; t < d.tokens(); t++) {
          double[] scores = scores(d, q, kv, b, head, t);
          int row = query(d, b, head, t);
          double rowSum = 0;
          for (int j = 0; j < d.headDim(); j++) {
            rowSum += dO[row + j] * o[row + j];
          }
          for (int k = 0; k < d.keys(); k++) {
            int key = key(d, b, head, k);
            int value = value(d, b, head, k);
            double p = Math.exp(scores[k] - logSumExp[(b * d.heads() + head) * d.tokens() + t]);
            double dp = 0;
            for (int j = 0; j < d.headDim(); j++) {
              dp += dO[row + j] * kv[value + j];
              gradients.dkv[value + j] += p * dO[row + j];
            }
            double ds = p * (dp - rowSum) * scale;
            for (int j = 0; j < d.headDim(); j++) {
              gradients.dq[row + j] += ds * kv[key + j];
              gradients.dkv[key + j] += ds * q[row + j];
            }
          }
        }
      }
    }
    return gradients;
  }

  private static double[] scores(AttentionDims d, double[] q, double[] kv, int b, int head, int token) {
    double[] scores = new double[d.keys()];
    int row = query(d, b, head, token);
    for (int k = 0; k < d.keys(); k++) {
      int key = key(d, b, head, k);
      for (int j = 0; j < d.headDim(); j++) {
        scores[k] += q[row + j] * kv[key + j];
      }
      scores[k] /= Math.sqrt(d.headDim());
    }
    return scores;
  }

  private static int query(AttentionDims d, int b, int head, int token) {
    return (b * d.tokens() + token) * d.channels() + head * d.headDim();
  }

  private static int key(AttentionDims d, int b, int head, int k) {
    return (b * d.keys() + k) * 2 * d.channels() + head * d.headDim();
  }

  private static int value(AttentionDims d, int b, int head, int k) {
    return key(d, b, head, k) + d.channels();
  }
}
