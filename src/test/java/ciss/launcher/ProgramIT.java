package ciss.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The finished jar, started as a user starts it. */
class ProgramIT {
  private static final Path JAR = Path.of("target", "ciss.jar").toAbsolutePath();
  private static final Path THIS_JAVA = Path.of(System.getProperty("java.home"), "bin", "java");
  private static final Path DEFAULT_JAVA = Path.of("/usr/bin/java");

  @TempDir Path folder;

  @Test
  void processesStartedTogetherUnpackTheNativesOnceAndFindTheMachineReady() throws Exception {
    List<Process> processes = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      processes.add(start(THIS_JAVA, "doctor"));
    }
    for (Process process : processes) {
      String text = text(process);
      assertEquals(0, process.waitFor(), text);
      assertTrue(text.contains(folder.resolve("natives").toString()), text);
    }
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(3, files.filter(Files::isRegularFile).count(), "libciss.so, libdnnl.so.3, libgomp.so.1");
    }
  }

  @Test
  void exitCodeAndMessagePassThroughFromAnOlderJava() throws Exception {
    assumeThatTheDefaultJavaIsOld();
    Process process = start(DEFAULT_JAVA, "doctr");
    String text = text(process);
    assertEquals(2, process.waitFor(), text);
    assertTrue(text.contains("did you mean 'doctor'"), text);
  }

  @Test
  @Timeout(60)
  void terminationOfTheOlderJavaReachesTheProgramWhichMaySaveItsWork() throws Exception {
    assumeThatTheDefaultJavaIsOld();
    Path jdk = folder.resolve("jdk");
    Path java = Files.createDirectories(jdk.resolve("bin")).resolve("java");
    Files.writeString(jdk.resolve("release"), "JAVA_VERSION=\"25\"\n");
    Files.writeString(
        java, "#!/bin/sh\ntrap 'echo saved; exit 143' TERM\necho started\nfor i in $(seq 300); do sleep 0.1; done\n");
    assertTrue(java.toFile().setExecutable(true));
    ProcessBuilder builder = builder(DEFAULT_JAVA, "train");
    builder.environment().put("CISS_JAVA", jdk.toString());
    Process process = builder.start();
    BufferedReader lines = process.inputReader();
    assertEquals("started", lines.readLine());
    process.toHandle().destroy(); // Process.destroy would close the stream that is read below
    assertEquals("saved", lines.readLine());
    assertEquals(143, process.waitFor());
  }

  private static void assumeThatTheDefaultJavaIsOld() throws IOException {
    Assumptions.assumeTrue(
        Files.isExecutable(DEFAULT_JAVA)
            && JdkSearch.version(DEFAULT_JAVA.toRealPath().getParent().getParent()) < JdkSearch.REQUIRED,
        "/usr/bin/java is new enough to run the program itself");
  }

  @Test
  void builtInConfigurationsAreInTheJar() throws Exception {
    Process process = start(THIS_JAVA, "config", "show", "cityscapes_to_acdc");
    String text = text(process);
    assertEquals(0, process.waitFor(), text);
    assertTrue(text.contains("mit_b5"), text);
  }

  private Process start(Path java, String... arguments) throws IOException {
    return builder(java, arguments).start();
  }

  private ProcessBuilder builder(Path java, String... arguments) {
    List<String> command = new ArrayList<>(List.of(java.toString(), "-jar", JAR.toString()));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile()).redirectErrorStream(true);
    builder.environment().put("CISS_CACHE", folder.toString());
    return builder;
  }

  private static String text(Process process) throws IOException {
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
  }
}
