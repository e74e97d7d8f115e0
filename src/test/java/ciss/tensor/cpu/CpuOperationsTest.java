package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.cases.Operand;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.OperationCheck;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/** The whole case table on the CPU, with the instruction set that this machine uses. */
class CpuOperationsTest {
  private static CpuBackend alone;
  private static CpuBackend pair;
  private static CpuBackend five;
  private static OperationCheck check;

  @BeforeAll
  static void open() {
    alone = new CpuBackend(1);
    pair = new CpuBackend(2);
    five = new CpuBackend(5);
    check = new OperationCheck();
  }

  @AfterAll
  static void close() {
    check.close();
    alone.close();
    pair.close();
    five.close();
  }

  @TestFactory
  Stream<DynamicTest> operationAgreesWithItsReference() {
    return OperationCases.tested().stream()
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> assertEquals(List.of(), check.complaints(row, pair))));
  }

  @TestFactory
  Stream<DynamicTest> resultDoesNotDependOnTheNumberOfThreads() {
    return OperationCases.tested().stream()
        .map(row -> DynamicTest.dynamicTest(row.toString(), () -> assertSameBytes(row)));
  }

  private static void assertSameBytes(OperationCase row) {
    Map<String, byte[]> expected = check.results(row, alone);
    for (CpuBackend backend : List.of(pair, five)) {
      Map<String, byte[]> actual = check.results(row, backend);
      for (Operand operand : row.operands()) {
        assertArrayEquals(expected.get(operand.name()), actual.get(operand.name()), operand.name());
      }
    }
  }
}
