package ciss.tensor.cuda;

import ciss.tensor.Precision;
import ciss.verify.BundledCases;
import ciss.verify.CaseKind;
import ciss.verify.DataKinds;
import ciss.verify.NetworkKinds;
import ciss.verify.Verification;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that replays the jar's reference cases on CUDA. */
final class CudaGoldenCases {
  private CudaGoldenCases() {}

  /**
   * A line per case, then {@code end}.
   *
   * @param arguments the precision; the names of the cases, as {@code kind/name}
   */
  public static void main(String[] arguments) {
    List<String> wanted = List.of(arguments).subList(1, arguments.length);
    try (CudaBackend cuda = new CudaBackend(0, Precision.valueOf(arguments[0]));
        BundledCases bundled = BundledCases.open()) {
      List<CaseKind> kinds = new ArrayList<>(NetworkKinds.all(cuda));
      kinds.addAll(DataKinds.all(cuda));
      new Verification(kinds)
          .run(
              bundled.folder(),
              (kind, name) -> wanted.contains(kind + "/" + name),
              outcome -> System.out.println(outcome.line()));
    }
    System.out.println("end");
  }
}
