package ciss.tensor.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.reference.ReferenceBackend;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Proxy;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** The check itself: it accepts the reference and finds planted faults. */
class OperationCheckTest {
  private static ReferenceBackend honest;
  private static OperationCheck check;

  @BeforeAll
  static void open() {
    honest = new ReferenceBackend(1 << 20);
    check = new OperationCheck();
  }

  @AfterAll
  static void close() {
    check.close();
    honest.close();
  }

  /** Something done wrong around the honest operation; {@code arguments} are those of the call. */
  private interface Fault {
    void around(Runnable operation, Object[] arguments);
  }

  /** The first row of each operation: all of them would show no more. */
  @TestFactory
  Stream<DynamicTest> referenceAgreesWithItself() {
    Set<String> seen = new HashSet<>();
    return OperationCases.tested().stream()
        .filter(row -> seen.add(row.operation()))
        .map(
            row ->
                DynamicTest.dynamicTest(row.toString(), () -> assertEquals(List.of(), check.complaints(row, honest))));
  }

  @Test
  void wrongValueIsFound() {
    assertFound("linear", (operation, arguments) -> after(operation, () -> change((Tensor) arguments[4], 0, 1.001f)));
  }

  @Test
  void errorInTheLastElementIsFound() {
    assertFound(
        "accumulate",
        (operation, arguments) -> {
          Tensor y = (Tensor) arguments[1];
          after(operation, () -> change(y, (int) y.elements() - 1, 1.001f));
        });
  }

  @Test
  void missingAccumulationIsFound() {
    assertFound(
        "resizeBackwardAccumulate",
        (operation, arguments) -> {
          honest.fill((Tensor) arguments[2], 0);
          operation.run();
        });
  }

  @Test
  void outputThatIsNotWrittenIsFound() {
    assertFound("gelu", (operation, arguments) -> {});
  }

  @Test
  void writeBehindAnOutputIsFound() {
    assertFound(
        "layerNorm",
        (operation, arguments) -> {
          Tensor y = (Tensor) arguments[4];
          after(operation, () -> honest.fill(Tensor.of(y.storage(), y.offset() + y.bytes(), one(), y.dtype()), 0));
        });
  }

  @Test
  void changedInputIsFound() {
    assertFound("softmaxAccumulate", (operation, arguments) -> after(operation, () -> change((Tensor) arguments[0], 0, 2)));
  }

  @Test
  void useOfUninitialisedWorkspaceIsFound() {
    assertFound(
        "scaleSamples",
        (operation, arguments) -> {
          operation.run();
          try (var frame = honest.workspace().frame()) {
            honest.accumulate(frame.take(((Tensor) arguments[2]).size(0)), ((Tensor) arguments[1]));
          }
        });
  }

  @Test
  void keptWorkspaceIsFound() {
    assertFound("fill", (operation, arguments) -> after(operation, () -> honest.workspace().take(DType.F32, one())));
  }

  @Test
  void unplannedWorkspaceIsFound() {
    assertFound(
        "fill",
        (operation, arguments) -> {
          operation.run();
          try (var frame = honest.workspace().frame()) {
            frame.take(1);
          }
        });
  }

  private static Shape one() {
    return Shape.of(1);
  }

  private static void after(Runnable operation, Runnable fault) {
    operation.run();
    fault.run();
  }

  private static void change(Tensor x, int element, float factor) {
    float[] values = honest.download(x);
    values[element] = values[element] * factor + 1e-3f;
    honest.upload(values, x);
  }

  private static void assertFound(String operation, Fault fault) {
    Backend faulty =
        (Backend)
            Proxy.newProxyInstance(
                Backend.class.getClassLoader(),
                new Class<?>[] {Backend.class},
                (proxy, method, arguments) -> {
                  if (!method.getName().equals(operation)) {
                    return invoke(method, arguments);
                  }
                  fault.around(() -> invoke(method, arguments), arguments);
                  return null;
                });
    List<OperationCase> rows =
        OperationCases.tested().stream().filter(row -> row.operation().equals(operation)).toList();
    assertFalse(rows.isEmpty());
    for (OperationCase row : rows) {
      assertFalse(check.complaints(row, faulty).isEmpty(), row + " does not find the fault");
    }
  }

  private static Object invoke(Method method, Object[] arguments) {
    try {
      return method.invoke(honest, arguments);
    } catch (IllegalAccessException | InvocationTargetException e) {
      throw new AssertionError(e);
    }
  }
}
