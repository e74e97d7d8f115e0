package ciss.cli;

import ciss.error.CissException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.UnmatchedArgumentException;

/** The one place where an exception becomes lines on the terminal and an exit code. */
final class Errors {
  private static final int UNEXPECTED = 1;
  private static final int USAGE = 2;
  private static final int DATA = 3;
  private static final int RESOURCES = 5;

  private Errors() {}

  /** A command line that cannot be understood. */
  static int reportUsage(ParameterException e, String[] arguments) {
    CommandLine command = e.getCommandLine();
    PrintWriter err = command.getErr();
    err.println("error: " + usageMessage(e, command));
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.getSuggestions().isEmpty()) {
      err.println("  did you mean " + quoted(unmatched.getSuggestions()) + "?");
    }
    err.println("  how to use it: " + command.getCommandSpec().qualifiedName() + " --help");
    return USAGE;
  }

  /** A command that failed. */
  static int reportFailure(Exception e, CommandLine command, ParseResult arguments) throws Exception {
    Main main = (Main) command.getCommandSpec().root().userObject();
    return report(e, command.getErr(), main.global().stacktrace());
  }

  /**
   * Prints a failure: what, where, found, expected, what to do. The stack trace comes with it when the mistake is ours.
   *
   * @param stacktrace whether to print it for a user's mistake too
   * @return the exit code
   */
  static int report(Throwable failure, PrintWriter err, boolean stacktrace) {
    Throwable e = cause(failure);
    int exitCode = exitCode(e);
    err.println("error: " + message(e));
    if (exitCode == UNEXPECTED || stacktrace) {
      failure.printStackTrace(err);
    }
    if (exitCode == UNEXPECTED) {
      err.println("This should not have happened: please report it with the lines above and the output of 'ciss doctor'.");
    }
    return exitCode;
  }

  /** What is behind an exception that only carries another: a library that failed to load shows up in an initializer. */
  private static Throwable cause(Throwable failure) {
    boolean wrapper = failure instanceof UncheckedIOException || failure instanceof ExceptionInInitializerError;
    return wrapper && failure.getCause() != null ? failure.getCause() : failure;
  }

  private static int exitCode(Throwable e) {
    return switch (e) {
      case CissException ours -> ours.exitCode();
      case IOException io -> isDiskFull(io) ? RESOURCES : DATA;
      case OutOfMemoryError memory -> RESOURCES;
      default -> UNEXPECTED;
    };
  }

  private static String message(Throwable e) {
    return switch (e) {
      case CissException ours -> ours.getMessage();
      case NoSuchFileException absent -> absent.getFile() + ": no such file or folder";
      case AccessDeniedException denied -> denied.getFile() + ": no permission to read or write it";
      case FileSystemException file -> file.getFile() + ": " + file.getReason();
      case IOException io -> "reading or writing failed: " + io.getMessage();
      case OutOfMemoryError memory ->
          "out of memory of the Java heap (" + memory.getMessage() + ")\n  More: CISS_JAVA_OPTS=-Xmx4g";
      default -> e.toString();
    };
  }

  private static boolean isDiskFull(IOException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("No space left") || text.contains("Disk quota exceeded");
  }

  private static String usageMessage(ParameterException e, CommandLine command) {
    if (e instanceof UnmatchedArgumentException unmatched && !unmatched.isUnknownOption()) {
      String argument = "'" + unmatched.getUnmatched().getFirst() + "'";
      return command.getSubcommands().isEmpty() ? "unexpected argument " + argument : "unknown command " + argument;
    }
    return decapitalized(e.getMessage());
  }

  private static String decapitalized(String message) {
    boolean sentence = message.length() > 1 && Character.isLowerCase(message.charAt(1));
    return sentence ? Character.toLowerCase(message.charAt(0)) + message.substring(1) : message;
  }

  private static String quoted(List<String> suggestions) {
    return String.join(" or ", suggestions.stream().limit(3).map(suggestion -> "'" + suggestion + "'").toList());
  }
}
