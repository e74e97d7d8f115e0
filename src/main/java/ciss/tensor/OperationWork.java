package ciss.tensor;

/**
 * How much an operation did in some number of calls.
 *
 * @param operation method name in {@link Backend}
 * @param flops 2 per multiply-add of matrix products, convolutions and attention; 0 for other operations
 * @param bytes sizes of all operands: the least that must move if nothing is in a cache
 */
public record OperationWork(String operation, long calls, long flops, long bytes) {
  /** Both together, under this operation's name. */
  public OperationWork plus(OperationWork other) {
    return new OperationWork(operation, calls + other.calls, flops + other.flops, bytes + other.bytes);
  }
}
