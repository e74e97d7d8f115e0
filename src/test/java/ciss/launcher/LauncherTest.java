package ciss.launcher;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LauncherTest {
  @TempDir Path folder;

  @Test
  void firstInstallationThatIsNewEnoughIsFound() throws IOException {
    install("jdk-17", "17.0.15");
    Path wanted = install("jdk-25", "25");
    assertEquals(wanted, new JdkSearch(Map.of(), List.of(folder)).find());
  }

  @Test
  void cissJavaComesBeforeEverythingElse() throws IOException {
    install("jvm/jdk-25", "25.0.1");
    Path chosen = install("mine", "26-ea");
    Map<String, String> environment = Map.of("CISS_JAVA", chosen.toString());
    assertEquals(chosen, new JdkSearch(environment, List.of(folder.resolve("jvm"))).find());
  }

  @Test
  void javaOnThePathIsFoundThroughLinks() throws IOException {
    Path wanted = install("somewhere/jdk", "25.0.3");
    Path bin = Files.createDirectories(folder.resolve("usr/bin"));
    Files.createSymbolicLink(bin.resolve("java"), wanted.resolve("bin/java"));
    Path found = new JdkSearch(Map.of("PATH", bin.toString()), List.of()).find();
    assertEquals(wanted.toRealPath(), found);
  }

  @Test
  void withoutANewOneTheMessageNamesWhatWasSeenAndWhatToDo() throws IOException {
    Path old = install("jdk-21", "21.0.2");
    JdkSearch search = new JdkSearch(Map.of(), List.of(folder, folder.resolve("absent")));
    assertNull(search.find());
    String advice = Launcher.advice(search);
    assertTrue(advice.contains(old + " (Java 21)"), advice);
    assertTrue(advice.contains("CISS_JAVA"), advice);
  }

  private Path install(String name, String version) throws IOException {
    Path home = folder.resolve(name);
    Path java = Files.createDirectories(home.resolve("bin")).resolve("java");
    Files.writeString(java, "");
    assertTrue(java.toFile().setExecutable(true));
    Files.writeString(home.resolve("release"), "IMPLEMENTOR=\"X\"\nJAVA_VERSION=\"" + version + "\"\n");
    return home;
  }
}
