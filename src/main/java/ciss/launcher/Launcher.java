package ciss.launcher;

/**
 * Entry point of the jar: starts {@code ciss.cli.Main} on a JDK of at least 25, whatever Java the user happened to type.
 */
public final class Launcher {
  private Launcher() {}

  public static void main(String[] arguments) throws Exception {
    Class.forName("ciss.cli.Main").getMethod("main", String[].class).invoke(null, (Object) arguments);
  }
}
