package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.cuda.CudaMachine;
import ciss.verify.BundledCases;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class VerifyCommandTest {
  @TempDir Path folder;
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  /** Copies two blur cases; the first one with a wrong sigma. */
  private void writeCasesWithAFailure() throws IOException {
    Path kind = Files.createDirectories(folder.resolve("gaussian_blur"));
    try (BundledCases bundled = BundledCases.open()) {
      for (String file : new String[] {"b4.json", "b4.safetensors", "b5.json", "b5.safetensors"}) {
        Files.copy(bundled.folder().resolve("gaussian_blur").resolve(file), kind.resolve(file));
      }
    }
    Path first = kind.resolve("b4.json");
    Files.writeString(first, Files.readString(first).replace("\"sigma\": 0.45", "\"sigma\": 0.46"));
  }

  @Test
  void bundledCasesPassOneLineEach() {
    assertEquals(0, run("verify", "--kind", "gaussian_*", "--case", "b{4,5}"), err.toString());
    assertTrue(out.toString().startsWith("ok   gaussian_blur"), out.toString());
    assertTrue(out.toString().contains("2 cases, 0 failed"), out.toString());
  }

  @Test
  void failedCaseIsNamedWithItsWorstTensorAndExitCode6() throws IOException {
    writeCasesWithAFailure();
    assertEquals(6, run("verify", folder.toString()));
    assertTrue(out.toString().contains("FAIL gaussian_blur          b4"), out.toString());
    assertTrue(out.toString().contains("out.img"), out.toString());
    assertTrue(out.toString().contains("2 cases, 1 failed"), out.toString());
  }

  @Test
  void failFastStopsAtTheFirstFailure() throws IOException {
    writeCasesWithAFailure();
    assertEquals(6, run("verify", folder.toString(), "--fail-fast"));
    assertTrue(out.toString().contains("1 cases, 1 failed"), out.toString());
  }

  @Test
  void jsonHoldsEveryCase() {
    assertEquals(0, run("verify", "--kind", "class_mix", "--json"), err.toString());
    JsonNode document = JsonMapper.shared().readTree(out.toString());
    assertEquals(2, document.get("cases").size());
    assertEquals("PASSED", document.get("cases").get(0).get("status").asString());
    assertEquals(0, document.get("failed").asInt());
  }

  @Test
  void patternThatMatchesNothingIsAMistakeOfTheUser() {
    assertEquals(2, run("verify", "--kind", "nothing"));
    assertTrue(err.toString().contains("no case matches --kind nothing --case *"), err.toString());
  }

  @Test
  void missingFolderIsADataError() {
    assertEquals(3, run("verify", folder.resolve("absent").toString()));
    assertTrue(err.toString().contains("absent"), err.toString());
  }

  @Test
  void theCpuComputesInFp32Only() {
    assertEquals(2, run("verify", "--device", "cpu", "--precision", "tf32"));
    assertEquals(
        "error: --precision tf32 needs CUDA, the CPU computes in fp32. Use --precision fp32 (or --device cuda)",
        err.toString().strip());
  }

  @Test
  void precisionThatNeedsAGpuSaysWhatIsMissing() {
    Assumptions.assumeTrue(CudaMachine.obstacle().isPresent(), "SKIPPED: there is a GPU here");
    assertEquals(5, run("verify", "--precision", "tf32"));
    assertTrue(err.toString().startsWith("error: --precision tf32 needs CUDA, the CPU computes in fp32; "), err.toString());
    assertTrue(err.toString().strip().endsWith(". Use --precision fp32"), err.toString());
  }

  @Test
  void unknownPrecisionIsAUsageError() {
    assertEquals(2, run("verify", "--precision", "fp16"));
    assertTrue(err.toString().contains("--precision fp16: expected fp32, tf32 or bf16"), err.toString());
  }
}
