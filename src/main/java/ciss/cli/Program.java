package ciss.cli;

import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** How this program was started, so that it can be started again elsewhere. */
final class Program {
  private Program() {}

  /** The script {@code ciss} beside the build, or {@code java -jar} of the jar, or the classes of a source tree. */
  static List<String> command() {
    Path code = code();
    Path script = code.resolve("../../ciss").normalize();
    if (Files.isRegularFile(code) && Files.isExecutable(script)) {
      return List.of(script.toString());
    }
    String java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    if (Files.isRegularFile(code)) {
      return List.of(java, "-jar", code.toString());
    }
    String classes = System.getProperty("java.class.path");
    return List.of(java, "--enable-native-access=ALL-UNNAMED", "-cp", classes, "ciss.cli.Main");
  }

  /** The jar, or the folder of the classes. */
  private static Path code() {
    try {
      return Path.of(Program.class.getProtectionDomain().getCodeSource().getLocation().toURI()).toAbsolutePath();
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the program does not know where it is", e);
    }
  }
}
