package ciss.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the reference cases of the data side that the jar carries. */
class DataKindsTest {
  private static final Backend CPU = new CpuBackend(2);

  @AfterAll
  static void close() {
    CPU.close();
  }

  static Stream<Named<CaseKind>> kinds() {
    return DataKinds.all(CPU).stream().map(kind -> Named.of(kind.kind(), kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void allCasesStayWithinTheirBounds(CaseKind kind) {
    try (BundledCases bundled = BundledCases.open()) {
      List<Verification.Outcome> outcomes =
          new Verification(List.of(kind)).run(bundled.folder(), (k, name) -> k.equals(kind.kind()), outcome -> {});
      assertFalse(outcomes.isEmpty(), "no case of kind " + kind.kind());
      List<String> failures = outcomes.stream()
          .filter(o -> o.status() != Verification.Status.PASSED)
          .map(Verification.Outcome::line)
          .toList();
      assertEquals(List.of(), failures);
    }
  }
}
