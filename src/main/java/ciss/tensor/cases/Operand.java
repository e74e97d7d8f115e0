package ciss.tensor.cases;

import ciss.tensor.DType;
import ciss.tensor.Shape;
import java.util.Set;

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

  /** The same operand, in bf16 if its name is among these. */
  Operand in(Set<String> stored) {
    return stored.contains(name) ? new Operand(name, role, DType.BF16, shape, fill) : this;
  }

  public long bytes() {
    return shape.elements() * dtype.bytes();
  }
}
