package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** Training samples are the same on CUDA, run by the stand-in for a GPU, as on the CPU. */
class CudaSamplesTest {
  /**
   * Levels of up to 512 in float32 are rounded once, from sums in double whose order differs: they differ by at most a
   * unit in the last place, 2^-15; normalised by the smallest deviation, 57.12, and rounded again, twice values of up
   * to 8: 2^-21.
   */
  private static final double STYLIZED = 0x1p-15 / 57.12 + 0x1p-20;

  @Test
  void samplesAreThoseOfTheCpu() throws IOException, InterruptedException {
    CudaProcess.Output output = CudaProcess.run(Map.of("CISS_CPU_SEED", "3"), CudaSamples.class);
    List<String> lines = output.lines();
    assertEquals(6, lines.size(), String.join("\n", lines));
    for (String line : lines.subList(0, 5)) {
      String[] words = line.split(" ");
      assertEquals(0, Double.parseDouble(words[1]), "plain pictures, to the bit: " + line);
      assertTrue(Double.parseDouble(words[2]) <= STYLIZED, "stylized pictures: " + line);
    }
    assertEquals("end", lines.getLast());
    assertEquals(0, output.exit());
  }
}
