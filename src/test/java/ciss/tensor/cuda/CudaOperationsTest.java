package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.cases.OperationCase;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * The whole case table on CUDA, run by the stand-in for a GPU: the Java code, JCuda, the forwarders and the kernels' sources
 * are those of a real one.
 */
class CudaOperationsTest {
  /**
   * Once with threads in natural order and operations at once, once with shuffled threads and operations as late as can be: both
   * agree with the references, and with each other to the byte.
   */
  @Test
  void operationsAgreeWithTheirReferencesInAnyOrderOfThreads() throws IOException, InterruptedException {
    List<String> natural = rowsOf(CudaProcess.run(Map.of("CISS_CPU_SEED", "0"), CudaCaseTable.class));
    List<String> shuffled =
        rowsOf(CudaProcess.run(Map.of("CISS_CPU_SEED", "5", "CISS_CPU_LAZY", "1"), CudaCaseTable.class));
    assertEquals(natural, shuffled);
  }

  /** Each kernel waited for, as one does to find which of them fails. */
  @Test
  void convolutionsNeedNoCudnn() throws IOException, InterruptedException {
    rowsOf(CudaProcess.run(Map.of("CISS_CUDNN", "none", "CISS_CUDA_SYNC", "1"), CudaCaseTable.class, "convolution"), "convolution");
  }

  /** All lines, which are {@code ok} for every row of the table. */
  private static List<String> rowsOf(CudaProcess.Output output, String... beginnings) {
    List<String> expected = CudaCaseTable.rows(beginnings).stream().map(OperationCase::toString).toList();
    List<String> found =
        output.lines().stream().map(line -> line.startsWith("ok ") ? line.substring("ok 01234567 ".length()) : line).toList();
    List<String> wrong = found.stream().filter(line -> !expected.contains(line) && !line.equals("end")).toList();
    assertEquals(List.of(), wrong);
    assertEquals(expected.size() + 1, found.size(), () -> "ended with code " + output.exit() + " after " + found.getLast());
    assertEquals(0, output.exit());
    return output.lines();
  }
}
