package ciss.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;

import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Replays the reference cases of the data side that are kept in the test resources. */
class DataKindsTest {

  static Stream<CaseKind> kinds() {
    return DataKinds.all().stream();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void allCasesStayWithinTheirBounds(CaseKind kind) throws URISyntaxException {
    Path folder = Path.of(getClass().getResource("/golden/" + kind.kind()).toURI());
    List<Verification.Outcome> outcomes =
        new Verification(List.of(kind)).run(folder, (k, name) -> true, outcome -> {});
    assertFalse(outcomes.isEmpty());
    List<String> failures = outcomes.stream()
        .filter(o -> o.status() != Verification.Status.PASSED)
        .map(Verification.Outcome::line)
        .toList();
    assertEquals(List.of(), failures);
  }
}
