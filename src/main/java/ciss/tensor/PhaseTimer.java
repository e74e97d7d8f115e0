package ciss.tensor;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Measures how long the {@linkplain Backend#phase phases} of iterations take, where they are computed: on a device of
 * its own the host waits for nothing more than without. Not thread safe, like the backend.
 */
public final class PhaseTimer {
  /** Total time of a phase. */
  public record PhaseTime(String phase, double seconds) {}

  private record Span(String phase, Mark begin, Mark end) {}

  private final List<Span> spans = new ArrayList<>();

  /** The same backend, measured. Closing it closes {@code backend}. */
  public Backend observe(Backend backend) {
    return (Backend)
        Proxy.newProxyInstance(
            Backend.class.getClassLoader(),
            new Class<?>[] {Backend.class},
            (proxy, method, arguments) ->
                method.getName().equals("phase")
                    ? timed(backend, (String) arguments[0])
                    : call(backend, method, arguments));
  }

  private Phase timed(Backend backend, String name) {
    Phase phase = backend.phase(name);
    Mark begin = backend.mark();
    return () -> {
      phase.close();
      spans.add(new Span(name, begin, backend.mark()));
    };
  }

  private static Object call(Backend backend, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(backend, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Times since the start or {@link #reset}, in the order of the phases; waits for the device. */
  public List<PhaseTime> times() {
    Map<String, Double> seconds = new LinkedHashMap<>();
    for (Span span : spans) {
      seconds.merge(span.phase, span.end.secondsSince(span.begin), Double::sum);
    }
    return seconds.entrySet().stream().map(entry -> new PhaseTime(entry.getKey(), entry.getValue())).toList();
  }

  public void reset() {
    for (Span span : spans) {
      span.begin.close();
      span.end.close();
    }
    spans.clear();
  }
}
