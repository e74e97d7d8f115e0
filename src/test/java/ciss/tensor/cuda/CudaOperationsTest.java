package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.Precision;
import ciss.tensor.cases.OperationCase;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * The whole case table on CUDA, run by the stand-in for a GPU: the Java code, JCuda, the forwarders and the kernels' sources
 * are those of a real one.
 */
@Execution(ExecutionMode.CONCURRENT)
class CudaOperationsTest {
  /**
   * Once with threads in natural order and operations at once, once with shuffled threads and operations as late as can be: both
   * agree with the references, and with each other to the byte.
   */
  @Test
  void operationsAgreeWithTheirReferencesInAnyOrderOfThreads() throws IOException, InterruptedException {
    List<String> natural = rows(Precision.FP32, Map.of("CISS_CPU_SEED", "0"));
    List<String> shuffled = rows(Precision.FP32, Map.of("CISS_CPU_SEED", "5", "CISS_CPU_LAZY", "1"));
    assertEquals(natural, shuffled);
  }

  /** Each kernel waited for, as one does to find which of them fails. */
  @Test
  void convolutionsNeedNoCudnn() throws IOException, InterruptedException {
    rows(Precision.FP32, Map.of("CISS_CUDNN", "none", "CISS_CUDA_SYNC", "1"), "convolution");
  }

  /** The rows whose results depend on it; none is as exact as in fp32, so that tensor cores are really used. */
  @Test
  void productsInTf32AgreeWithinItsBounds() throws IOException, InterruptedException {
    assertEquals(
        rows(Precision.TF32, Map.of("CISS_CPU_SEED", "0"), "attention"),
        rows(Precision.TF32, Map.of("CISS_CPU_SEED", "5", "CISS_CPU_LAZY", "1"), "attention"));
    rows(Precision.TF32, Map.of(), "linear", "convolution");
  }

  /**
   * Everything once; then, with threads in another order, attention to the same bytes, and convolutions without cuDNN, which has
   * its own kernels.
   */
  @Test
  void operationsOnBf16AgreeWithinItsBounds() throws IOException, InterruptedException {
    List<String> natural = rows(Precision.BF16, Map.of());
    Map<String, String> other = Map.of("CISS_CUDNN", "none", "CISS_CPU_SEED", "5", "CISS_CPU_LAZY", "1");
    List<String> shuffled = rows(Precision.BF16, other, "attention", "convolution C", "convolutionBackwardInput");
    assertEquals(attention(natural), attention(shuffled));
  }

  private static List<String> attention(List<String> lines) {
    return lines.stream().filter(line -> line.contains(" attention")).toList();
  }

  /** The lines of a run, which are {@code ok} for every row of the table that begins like that. */
  private static List<String> rows(Precision precision, Map<String, String> environment, String... beginnings)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(precision.name()));
    arguments.addAll(List.of(beginnings));
    CudaProcess.Output output = CudaProcess.run(environment, CudaCaseTable.class, arguments.toArray(String[]::new));
    List<String> expected = CudaCaseTable.rows(precision, beginnings).stream().map(OperationCase::toString).toList();
    List<String> found =
        output.lines().stream().map(line -> line.startsWith("ok ") ? line.substring("ok 01234567 ".length()) : line).toList();
    List<String> wrong = found.stream().filter(line -> !expected.contains(line) && !line.equals("end")).toList();
    assertEquals(List.of(), wrong);
    assertEquals(expected.size() + 1, found.size(), () -> "ended with code " + output.exit() + " after " + found.getLast());
    assertEquals(0, output.exit());
    return output.lines();
  }
}
