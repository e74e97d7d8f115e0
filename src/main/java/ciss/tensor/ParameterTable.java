package ciss.tensor;

import ciss.error.CheckpointException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Names, shapes and places of the parameters (or of the BatchNorm buffers) of a network inside one flat buffer. Names
 * and order are the reference's ({@code backbone.block1.0.attn.q.weight}); each entry starts at a multiple of 64 bytes.
 */
public final class ParameterTable {
  /** How a parameter is drawn when no weights are given (method.md 1.1 and 1.2, "Init"). */
  public sealed interface Init {
    /** The same value everywhere. */
    record Constant(float value) implements Init {}

    /** Normal with mean 0. */
    record Normal(double std) implements Init {}

    /** Normal with mean 0, redrawn outside [-2,2]. */
    record TruncatedNormal(double std) implements Init {}

    /** Uniform in [-bound, bound]. */
    record Uniform(double bound) implements Init {}
  }

  /**
   * @param offset first element, counted in floats from the start of the buffer
   */
  public record Entry(String name, Shape shape, Init init, long offset) {}

  private final Map<String, Entry> entries;
  private final long elements;

  private ParameterTable(Map<String, Entry> entries, long elements) {
    this.entries = Collections.unmodifiableMap(entries);
    this.elements = elements;
  }

  /** Collects entries in order. */
  public static final class Builder {
    private final Map<String, Entry> entries = new LinkedHashMap<>();
    private long next;

    public Builder add(String name, Init init, int... sizes) {
      Shape shape = Shape.of(sizes);
      if (entries.put(name, new Entry(name, shape, init, next)) != null) {
        throw new IllegalArgumentException("parameter " + name + " added twice");
      }
      next += (shape.elements() + 15) / 16 * 16;
      return this;
    }

    public ParameterTable build() {
      return new ParameterTable(new LinkedHashMap<>(entries), next);
    }
  }

  /** Entries in order. */
  public List<Entry> entries() {
    return new ArrayList<>(entries.values());
  }

  public boolean contains(String name) {
    return entries.containsKey(name);
  }

  /**
   * @throws CheckpointException if there is no such entry
   */
  public Entry entry(String name) {
    Entry entry = entries.get(name);
    if (entry == null) {
      throw new CheckpointException("this network has no tensor named '" + name + "'");
    }
    return entry;
  }

  /** Length of the flat buffer in floats, padding included. */
  public long elements() {
    return elements;
  }

  /** Number of parameter values, padding not included. */
  public long values() {
    return entries.values().stream().mapToLong(e -> e.shape().elements()).sum();
  }
}
