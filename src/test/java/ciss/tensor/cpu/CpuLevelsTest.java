package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ciss.tensor.cases.OperationCases;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The whole case table on the instruction sets below the best one of this machine. */
class CpuLevelsTest {
  @ParameterizedTest
  @ValueSource(strings = {"baseline", "avx2"})
  void operationsAgreeWithTheirReferencesOnLesserProcessors(String level) throws IOException, InterruptedException {
    assumeTrue(CpuLevel.valueOf(level.toUpperCase(Locale.ROOT)).compareTo(CpuLevel.current()) < 0);
    ProcessBuilder java =
        new ProcessBuilder(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "--enable-native-access=ALL-UNNAMED",
            "-Xmx1g",
            "-cp",
            System.getProperty("java.class.path"),
            CaseTableRun.class.getName());
    String natives = System.getProperty("ciss.native.path");
    if (natives != null) {
      java.command().add(1, "-Dciss.native.path=" + natives);
    }
    java.environment().put("CISS_CPU", level);
    Process process = java.redirectErrorStream(true).start();
    List<String> lines = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    assertEquals(List.of(level, OperationCases.tested().size() + " rows"), lines);
    assertEquals(0, process.waitFor());
  }
}
