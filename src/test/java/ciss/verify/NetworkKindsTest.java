package ciss.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ciss.tensor.Backend;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the reference cases of network and trainer that the jar carries, computed by the reference operations. */
class NetworkKindsTest {
  private static final Backend BACKEND = new ReferenceBackend(128L << 20);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  static Stream<Named<CaseKind>> kinds() {
    return NetworkKinds.all(BACKEND).stream().map(kind -> Named.of(kind.kind(), kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void allCasesStayWithinTheirBounds(CaseKind kind) {
    try (BundledCases bundled = BundledCases.open()) {
      List<Verification.Outcome> outcomes =
          new Verification(List.of(kind)).run(bundled.folder(), (k, name) -> k.equals(kind.kind()), outcome -> {});
      assertFalse(outcomes.isEmpty(), "no case of kind " + kind.kind());
      List<String> failures = new ArrayList<>();
      for (Verification.Outcome outcome : outcomes) {
        if (outcome.status() != Verification.Status.PASSED) {
          failures.add(outcome.line());
        }
      }
      assertEquals(List.of(), failures);
    }
  }
}
