package ciss.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/**
 * What every command has: the options of section "global", a place for its result and one for everything else.
 *
 * <p>{@code call()} returns 0, or {@link #CHECK_FAILED} when a check ran and said no. A failure is an exception: {@link
 * Errors} prints it and chooses the exit code. A command holds no logic: it reads its options, calls another room, and
 * prints.
 */
abstract class CissCommand implements Callable<Integer> {
  /** Exit code: a check ran and said no. */
  static final int CHECK_FAILED = 6;

  @Spec private CommandSpec spec;

  /** The options that every command understands. */
  final GlobalOptions global() {
    return ((Main) spec.root().userObject()).global();
  }

  /** Takes the result and nothing else, so that {@code --json > file} is clean. */
  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  /** Takes progress, log, warnings. */
  final PrintWriter err() {
    return spec.commandLine().getErr();
  }

  /** One line of progress or information, unless {@code --quiet}. */
  final void note(String line) {
    if (!global().quiet()) {
      err().println(line);
    }
  }

  /** Names a file that was written. */
  final void wrote(Path path) {
    note("wrote " + path);
  }

  /** For mistakes in the arguments that picocli cannot see: exit code 2 and a pointer to the command's help. */
  final RuntimeException usageError(String message) {
    return new picocli.CommandLine.ParameterException(spec.commandLine(), message);
  }
}
