package ciss.data;

import ciss.error.DataException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntToLongFunction;
import java.util.stream.IntStream;

/**
 * Rare class sampling (DAFormer; data.md 3.4): first a class is drawn, rare ones far more often, then a picture that
 * has enough of it.
 *
 * <p>{@code f_c} = share of class c among all labelled pixels, {@code p = softmax((1 - f) / T)} over the classes that
 * occur. Differs from the reference: a class that no picture has enough of is left out (and reported by {@link
 * #withoutCandidates}) instead of failing when it is drawn. Immutable and thread-safe.
 */
public final class RareClassSampling {
  private final int[] classes;
  private final float[] probabilities;
  private final double[] cumulative;
  private final int[][] candidates;
  private final long pixelLimit;
  private final int maxTries;

  /**
   * @param counts one entry per picture of the data set, in its order
   * @param temperature T: small = rare classes much more often
   * @param minPixels a picture is a candidate of a class from one more than this many pixels on
   * @param minCropRatio the crop should hold more than {@code minPixels * minCropRatio} pixels of the class; 0 = any
   *     crop will do
   * @param maxTries crops drawn again at most
   * @throws DataException if no picture has enough of any class
   */
  public RareClassSampling(
      List<ClassCounts> counts, double temperature, int minPixels, double minCropRatio, int maxTries) {
    int n = counts.getFirst().pixels().length;
    long[] total = new long[n];
    for (ClassCounts sample : counts) {
      for (int c = 0; c < n; c++) {
        total[c] += sample.pixels()[c];
      }
    }
    this.classes = IntStream.range(0, n).filter(c -> total[c] > 0).boxed()
        .sorted(Comparator.comparingLong(c -> total[c])).mapToInt(c -> c).toArray();
    this.probabilities = probabilities(classes, total, temperature);
    this.candidates = new int[classes.length][];
    this.cumulative = new double[classes.length];
    double sum = 0;
    for (int k = 0; k < classes.length; k++) {
      int c = classes[k];
      candidates[k] = IntStream.range(0, counts.size()).filter(i -> counts.get(i).pixels()[c] > minPixels).toArray();
      sum += candidates[k].length > 0 ? probabilities[k] : 0;
      cumulative[k] = sum;
    }
    if (sum == 0) {
      throw new DataException(
          "rare class sampling: no label picture has more than " + minPixels
              + " pixels of any class. Lower data.rare_class_sampling.min_pixels.");
    }
    this.pixelLimit = (long) Math.floor(minPixels * minCropRatio);
    this.maxTries = minCropRatio > 0 ? maxTries : 0;
  }

  /** In float32, as the reference computes them. */
  private static float[] probabilities(int[] classes, long[] total, double temperature) {
    float sum = 0;
    for (int c : classes) {
      sum += total[c];
    }
    float[] p = new float[classes.length];
    double largest = Double.NEGATIVE_INFINITY;
    for (int k = 0; k < p.length; k++) {
      p[k] = (1 - total[classes[k]] / sum) / (float) temperature;
      largest = Math.max(largest, p[k]);
    }
    double norm = 0;
    for (float logit : p) {
      norm += Math.exp(logit - largest);
    }
    for (int k = 0; k < p.length; k++) {
      p[k] = (float) (Math.exp(p[k] - largest) / norm);
    }
    return p;
  }

  /** The classes that occur, rarest first. */
  public int[] classes() {
    return classes.clone();
  }

  /** Probability of each of {@link #classes}, before classes without candidates are left out. */
  public float[] probabilities() {
    return probabilities.clone();
  }

  /** The probability with which each class is really drawn, by train id. */
  public double[] probabilityByClass(int classCount) {
    double[] byClass = new double[classCount];
    double before = 0;
    for (int k = 0; k < classes.length; k++) {
      byClass[classes[k]] = (cumulative[k] - before) / cumulative[cumulative.length - 1];
      before = cumulative[k];
    }
    return byClass;
  }

  /** Classes that occur but never with more than {@code minPixels} pixels; they are not drawn. */
  public List<Integer> withoutCandidates() {
    List<Integer> none = new ArrayList<>();
    for (int k = 0; k < classes.length; k++) {
      if (candidates[k].length == 0) {
        none.add(classes[k]);
      }
    }
    return none;
  }

  /** The class for a number u in [0, 1). */
  public int classFor(double u) {
    return classes[place(u)];
  }

  private int place(double u) {
    double last = cumulative[cumulative.length - 1];
    int k = 0;
    while (k < cumulative.length - 1 && cumulative[k] / last <= u) {
      k++;
    }
    return k;
  }

  /** Pictures (indices of the data set) with enough pixels of a class; empty for a class that does not occur. */
  public int[] candidates(int c) {
    for (int k = 0; k < classes.length; k++) {
      if (classes[k] == c) {
        return candidates[k].clone();
      }
    }
    return new int[0];
  }

  /** A class and a picture for it. */
  public record Choice(int rareClass, int picture) {}

  /** Draws a class, then one of its candidates uniformly. */
  public Choice draw(SampleDraws draws) {
    int k = place(draws.nextDouble());
    return new Choice(classes[k], candidates[k][draws.nextInt(candidates[k].length)]);
  }

  /**
   * Runs the pipeline until the crop holds enough of the class, at most {@code 1 + maxTries} times; the last result is
   * taken unchecked.
   *
   * @param pixelsOfRun runs the pipeline for the k-th time (k = 0, 1, ...) and tells the pixels of the class in the
   *     crop
   * @return how often it ran
   */
  public int runUntilEnough(IntToLongFunction pixelsOfRun) {
    int runs = 1;
    long pixels = pixelsOfRun.applyAsLong(0);
    while (pixels <= pixelLimit && runs <= maxTries) {
      pixels = pixelsOfRun.applyAsLong(runs++);
    }
    return runs;
  }
}
