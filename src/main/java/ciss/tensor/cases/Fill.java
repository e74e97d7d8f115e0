package ciss.tensor.cases;

import ciss.tensor.RandomStream;

/** What an operand of an {@link OperationCase} holds before the call. */
@FunctionalInterface
public interface Fill {
  int VOID = 255;

  /** Element {@code i}; {@code random} is the operand's own stream, asked once per element in order. */
  double value(RandomStream random, int i);

  /** Mean 0, variance 1 (uniform, so that no outlier hides the error of the others). */
  static Fill standard() {
    return uniform(-Math.sqrt(3), Math.sqrt(3));
  }

  static Fill uniform(double low, double high) {
    return (random, i) -> random.uniform(low, high);
  }

  /** Around -1 and around 1, never near 0: keeps a batch-normalised value away from the kink of ReLU. */
  static Fill bimodal() {
    return (random, i) -> (random.nextDouble() < 0.5 ? -1 : 1) * random.uniform(0.8, 1.2);
  }

  static Fill constant(double value) {
    return (random, i) -> value;
  }

  static Fill values(double... values) {
    return (random, i) -> values[i];
  }

  /** Classes 0 to {@code classes - 1}, a tenth of the pixels void. */
  static Fill labels(int classes) {
    return (random, i) -> random.nextDouble() < 0.1 ? VOID : random.nextInt(classes);
  }

  /** Classes 0 to {@code classes - 1} in runs of equal values, as labels have; a tenth of the runs void. */
  static Fill labelRuns(int classes, int length) {
    double[] current = new double[1];
    Fill fresh = labels(classes);
    return (random, i) -> {
      if (i % length == 0) {
        current[0] = fresh.value(random, i);
      }
      return current[0];
    };
  }

  /** 0 or 1. */
  static Fill bits() {
    return (random, i) -> random.nextInt(2);
  }

  /** Factors of dropout: 0 or {@code 1 / keep}. */
  static Fill dropout(double keep) {
    return (random, i) -> random.nextDouble() < keep ? 1 / keep : 0;
  }
}
