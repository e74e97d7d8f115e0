package ciss.tensor.cases;

import ciss.tensor.Tensor;
import java.util.HashMap;
import java.util.Map;

/** The tensors of one call by name. */
public final class Operands {
  private final Map<String, Tensor> tensors = new HashMap<>();

  public void put(String name, Tensor tensor) {
    tensors.put(name, tensor);
  }

  /** {@link Tensor#ABSENT} if the case has no such operand: its optional operands are left out that way. */
  public Tensor get(String name) {
    return tensors.getOrDefault(name, Tensor.ABSENT);
  }
}
