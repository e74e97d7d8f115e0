package ciss.tensor.cases;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.Backend;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

class OperationCasesTest {
  /** Methods of {@link Backend} itself are memory and life cycle; those of its families are operations. */
  @Test
  void everyOperationOfTheContractHasRows() {
    Set<String> missing = new TreeSet<>();
    for (Class<?> family : Backend.class.getInterfaces()) {
      for (Method method : family.getMethods()) {
        if (family != AutoCloseable.class && Modifier.isAbstract(method.getModifiers())) {
          missing.add(method.getName());
        }
      }
    }
    OperationCases.tested().forEach(row -> missing.remove(row.operation()));
    assertEquals(Set.of(), missing, "operations without a row in the case table");
  }

  @Test
  void noTwoRowsHaveTheSameName() {
    Set<String> twice =
        OperationCases.all().stream()
            .collect(Collectors.groupingBy(row -> row + (row.isMeasured() ? " measured" : ""), Collectors.counting()))
            .entrySet()
            .stream()
            .filter(entry -> entry.getValue() > 1)
            .map(entry -> entry.getKey())
            .collect(Collectors.toSet());
    assertEquals(Set.of(), twice);
  }
}
