package ciss.launcher;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * Entry point of the jar. On a Java that is new enough it calls {@code ciss.cli.Main}; on an older one it looks for a newer
 * one on the machine and starts the program there, with the same streams, signals and exit code.
 *
 * <p>Compiled for Java 11, and therefore written with what Java 11 has.
 */
public final class Launcher {
  private static final int RESOURCES = 5;

  private Launcher() {}

  public static void main(String[] arguments) throws Exception {
    if (Runtime.version().feature() >= JdkSearch.REQUIRED) {
      callMain(arguments);
      return;
    }
    JdkSearch search = JdkSearch.ofSystem();
    Path home = search.find();
    if (home == null) {
      System.err.println(advice(search));
      System.exit(RESOURCES);
    }
    System.exit(runOn(home, arguments));
  }

  private static void callMain(String[] arguments) throws Exception {
    try {
      Class.forName("ciss.cli.Main").getMethod("main", String[].class).invoke(null, (Object) arguments);
    } catch (InvocationTargetException e) {
      throw e.getCause() instanceof Exception ? (Exception) e.getCause() : e;
    }
  }

  /** What to do where no Java is new enough. */
  static String advice(JdkSearch search) {
    return "error: no Java " + JdkSearch.REQUIRED + " or newer found; this is Java " + Runtime.version().feature()
        + "\n  looked at: " + (search.tried().isEmpty() ? "nothing else" : String.join(", ", search.tried()))
        + "\n  get one: 'apt-get install openjdk-25-jdk' where the system has it, else the archive of"
        + " https://adoptium.net unpacked anywhere; then set CISS_JAVA to its folder";
  }

  /** Runs the program on another Java and returns its exit code. */
  private static int runOn(Path home, String[] arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(home.resolve("bin").resolve("java").toString());
    command.addAll(options());
    command.add("-cp");
    command.add(ownLocation().toString());
    command.add(Launcher.class.getName());
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command).inheritIO();
    AtomicReference<Process> program = new AtomicReference<>();
    // The hook comes first, and waits while the program is being started: no signal falls between.
    Runtime.getRuntime().addShutdownHook(new Thread(() -> passOn(program)));
    synchronized (program) {
      program.set(builder.start());
    }
    return program.get().waitFor();
  }

  /** The options of the Java that runs the program; the script {@code ciss} uses the same. */
  private static List<String> options() {
    List<String> options = new ArrayList<>();
    options.add("--enable-native-access=ALL-UNNAMED");
    options.add("-XX:+UseSerialGC");
    options.add("-Xms48m");
    options.add("-Xmn32m");
    options.add("-XX:MaxRAMPercentage=15");
    options.add("-Dciss.started.from=" + Runtime.version().feature());
    String extra = System.getenv("CISS_JAVA_OPTS");
    if (extra != null && !extra.isBlank()) {
      options.addAll(List.of(extra.trim().split("\\s+")));
    }
    return options;
  }

  private static Path ownLocation() {
    try {
      return Path.of(Launcher.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException("the jar is not a file", e);
    }
  }

  /**
   * Runs when this process is told to end. Ctrl-C reaches both processes by itself; SIGTERM reaches only this one. Either way
   * the program may save its work first, and its exit code is the one that counts.
   */
  private static void passOn(AtomicReference<Process> started) {
    Process program;
    synchronized (started) {
      program = started.get();
    }
    if (program == null || !program.isAlive()) {
      return;
    }
    program.destroy();
    try {
      Runtime.getRuntime().halt(program.waitFor());
    } catch (InterruptedException e) {
      program.destroyForcibly();
    }
  }
}
