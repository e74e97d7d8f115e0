package ciss.tensor.cases;

import ciss.tensor.DType;
import ciss.tensor.Shape;

/** One tensor of an {@link OperationCase}. */
public record Operand(String name, Role role, DType dtype, Shape shape, Fill fill) {
  /** What the operation may do with an operand. */
  public enum Role {
    /** Read, never written. */
    INPUT,
    /** Written completely, never read. */
    OVERWRITTEN,
    /** Read and written: accumulated into, or changed in place. */
    UPDATED
  }

  public boolean isOutput() {
    return role != Role.INPUT;
  }

  public long bytes() {
    return shape.elements() * dtype.bytes();
  }
}
