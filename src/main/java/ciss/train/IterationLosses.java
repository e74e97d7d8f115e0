package ciss.train;

import ciss.error.NumericsException;
import ciss.tensor.ParameterTable;
import java.util.Map;

/** What a {@link Trainer} logs of one iteration, which the device may not have finished. */
public final class IterationLosses {
  private final LossLog.Reading reading;
  private final ParameterTable parameters;
  private final long iteration;

  /**
   * @param iteration 0-based
   */
  IterationLosses(LossLog.Reading reading, ParameterTable parameters, long iteration) {
    this.reading = reading;
    this.parameters = parameters;
    this.iteration = iteration;
  }

  /** Whether {@link #values} returns at once. */
  public boolean isReady() {
    return reading.isReady();
  }

  /**
   * Values by the reference's names, in the order of logging; waits for the iteration.
   *
   * @throws NumericsException if a gradient was not finite, so that the step was not made; it names the iteration,
   *     the loss terms and the first parameter concerned
   */
  public Map<String, Double> values() {
    Map<String, Double> values = reading.values();
    long place = reading.nonFinite();
    if (place < 0) {
      return values;
    }
    StringBuilder terms = new StringBuilder();
    values.forEach((name, value) -> terms.append(' ').append(name).append('=').append(value));
    throw new NumericsException(
        ("iteration %d: the gradient of '%s' is not finite, so the step was not made; loss terms:%s. Lower optimizer.lr or"
                + " check the pictures; checkpoints written before are intact")
            .formatted(iteration + 1, parameterAt(place), terms));
  }

  private String parameterAt(long place) {
    String parameter = "padding";
    for (ParameterTable.Entry entry : parameters.entries()) {
      if (place >= entry.offset()) {
        parameter = entry.name();
      }
    }
    return parameter;
  }
}
