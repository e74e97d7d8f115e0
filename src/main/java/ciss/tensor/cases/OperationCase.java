package ciss.tensor.cases;

import ciss.tensor.BFloat16;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Precision;
import ciss.tensor.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * A row of the operation case table: one operation at one size. Tests of every backend, the benchmark suite and {@code
 * ciss bench ops} read the same rows.
 */
public final class OperationCase {
  /** A call of the operation (or of the forward that its backward needs) on the row's operands. */
  @FunctionalInterface
  public interface Call {
    void on(Backend backend, Operands operands);
  }

  /** {@code output} may be the same memory as {@code input}. */
  public record Alias(String output, String input) {}

  private final String operation;
  private final String sizes;
  private final List<Operand> operands;
  private final List<Alias> aliases;
  private final long reduction;
  private final double scale;
  private final double products;
  private final Call preparation;
  private final Call call;
  private final boolean measured;
  private final int roundings;
  private final List<Set<String>> storedTogether;
  private final Set<String> stored;
  private final OperationCase inFloats;

  private OperationCase(Builder builder, Call call) {
    operation = builder.operation;
    sizes = builder.sizes;
    operands = List.copyOf(builder.operands);
    aliases = List.copyOf(builder.aliases);
    reduction = builder.reduction;
    scale = builder.scale;
    products = builder.products;
    preparation = builder.preparation;
    measured = builder.measured;
    roundings = builder.roundings;
    storedTogether = List.copyOf(builder.storedTogether);
    stored = Set.of();
    inFloats = this;
    this.call = call;
  }

  /** {@code row} with some operands in bf16. */
  private OperationCase(OperationCase row, Set<String> stored) {
    operation = row.operation;
    sizes = row.sizes;
    operands = row.operands.stream().map(operand -> operand.in(stored)).toList();
    aliases =
        row.aliases.stream().filter(a -> stored.contains(a.output()) == stored.contains(a.input())).toList();
    reduction = row.reduction;
    scale = row.scale;
    products = row.products;
    preparation = row.preparation;
    call = row.call;
    measured = row.measured;
    roundings = row.roundings;
    storedTogether = List.of();
    this.stored = stored;
    inFloats = row;
  }

  /** The row with its activations in bf16: once for each group of operands that may be so together. */
  public List<OperationCase> inBf16() {
    return storedTogether.stream().map(names -> new OperationCase(this, names)).toList();
  }

  /** The row as networks on {@code backend} call it: activations in the type that it has for them. */
  public OperationCase on(Backend backend) {
    return backend.activations() == DType.BF16 && !storedTogether.isEmpty()
        ? new OperationCase(this, storedTogether.getFirst())
        : this;
  }

  /** The row whose operands are all float32, which has the reference of one {@link #inBf16}; else this one. */
  public OperationCase inFloats() {
    return inFloats;
  }

  /**
   * Whether the operand holds only values that bf16 has, before the call: it is of that type, or a product rounds it to it.
   * Reference and operation then start from the same values.
   */
  public boolean isRounded(Operand operand) {
    return operand.dtype() == DType.BF16 || !stored.isEmpty() && hasProducts() && operand.dtype() == DType.F32;
  }

  /** Starts a row. {@code operation} is the method's name in {@link Backend}. */
  public static Builder of(String operation, Object sizes) {
    return new Builder(operation, sizes.toString());
  }

  public String operation() {
    return operation;
  }

  /** Sizes and options in words. */
  public String sizes() {
    return sizes;
  }

  public List<Operand> operands() {
    return operands;
  }

  public List<Alias> aliases() {
    return aliases;
  }

  /** True for the sizes of real networks, which are timed; false for the awkward ones, which are tested. */
  public boolean isMeasured() {
    return measured;
  }

  /** Writes operands that are results of another operation (saved statistics, a forward's output). */
  public void prepare(Backend backend, Operands tensors) {
    preparation.on(backend, tensors);
  }

  /** Calls the operation. */
  public void run(Backend backend, Operands tensors) {
    call.on(backend, tensors);
  }

  /**
   * Largest allowed error of one float32 output value relative to {@code |value| + magnitude} where the magnitude is that
   * of the whole output. A sum of L terms in any order makes random-walk errors of {@code 2^-24 * sqrt(L)}; six times
   * that is out of reach for correct kernels, and 16 roundings are granted to what happens around the sum.
   */
  public double tolerance() {
    return 0x1p-24 * (16 + 6 * Math.sqrt(reduction));
  }

  /**
   * The same where products are computed in {@code precision}. An operand rounded to it is off by at most u, its unit
   * roundoff, of itself, and by less than half of that in root mean square; a product of two by less than
   * {@code u / sqrt(2)}. Errors of a sum's terms are independent, as the terms of our rows are: they grow together
   * with the sum, and relative to its magnitude the error stays that of one product, whatever the length. Six times
   * that is out of reach. Where products follow one another, as in attention, each adds its share; operations without
   * products get no more than in fp32.
   */
  public double tolerance(Precision precision) {
    double rounded = precision == Precision.BF16 ? Math.max(0, products - 1) : products;
    return tolerance() + (precision == Precision.FP32 ? 0 : 6 * precision.roundoff() / Math.sqrt(2) * rounded);
  }

  /**
   * The same for one output. Where products are of bf16, their first operands are the row's and hold values of it: what is
   * between two products is rounded, so one less counts. Last, an output in bf16 is off by the {@linkplain
   * BFloat16#UNIT_ROUNDOFF rounding} of its value. A value that is rounded on the way to a sum of several addends is not
   * larger than four times the root mean square of the whole output, with equal addends, and the error of each such rounding
   * is relative to that.
   */
  public double tolerance(Precision precision, Operand output) {
    double rounding = output.dtype() == DType.BF16 ? BFloat16.UNIT_ROUNDOFF * (1 + 4 * (roundings - 1)) : 0;
    return tolerance(precision) + rounding;
  }

  /** Whether the result depends on the precision of products. */
  public boolean hasProducts() {
    return products > 0;
  }

  /** Lower bound of an output's magnitude where exact results can cancel to 0. */
  public double scale() {
    return scale;
  }

  @Override
  public String toString() {
    return operation + " " + sizes + (stored.isEmpty() ? "" : " bf16 " + String.join(",", stored));
  }

  /** Collects operands; {@link #call} completes the row. */
  public static final class Builder {
    private final String operation;
    private final String sizes;
    private final List<Operand> operands = new ArrayList<>();
    private final List<Alias> aliases = new ArrayList<>();
    private long reduction = 1;
    private double scale;
    private double products;
    private Call preparation = (backend, tensors) -> {};
    private boolean measured;
    private int roundings = 1;
    private final List<Set<String>> storedTogether = new ArrayList<>();

    private Builder(String operation, String sizes) {
      this.operation = operation;
      this.sizes = sizes;
    }

    /** A float32 input with {@link Fill#standard} values. */
    public Builder in(String name, int... shape) {
      return in(name, Fill.standard(), shape);
    }

    public Builder in(String name, Fill fill, int... shape) {
      return add(name, Operand.Role.INPUT, DType.F32, fill, shape);
    }

    /** A U8 input. */
    public Builder bytes(String name, Fill fill, int... shape) {
      return add(name, Operand.Role.INPUT, DType.U8, fill, shape);
    }

    /** A float32 output that is overwritten. */
    public Builder out(String name, int... shape) {
      return out(name, DType.F32, shape);
    }

    public Builder out(String name, DType dtype, int... shape) {
      return add(name, Operand.Role.OVERWRITTEN, dtype, Fill.constant(0), shape);
    }

    /** A float32 output that is added to or changed in place. */
    public Builder update(String name, int... shape) {
      return update(name, Fill.standard(), shape);
    }

    public Builder update(String name, Fill fill, int... shape) {
      return add(name, Operand.Role.UPDATED, DType.F32, fill, shape);
    }

    public Builder add(String name, Operand.Role role, DType dtype, Fill fill, int... shape) {
      operands.add(new Operand(name, role, dtype, Shape.of(shape), fill));
      return this;
    }

    public Builder alias(String output, String input) {
      aliases.add(new Alias(output, input));
      return this;
    }

    /** Number of terms of the longest sum behind one output value. */
    public Builder reduction(long terms) {
      reduction = terms;
      return this;
    }

    public Builder scale(double magnitude) {
      scale = magnitude;
      return this;
    }

    /**
     * How often the rounding of a product's operands counts: products that follow one another, each times what the
     * operation makes of its error.
     */
    public Builder products(double count) {
      products = count;
      return this;
    }

    /**
     * Activations that may be bf16 at the same time while all others are float32; each call adds such a group. The first is
     * that of the blocks of a network.
     */
    public Builder bf16(String... names) {
      storedTogether.add(Collections.unmodifiableSet(new LinkedHashSet<>(List.of(names))));
      return this;
    }

    /** How often a bf16 output may be rounded on the way to its value: addends that are added one after the other. */
    public Builder roundings(int times) {
      roundings = times;
      return this;
    }

    public Builder prepare(Call forward) {
      preparation = forward;
      return this;
    }

    public Builder measured(boolean isMeasured) {
      measured = isMeasured;
      return this;
    }

    public OperationCase call(Call operationCall) {
      return new OperationCase(this, operationCall);
    }
  }
}
