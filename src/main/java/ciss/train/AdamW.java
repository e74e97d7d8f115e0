package ciss.train;

import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.OptimizerOps.AdamWGroup;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** AdamW with per-name learning rate and decay factors (method.md 2.9), one sweep over the flat buffers. */
public final class AdamW implements AutoCloseable {
  /**
   * @param factors per substring of the full parameter name; the longest that occurs decides, ties alphabetically
   */
  public record Options(
      double learningRate, double beta1, double beta2, double eps, double weightDecay, Map<String, Factors> factors) {}

  /** Multipliers of learning rate and decay. */
  public record Factors(double learningRate, double decay) {
    static final Factors ONE = new Factors(1, 1);
  }

  /** A run of consecutive parameters with equal factors. */
  private record Run(long offset, long length, Factors factors) {}

  private final Backend backend;
  private final ParameterStore store;
  private final Options options;
  private final LearningRate schedule;
  private final List<Run> runs;
  private final FlatBuffer firstMoment;
  private final FlatBuffer secondMoment;
  private long step;

  /**
   * @param skipped parameters that never get a gradient: no decay, no state
   */
  public AdamW(Backend backend, ParameterStore store, Options options, LearningRate schedule, List<String> skipped) {
    this.backend = backend;
    this.store = store;
    this.options = options;
    this.schedule = schedule;
    this.runs = runs(store.values().table(), Set.copyOf(skipped));
    this.firstMoment = new FlatBuffer(backend, store.values().table());
    this.secondMoment = new FlatBuffer(backend, store.values().table());
  }

  private List<Run> runs(ParameterTable table, Set<String> skipped) {
    List<Run> runs = new ArrayList<>();
    List<ParameterTable.Entry> entries = table.entries();
    for (int i = 0; i < entries.size(); i++) {
      ParameterTable.Entry entry = entries.get(i);
      if (skipped.contains(entry.name())) {
        continue;
      }
      long end = i + 1 < entries.size() ? entries.get(i + 1).offset() : table.elements();
      Factors factors = factors(entry.name());
      Run last = runs.isEmpty() ? null : runs.getLast();
      if (last != null && last.offset + last.length == entry.offset() && last.factors.equals(factors)) {
        runs.set(runs.size() - 1, new Run(last.offset, end - last.offset, factors));
      } else {
        runs.add(new Run(entry.offset(), end - entry.offset(), factors));
      }
    }
    return runs;
  }

  /** Factors of a parameter: names are matched as the reference sees them, with the prefix {@code model.}. */
  Factors factors(String name) {
    return options.factors().keySet().stream()
        .filter(("model." + name)::contains)
        .min(Comparator.comparingInt((String key) -> -key.length()).thenComparing(Comparator.naturalOrder()))
        .map(options.factors()::get)
        .orElse(Factors.ONE);
  }

  /** Distinct pairs of learning rate and decay at 0-based iteration {@code k}, in order of first use. */
  public Set<List<Double>> ratesAndDecays(long k) {
    Set<List<Double>> pairs = new LinkedHashSet<>();
    for (Run run : runs) {
      pairs.add(List.of(learningRate(k, run.factors), options.weightDecay() * run.factors.decay()));
    }
    return pairs;
  }

  private double learningRate(long k, Factors factors) {
    return schedule.at(k, options.learningRate() * factors.learningRate());
  }

  /** The logged learning rate at 0-based iteration {@code k}: that of a parameter without factor. */
  public double learningRate(long k) {
    return learningRate(k, Factors.ONE);
  }

  /**
   * Updates all parameters from their gradients with the rates of 0-based iteration {@code k}; if a gradient is not
   * finite, nothing is updated.
   *
   * @param nonFinite F64 {@code [1]}, overwritten: the first place in the gradients that is not finite, or -1
   */
  public void step(long k, Tensor nonFinite) {
    step++;
    backend.firstNonFinite(store.gradients().flat(), nonFinite);
    List<AdamWGroup> groups = new ArrayList<>(runs.size());
    for (Run run : runs) {
      groups.add(
          new AdamWGroup(
              run.offset, run.length, learningRate(k, run.factors), options.weightDecay() * run.factors.decay()));
    }
    backend.adamW(
        groups,
        options.beta1(),
        options.beta2(),
        options.eps(),
        step,
        store.gradients().flat(),
        store.values().flat(),
        firstMoment.flat(),
        secondMoment.flat(),
        nonFinite);
  }

  /** Number of steps taken, the t of the bias correction. */
  public long steps() {
    return step;
  }

  /** Sets the number of steps taken (resume). */
  public void setSteps(long steps) {
    step = steps;
  }

  public FlatBuffer firstMoment() {
    return firstMoment;
  }

  public FlatBuffer secondMoment() {
    return secondMoment;
  }

  @Override
  public void close() {
    firstMoment.close();
    secondMoment.close();
  }
}
