package ciss.launcher;

import java.io.File;
import java.io.IOException;
import java.io.Reader;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Properties;

/**
 * Finds an installed Java that is new enough: {@code CISS_JAVA}, {@code JAVA_HOME}, the {@code PATH}, then the folders
 * where systems and tools put their Javas.
 *
 * <p>A version is read from the {@code release} file of an installation; nothing is started to learn it.
 */
final class JdkSearch {
  /** The oldest Java that runs the program. */
  static final int REQUIRED = 25;

  private final Map<String, String> environment;
  private final List<Path> folders;
  private final List<String> tried = new ArrayList<>();

  JdkSearch(Map<String, String> environment, List<Path> folders) {
    this.environment = environment;
    this.folders = folders;
  }

  /** The search on this machine. */
  static JdkSearch ofSystem() {
    String home = System.getProperty("user.home");
    List<Path> folders = new ArrayList<>();
    folders.add(Path.of("/usr/lib/jvm"));
    folders.add(Path.of("/usr/java"));
    folders.add(Path.of("/opt"));
    folders.add(Path.of("/opt/java"));
    folders.add(Path.of(home, ".sdkman", "candidates", "java"));
    folders.add(Path.of(home, ".jdks"));
    folders.add(Path.of(home, ".asdf", "installs", "java"));
    return new JdkSearch(System.getenv(), folders);
  }

  /** The home of the first Java found that is new enough; null if there is none. */
  Path find() {
    for (Path home : candidates()) {
      int version = version(home);
      if (version >= REQUIRED && Files.isExecutable(home.resolve("bin").resolve("java"))) {
        return home;
      }
      if (version > 0) {
        tried.add(home + " (Java " + version + ")");
      }
    }
    return null;
  }

  /** What {@link #find} looked at without success, for a message. */
  List<String> tried() {
    return tried;
  }

  private List<Path> candidates() {
    List<Path> homes = new ArrayList<>();
    for (String variable : List.of("CISS_JAVA", "JAVA_HOME")) {
      String home = environment.get(variable);
      if (home != null && !home.isEmpty()) {
        homes.add(Path.of(home));
      }
    }
    for (String folder : environment.getOrDefault("PATH", "").split(File.pathSeparator)) {
      Path java = Path.of(folder, "java");
      if (Files.isExecutable(java)) {
        homes.add(homeOf(java));
      }
    }
    for (Path folder : folders) {
      homes.addAll(subfolders(folder));
    }
    return homes;
  }

  /** {@code HOME} for {@code HOME/bin/java}, links followed: on Debian the java of the PATH is a link to a link. */
  private static Path homeOf(Path java) {
    try {
      return java.toRealPath().getParent().getParent();
    } catch (IOException e) {
      return java.getParent();
    }
  }

  private static List<Path> subfolders(Path folder) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, Files::isDirectory)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return found; // a folder that may not be listed holds no Java for us
      }
    }
    return found;
  }

  /** The feature release of an installation, such as 25; 0 if that folder is none. */
  static int version(Path home) {
    Properties release = new Properties();
    try (Reader reader = Files.newBufferedReader(home.resolve("release"))) {
      release.load(reader);
    } catch (IOException e) {
      return 0;
    }
    String version = release.getProperty("JAVA_VERSION", "").replace("\"", "");
    try {
      return Integer.parseInt(version.split("[.+_-]")[0]);
    } catch (NumberFormatException e) {
      return 0;
    }
  }
}
