package ciss.tensor.cuda;

import ciss.tensor.Precision;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.OperationCheck;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * A process of its own that runs the case table on CUDA: with {@code -Dciss.cuda.path=target/cuda-on-cpu} on the CPU, where
 * a broken kernel ends the process.
 */
final class CudaCaseTable {
  private static final long WORKSPACE = 96L << 20;

  private CudaCaseTable() {}

  /**
   * A line per row: {@code ok <hash of its outputs> <row>}, or {@code wrong <complaint>}; last {@code end}. A row that kills
   * the process is the one after the last line. The exit code is 1 where a row was wrong.
   *
   * @param arguments the precision; how rows begin that are run, none: all whose results depend on the precision
   */
  public static void main(String[] arguments) {
    Precision precision = Precision.valueOf(arguments[0]);
    boolean right = true;
    try (CudaBackend cuda = new CudaBackend(0, precision, WORKSPACE);
        OperationCheck check = new OperationCheck()) {
      for (OperationCase row : rows(precision, Arrays.copyOfRange(arguments, 1, arguments.length))) {
        List<String> complaints = check.complaints(row, cuda, precision);
        if (precision == Precision.TF32 && check.complaints(row, cuda).isEmpty()) {
          complaints.add(row + ": is as exact as in fp32");
        }
        complaints.forEach(complaint -> System.out.println("wrong " + complaint));
        right &= complaints.isEmpty();
        if (complaints.isEmpty()) {
          System.out.println("ok " + hash(check.results(row, cuda)) + " " + row);
        }
      }
    }
    System.out.println("end");
    System.exit(right ? 0 : 1);
  }

  /** The rows of the table that begin with one of the words and depend on the precision; in bf16 those with activations. */
  static List<OperationCase> rows(Precision precision, String... beginnings) {
    List<OperationCase> table =
        precision == Precision.BF16 ? OperationCases.testedInBf16() : OperationCases.tested();
    return table.stream()
        .filter(row -> precision != Precision.TF32 || row.hasProducts())
        .filter(row -> beginnings.length == 0 || Arrays.stream(beginnings).anyMatch(row.toString()::startsWith))
        .toList();
  }

  private static String hash(Map<String, byte[]> contents) {
    int hash = 0;
    for (byte[] bytes : new TreeMap<>(contents).values()) {
      hash = 31 * hash + Arrays.hashCode(bytes);
    }
    return HexFormat.of().toHexDigits(hash);
  }
}
