package ciss.tensor.cpu;

import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.OperationCheck;
import java.util.Locale;

/** A process of its own for one instruction set, which is chosen when the library is loaded: prints what is wrong. */
final class CaseTableRun {
  private CaseTableRun() {}

  /** First line: the level in use; then complaints; last line: how many rows were run. */
  public static void main(String[] arguments) {
    System.out.println(CpuLevel.current().name().toLowerCase(Locale.ROOT));
    int rows = 0;
    try (CpuBackend backend = new CpuBackend(2);
        OperationCheck check = new OperationCheck()) {
      for (OperationCase row : OperationCases.tested()) {
        check.complaints(row, backend).forEach(System.out::println);
        rows++;
      }
    }
    System.out.println(rows + " rows");
  }
}
