package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ciss.tensor.cuda.CudaMachine;
import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class PlanCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private void assertPrints(String text) {
    assertTrue(out.toString().contains(text), out.toString());
  }

  /** Counted with the authors' code. */
  @Test
  void parametersAreThoseOfTheReference() {
    assertEquals(0, run("plan", "camvid_day2dusk", "--params"));
    assertPrints("encoder mit_b0 3,319,392   head 306,070   total 3,625,462");
  }

  @Test
  void parametersOfThePublishedNetworkAreThoseOfTheReference() {
    assertEquals(0, run("plan", "--experiment", "1", "--params"));
    assertPrints("encoder mit_b5 81,443,008   head 4,242,982   total 85,685,990");
  }

  @Test
  void memoryAndWorkOfAnIterationAreShown() {
    assertEquals(0, run("plan", "camvid_day2dusk"));
    assertPrints("batch 2, crop 192x192");
    assertPrints("GFLOP per iteration");
  }

  @Test
  void everyLevelIsShownAndTheOneThatFitsIsMarked() {
    assertEquals(0, run("plan", "cityscapes_to_acdc", "--device", "cuda", "--fits", "9GB"));
    assertPrints("  keep_all      2.0 GiB    10.6 GiB    12.6 GiB\n");
    assertPrints("  lean          2.0 GiB     6.1 GiB     8.1 GiB   *\n");
    assertPrints("memory        lean fits into 8.4 GiB");
  }

  /** Half of the activations' memory, and copies of the parameters beside them. */
  @Test
  void bf16NeedsLess() {
    assertEquals(
        0, run("plan", "cityscapes_to_acdc", "--device", "cuda", "--precision", "bf16", "--fits", "6.5GB"));
    assertPrints("  lean          2.5 GiB     3.2 GiB     5.7 GiB   *\n");
    assertPrints("memory        lean fits into 6.1 GiB");
  }

  @Test
  void aGpuThatIsNotHereIsPlannedFor() {
    assumeTrue(CudaMachine.obstacle().isPresent(), "there is a GPU");
    assertEquals(0, run("plan", "camvid_day2dusk", "--device", "cuda"));
    assertPrints("memory        no such device here");
  }

  @Test
  void tooSmallMemoryFailsAndNamesWhatWouldFit() {
    assertEquals(6, run("plan", "camvid_day2dusk", "--batch", "4", "--fits", "125MiB"));
    assertTrue(err.toString().contains("train.batch_size="), err.toString());
    assertEquals(6, run("plan", "camvid_day2dusk", "--fits", "10MB"));
    assertTrue(err.toString().contains("no batch size fits"), err.toString());
  }

  @Test
  void resultCanBeJson() {
    assertEquals(0, run("plan", "camvid_day2dusk", "--mode", "test", "--size", "192x384", "--json"));
    assertPrints("\"picture\" : \"192x384\"");
    assertEquals(0, run("plan", "camvid_day2dusk", "--json"));
    assertPrints("\"workspace_bytes_by_level\" : {");
    assertPrints("\"flops\" : ");
  }

  @Test
  void wrongSizesAreUsageErrors() {
    assertEquals(2, run("plan", "camvid_day2dusk", "--size", "large"));
    assertEquals(2, run("plan", "camvid_day2dusk", "--fits", "24"));
    assertEquals(2, run("plan"));
  }
}
