package ciss.nn;

import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;

/** Where the layers of one network find their parameters and the operations that work on them. */
public record Network(Backend backend, ParameterStore store) {

  Tensor value(String name) {
    return store.value(name);
  }

  /** The parameter, or {@link Tensor#ABSENT} if this layer was declared without it. */
  Tensor optionalValue(String name) {
    return store.values().table().contains(name) ? store.value(name) : Tensor.ABSENT;
  }

  /** The gradient, absent if the layer was declared without that parameter or the network is not trained. */
  Tensor optionalGradient(String name) {
    return store.values().table().contains(name) ? store.gradient(name) : Tensor.ABSENT;
  }
}
