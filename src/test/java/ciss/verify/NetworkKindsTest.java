package ciss.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the reference cases of network and trainer that the jar carries. */
class NetworkKindsTest {
  private static final Backend CPU = new CpuBackend(2);

  @AfterAll
  static void close() {
    CPU.close();
  }

  static Stream<Named<CaseKind>> kinds() {
    return NetworkKinds.all(CPU).stream().map(kind -> Named.of(kind.kind(), kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void cpuStaysWithinAllBounds(CaseKind kind) {
    assertPasses(List.of(kind), outcome -> true);
  }

  /** The slow operations that specify the fast ones, on one case of each size of program. */
  @Test
  void referenceOperationsStayWithinTheBounds() {
    List<String> names = List.of("b0_64_train", "train_hrda", "final_ciss");
    try (Backend reference = new ReferenceBackend(128L << 20)) {
      assertPasses(NetworkKinds.all(reference), names::contains);
    }
  }

  private static void assertPasses(List<CaseKind> kinds, Predicate<String> names) {
    List<String> known = kinds.stream().map(CaseKind::kind).toList();
    try (BundledCases bundled = BundledCases.open()) {
      List<Verification.Outcome> outcomes =
          new Verification(kinds)
              .run(bundled.folder(), (kind, name) -> known.contains(kind) && names.test(name), outcome -> {});
      assertFalse(outcomes.isEmpty(), "no cases of " + known);
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
