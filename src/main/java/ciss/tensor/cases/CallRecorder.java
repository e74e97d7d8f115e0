package ciss.tensor.cases;

import ciss.tensor.Backend;
import ciss.tensor.OperationFamily;
import ciss.tensor.Tensor;
import ciss.tensor.plan.PlanBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.StringJoiner;

/**
 * Writes down which operations some code calls, with which shapes and how often. The code runs on a {@link PlanBackend}, so
 * networks of any size take neither time nor memory.
 */
public final class CallRecorder {
  private final Map<String, RecordedCall> calls = new LinkedHashMap<>();
  private final Backend backend;

  /** Records what is called on {@link #backend}, which passes everything on to {@code plan}. */
  public CallRecorder(PlanBackend plan) {
    backend =
        (Backend)
            Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                  if (isOperation(method)) {
                    count(method, arguments);
                  }
                  return call(plan, method, arguments);
                });
  }

  /** The backend to run the code on. */
  public Backend backend() {
    return backend;
  }

  /** Every distinct call since the start or {@link #reset}, in the order of first calls. */
  public Collection<RecordedCall> calls() {
    return List.copyOf(calls.values());
  }

  public void reset() {
    calls.clear();
  }

  private void count(Method method, Object[] arguments) {
    calls.merge(
        method.getName() + " " + words(arguments),
        new RecordedCall(method, List.of(arguments), 1),
        (before, now) -> before.oneMore());
  }

  private static boolean isOperation(Method method) {
    return method.getDeclaringClass() != Backend.class && OperationFamily.isOperation(method.getName());
  }

  private static Object call(Backend target, Method method, Object[] arguments) throws Throwable {
    try {
      return method.invoke(target, arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause();
    }
  }

  /** Everything that tells two calls of an operation apart. */
  private static String words(Object[] arguments) {
    StringJoiner words = new StringJoiner(" ");
    for (Object argument : arguments) {
      words.add(
          switch (argument) {
            case Tensor t -> t.toString();
            case float[] values -> Arrays.toString(values);
            default -> argument.toString();
          });
    }
    return words.toString();
  }
}
