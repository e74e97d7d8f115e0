package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;

import ciss.tensor.Precision;
import java.io.IOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Iterations whose phases are replayed as graphs compute what they compute command by command, to the byte. */
@Execution(ExecutionMode.CONCURRENT)
class CudaReplayTest {
  private static final String ITERATIONS = "4";

  /**
   * Source, teacher and optimizer are issued command by command in the first two iterations, as the workspace is
   * divided anew after the first; so is start, whose teacher is a copy at first; mixing goes another way in the
   * third.
   */
  private static final int GRAPHS = 2 + 2 + 2 + 2 + 1;

  @Test
  void replayedPhasesComputeWhatTheirCommandsDo() throws IOException, InterruptedException {
    List<String> plain = run(Precision.FP32, ITERATIONS, Map.of("CISS_CUDA_GRAPHS", "0"));
    assertEquals("graphs 0, waits 0", plain.getLast());
    List<String> replayed = run(Precision.FP32, ITERATIONS, Map.of("CISS_CPU_LAZY", "1"));
    assertEquals("graphs " + GRAPHS + ", waits 0", replayed.getLast());
    assertEquals(plain.subList(0, plain.size() - 1), replayed.subList(0, replayed.size() - 1));
  }

  @Test
  void phasesTakeOperationsOfEveryKind() throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(Map.of("CISS_CPU_LAZY", "1"), CudaPhases.class);
    List<String> wrong = output.lines().stream().filter(line -> !line.startsWith("ok ")).toList();
    assertEquals(List.of(), wrong);
    assertEquals(10, output.lines().size());
  }

  /** The third iteration of four stands alone, as does the last. */
  @Test
  void iterationsAreLoggedWhileTheNextIsUnderWay() throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(Map.of("CISS_CPU_LAZY", "1"), CudaLoop.class);
    assertEquals(
        List.of(
            "begin 1", "begin 2", "report 1", "report 2", "begin 3", "report 3", "begin 4", "report 4", "complete true",
            "begin 1", "begin 2", "report 1",
            "iteration 2: the gradient of 'backbone.patch_embed1.proj.weight'; files of the batch: file of batch 2",
            "parameters as after iteration 1: true",
            "begin 1", "begin 2", "report 1", "no picture 2"),
        output.lines());
    assertEquals(0, output.exit());
  }

  /**
   * Losses are means over many values, whose roundings average out: within a hundredth. Of the last iteration, four
   * phases are replayed in one of the runs, in another order of threads.
   */
  @Test
  void trainingInBf16IsNearThatInFp32AndRepeatsToTheByte() throws IOException, InterruptedException {
    List<String> halves = run(Precision.BF16, "3", Map.of("CISS_CUDA_GRAPHS", "0"));
    List<String> again = run(Precision.BF16, "3", Map.of("CISS_CPU_LAZY", "1", "CISS_CPU_SEED", "5"));
    assertEquals("graphs 4, waits 0", again.getLast());
    assertEquals(halves.subList(0, 7), again.subList(0, 7));
    List<String> floats = run(Precision.FP32, "3", Map.of());
    for (int i = 0; i < 3; i++) {
      Map<String, Double> expected = losses(floats.get(i));
      Map<String, Double> found = losses(halves.get(i));
      assertEquals(expected.keySet(), found.keySet());
      expected.forEach((name, value) -> assertEquals(value, found.get(name), 0.01 * value, name));
      assertNotEquals(expected, found);
    }
  }

  /** Without the shares of pixels, which change where scores are almost equal. */
  private static Map<String, Double> losses(String line) {
    return Arrays.stream(line.replaceAll("^losses \\{|}$", "").split(", "))
        .map(pair -> pair.split("="))
        .filter(pair -> pair[0].contains("loss"))
        .collect(Collectors.toMap(pair -> pair[0], pair -> Double.valueOf(pair[1])));
  }

  private static List<String> run(Precision precision, String iterations, Map<String, String> environment)
      throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(environment, CudaReplay.class, iterations, precision.name());
    assertEquals(0, output.exit(), () -> String.join("\n", output.lines()));
    return output.lines();
  }
}
