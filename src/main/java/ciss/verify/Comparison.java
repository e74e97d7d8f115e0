package ciss.verify;

import ciss.io.StoredTensor;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.LongToDoubleFunction;
import tools.jackson.databind.JsonNode;

/**
 * Holds the results of one case against the stored ones and remembers the worst.
 *
 * <p>An error is measured as a share of its bound: {@code max|a-b| / (abs + rel * max|b|)}; with {@code outliers} the
 * share of elements beyond that bound, over {@code outliers}; with {@code mismatch} the share of differing elements,
 * over {@code mismatch}; where a bound {@linkplain Bound#isCoarse is coarse}, root mean squares take the place of the largest
 * values. Up to 1 is accepted. NaN is equal to NaN only. Not thread-safe.
 */
public final class Comparison {
  private final GoldenCase golden;
  private final double factor;
  private final Set<String> compared = new HashSet<>();
  private String worst = "";
  private String detail = "";
  private double worstShare = -1;

  /**
   * Starts with nothing compared.
   *
   * @param factor what the bounds are multiplied by; see {@link CaseKind#boundFactor}
   */
  public Comparison(GoldenCase golden, double factor) {
    this.golden = golden;
    this.factor = factor;
  }

  /** Compares a whole float32 result in the layout of the case. */
  public void tensor(String name, float[] result) {
    tensor(name, result.length, i -> result[(int) i]);
  }

  /** Compares a whole double result in the layout of the case. */
  public void tensor(String name, double[] result) {
    tensor(name, result.length, i -> result[(int) i]);
  }

  /** Compares a whole label map, mask or 8-bit picture (0..255). */
  public void bytes(String name, byte[] result) {
    tensor(name, result.length, i -> result[(int) i] & 0xff);
  }

  /**
   * Compares a result given by its elements.
   *
   * @param count number of elements of the whole tensor, also where the case stores a sample
   * @param result element i, row-major in the shape of the case
   */
  public void tensor(String name, long count, LongToDoubleFunction result) {
    compared.add(name);
    boolean sampled = golden.isSampled(name);
    StoredTensor stored = golden.stored(sampled ? name + ".sample" : name);
    long[] shape = golden.shape(name);
    if (count != GoldenGenerator.count(shape)) {
      record(name, Double.POSITIVE_INFINITY, count + " elements, expected the shape " + Arrays.toString(shape));
      return;
    }
    long stride = sampled ? golden.sample(name).get("stride").asLong() : 1;
    Bound bound = golden.bound(name).times(factor, stored.elementCount());
    compareElements(name, bound, stored, stride, result, shape);
    if (sampled && bound.limitsDifference() && bound.outliers() == 0) {
      compareSums(name, bound, count, result);
    }
  }

  private void compareElements(
      String name, Bound bound, StoredTensor stored, long stride, LongToDoubleFunction result, long[] shape) {
    long n = stored.elementCount();
    double largest = 0;
    for (long i = 0; i < n; i++) {
      double b = Math.abs(stored.valueAt(i));
      largest = Double.isFinite(b) ? Math.max(largest, b) : largest;
    }
    double limit = bound.limitsDifference() ? bound.abs() + bound.rel() * largest : Double.POSITIVE_INFINITY;
    long differing = 0;
    long beyond = 0;
    double maxDifference = 0;
    double squares = 0;
    double expectedSquares = 0;
    long at = 0;
    for (long i = 0; i < n; i++) {
      double difference = difference(result.applyAsDouble(i * stride), stored.valueAt(i));
      differing += difference > 0 ? 1 : 0;
      beyond += difference > limit ? 1 : 0;
      squares += difference * difference;
      expectedSquares += stored.valueAt(i) * stored.valueAt(i);
      if (difference > maxDifference) {
        maxDifference = difference;
        at = i;
      }
    }
    String place = maxDifference == 0
        ? "equal"
        : String.format(Locale.ROOT, "at %s: %.6g, expected %.6g", Arrays.toString(position(at * stride, shape)),
            result.applyAsDouble(at * stride), stored.valueAt(at));
    if (bound.limitsMismatch()) {
      record(name, share((double) differing / n, bound.mismatch()), differing + " of " + n + " differ; " + place);
    }
    if (bound.outliers() > 0) {
      double share = bound.outliers() >= 1 ? 0 : (double) beyond / n / bound.outliers();
      record(name, share, beyond + " of " + n + " beyond the bound; " + place);
    } else if (bound.isCoarse()) {
      double rms = Math.sqrt(squares / n);
      double expected = Math.sqrt(expectedSquares / n);
      record(name, share(rms, bound.abs() + bound.rel() * expected), "rms of the difference %.3g, of the values %.3g"
          .formatted(rms, expected));
    } else if (bound.limitsDifference()) {
      record(name, share(maxDifference, limit), place);
    }
  }

  private void compareSums(String name, Bound bound, long count, LongToDoubleFunction result) {
    double sum = 0;
    double absSum = 0;
    double squares = 0;
    for (long i = 0; i < count; i++) {
      double v = result.applyAsDouble(i);
      sum += v;
      absSum += Math.abs(v);
      squares += v * v;
    }
    JsonNode sample = golden.sample(name);
    double expectedAbs = GoldenCase.number(sample.get("abs_sum"));
    sumOf(name, "sum", sum, sample, bound.rel() * expectedAbs + bound.abs() * count);
    sumOf(name, "abs_sum", absSum, sample, bound.rel() * expectedAbs + bound.abs() * count);
    if (sample.has("l2")) {
      double l2 = GoldenCase.number(sample.get("l2"));
      sumOf(name, "l2", Math.sqrt(squares), sample, bound.rel() * l2 + bound.abs() * Math.sqrt(count));
    }
  }

  private void sumOf(String name, String which, double found, JsonNode sample, double limit) {
    double expected = GoldenCase.number(sample.get(which));
    // The stored sums have nine digits; sums over a million float32 values are no sharper anyway.
    double slack = 1e-8 * Math.abs(expected);
    record(name, share(Math.max(0, difference(found, expected) - slack), limit),
        which + " " + found + ", expected " + expected);
  }

  /** Compares a scalar under the bound of {@code name}. */
  public void scalar(String name, double found, double expected) {
    scalar(name, name, found, expected);
  }

  /** Compares a scalar called {@code label} under the bound of {@code boundName}. */
  public void scalar(String boundName, String label, double found, double expected) {
    Bound bound = golden.bound(boundName).times(factor, 1);
    double limit = bound.abs() + bound.rel() * (Double.isFinite(expected) ? Math.abs(expected) : 0);
    record(label, share(difference(found, expected), limit), found + ", expected " + expected);
  }

  /** Requires two values to be equal (texts, numbers of runs, lists). */
  public void exact(String label, Object found, Object expected) {
    boolean equal = Objects.equals(found, expected);
    String what = equal ? "equal" : "'" + found + "', expected '" + expected + "'";
    record(label, equal ? 0 : Double.POSITIVE_INFINITY, what);
  }

  /** Requires a whole tensor to have the type, the shape and every bit of the stored one. */
  public void bits(String name, StoredTensor result) {
    compared.add(name);
    StoredTensor stored = golden.stored(name);
    exact(name, result.type() + Arrays.toString(result.shape()), stored.type() + Arrays.toString(stored.shape()));
    long at = result.data().mismatch(stored.data());
    record(name, at < 0 ? 0 : Double.POSITIVE_INFINITY, at < 0 ? "equal" : "differs at byte " + at);
  }

  /** Marks a result of the case as deliberately not compared, with the reason given by the kind's comment. */
  public void skip(String name) {
    compared.add(name);
  }

  /** Fails every result of the case that was not compared: called once at the end. */
  public void requireAllCompared() {
    Set<String> missing = new TreeSet<>(golden.resultNames());
    missing.removeAll(compared);
    if (!missing.isEmpty()) {
      record(missing.iterator().next(), Double.POSITIVE_INFINITY, missing.size() + " results were not compared");
    }
  }

  private void record(String name, double share, String what) {
    if (!(share <= worstShare)) {
      worst = name;
      detail = what;
      worstShare = share;
    }
  }

  /** Difference of two values: 0 if both are NaN or equal, infinite if only one is finite. */
  private static double difference(double a, double b) {
    if (a == b || Double.isNaN(a) && Double.isNaN(b)) {
      return 0;
    }
    double difference = Math.abs(a - b);
    return Double.isNaN(difference) ? Double.POSITIVE_INFINITY : difference;
  }

  private static double share(double error, double limit) {
    return error == 0 ? 0 : limit == 0 ? Double.POSITIVE_INFINITY : error / limit;
  }

  private static long[] position(long index, long[] shape) {
    long[] position = new long[shape.length];
    for (int d = shape.length - 1; d >= 0; d--) {
      position[d] = index % shape[d];
      index /= shape[d];
    }
    return position;
  }

  /** Whether something was compared and nothing exceeds its bound. */
  public boolean passed() {
    return worstShare >= 0 && worstShare <= 1;
  }

  /** Name of the result that is worst in terms of its bound. */
  public String worst() {
    return worst;
  }

  /** Error of the worst result as a share of its bound; infinite if it may not differ at all. */
  public double worstShare() {
    return Math.max(0, worstShare);
  }

  /** Place and values of the worst difference. */
  public String detail() {
    return detail;
  }
}
