package ciss.tensor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how long each operation of a backend takes. Waits for the device after every operation, so that asynchronous
 * ones are charged what they cost. Not thread safe, like the backend.
 */
public final class OperationTimer {
  /** Total time of an operation. */
  public record OperationTime(String operation, long calls, long nanos) {}

  private final Map<String, long[]> callsAndNanos = new HashMap<>();

  /** The same backend, measured. Closing it closes {@code backend}. */
  public Backend observe(Backend backend) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) ->
                isOperation(method) ? timed(backend, method, arguments) : call(backend, method, arguments));
  }

  private Object timed(Backend backend, Method method, Object[] arguments) throws Throwable {
    long start = System.nanoTime();
    Object result = call(backend, method, arguments);
    backend.synchronize();
    long nanos = System.nanoTime() - start;
    long[] sums = callsAndNanos.computeIfAbsent(method.getName(), operation -> new long[2]);
    sums[0]++;
    sums[1] += nanos;
    return result;
  }

  /** Memory and life cycle are methods of {@link Backend} itself, operations those of its families. */
  private static boolean isOperation(Method method) {
    return method.getDeclaringClass() != Backend.class && OperationFamily.isOperation(method.getName());
  }

  private static Object call(Backend backend, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(backend, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Times since the start or {@link #reset}, longest first. */
  public List<OperationTime> times() {
    return callsAndNanos.entrySet().stream()
        .map(entry -> new OperationTime(entry.getKey(), entry.getValue()[0], entry.getValue()[1]))
        .sorted(Comparator.comparingLong(OperationTime::nanos).reversed())
        .toList();
  }

  public void reset() {
    callsAndNanos.clear();
  }
}
