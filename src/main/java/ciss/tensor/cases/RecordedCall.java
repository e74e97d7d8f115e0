package ciss.tensor.cases;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.OperationWork;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.plan.PlanBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * A call of an operation as some code made it: its arguments, but not what its tensors held.
 *
 * @param calls how often it was made
 */
public record RecordedCall(Method method, List<Object> arguments, long calls) {
  /** For every float32 value: neither large nor zero, so that no step of any formula overflows or is left out. */
  private static final float VALUE = 0.5f;

  /**
   * How long one call takes alone.
   *
   * @param work of one call, counted by the planning backend
   * @param median seconds
   */
  public record Timing(RecordedCall call, OperationWork work, double median) {}

  /** The method's name in {@link Backend}. */
  public String operation() {
    return method.getName();
  }

  /** The record of its sizes, or else the shapes of its tensors. */
  public String sizes() {
    return arguments.stream()
        .filter(argument -> argument instanceof Record)
        .map(Object::toString)
        .findFirst()
        .orElseGet(this::shapes);
  }

  private String shapes() {
    return arguments.stream()
        .filter(argument -> argument instanceof Tensor t && !t.isAbsent())
        .map(argument -> ((Tensor) argument).shape().toString())
        .collect(Collectors.joining(" "));
  }

  RecordedCall oneMore() {
    return new RecordedCall(method, arguments, calls + 1);
  }

  /** Makes the call on tensors of its own for about so many seconds. */
  public Timing measure(Backend backend, double seconds) {
    try (Repetition repetition = new Repetition(backend)) {
      double[] times = CallTimer.times(repetition::run, seconds);
      return new Timing(this, work(), times[times.length / 2]);
    }
  }

  private OperationWork work() {
    try (PlanBackend plan = new PlanBackend();
        Repetition counted = new Repetition(plan)) {
      plan.reset();
      counted.run(1);
      return plan.work().getFirst();
    }
  }

  /** The call with tensors on a backend. Operands that were one tensor are one again. */
  private final class Repetition implements AutoCloseable {
    private final Backend backend;
    private final Map<String, Storage> storages = new HashMap<>();
    private final Object[] operands = arguments.toArray();

    Repetition(Backend backend) {
      this.backend = backend;
      for (int i = 0; i < operands.length; i++) {
        if (operands[i] instanceof Tensor t && !t.isAbsent()) {
          operands[i] = copyOf(t);
        }
      }
    }

    private Tensor copyOf(Tensor t) {
      String place = System.identityHashCode(t.storage()) + "+" + t.offset() + ":" + t.bytes();
      Storage storage = storages.get(place);
      if (storage == null) {
        storage = backend.allocate(t.bytes());
        storages.put(place, storage);
        if (t.dtype() == DType.F32) {
          backend.fill(Tensor.of(storage, 0, t.shape(), t.dtype()), VALUE);
        }
      }
      return Tensor.of(storage, 0, t.shape(), t.dtype());
    }

    void run(int count) {
      try {
        for (int i = 0; i < count; i++) {
          method.invoke(backend, operands);
        }
      } catch (InvocationTargetException e) {
        throw e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
      } catch (IllegalAccessException e) {
        throw new IllegalStateException(e);
      }
      backend.synchronize();
    }

    @Override
    public void close() {
      new ArrayList<>(storages.values()).forEach(Storage::close);
    }
  }
}
