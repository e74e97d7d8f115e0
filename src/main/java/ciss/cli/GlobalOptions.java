package ciss.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Stack;
import picocli.CommandLine.IParameterConsumer;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ScopeType;

/** The options that every command understands, before or after its name. */
final class GlobalOptions {
  @Option(
      names = "--device",
      paramLabel = "auto|cpu|cuda[:N]",
      scope = ScopeType.INHERIT,
      description = "Where to compute. Without it: the configuration's train.device.")
  private String device;

  @Option(
      names = "--precision",
      paramLabel = "fp32|tf32|bf16",
      scope = ScopeType.INHERIT,
      description = "Arithmetic of matrix products on CUDA. Without it: the configuration's train.precision.")
  private String precision;

  @Option(
      names = "--threads",
      paramLabel = "N",
      scope = ScopeType.INHERIT,
      description = "Threads to use; all usable cores by default. Results do not depend on it.")
  private Integer threads;

  @Option(
      names = {"-o", "--set"},
      paramLabel = "KEY=VALUE",
      scope = ScopeType.INHERIT,
      parameterConsumer = Append.class,
      description = "Override a configuration key; VALUE is YAML. Repeatable.")
  private List<String> overrides = new ArrayList<>();

  @Option(
      names = "--work-root",
      paramLabel = "DIR",
      scope = ScopeType.INHERIT,
      defaultValue = "${env:CISS_WORK:-work_dirs}",
      description = "Where work directories are made and looked for (${DEFAULT-VALUE}).")
  private Path workRoot;

  @Option(names = "--json", scope = ScopeType.INHERIT, description = "Print the result as one JSON document.")
  private boolean json;

  @Option(
      names = {"-q", "--quiet"},
      scope = ScopeType.INHERIT,
      description = "Print only warnings and the result.")
  private boolean quiet;

  @Option(
      names = {"-v", "--verbose"},
      scope = ScopeType.INHERIT,
      description = "Print more; twice for debug output.")
  private boolean[] verbose = {};

  @Option(names = "--no-color", scope = ScopeType.INHERIT, description = "Plain text; also with NO_COLOR set.")
  private boolean noColor;

  @Option(names = "--yes", scope = ScopeType.INHERIT, description = "Overwrite existing outputs without asking.")
  private boolean yes;

  @Option(
      names = "--stacktrace",
      scope = ScopeType.INHERIT,
      description = "Print the stack trace of a user's mistake too.")
  private boolean stacktrace;

  /** {@code auto}, {@code cpu}, {@code cuda} or {@code cuda:N}; null when not given: the configuration decides. */
  String device() {
    return device;
  }

  /** {@code fp32}, {@code tf32} or {@code bf16}; null when not given: the configuration decides. */
  String precision() {
    return precision;
  }

  /** Number of threads; null when not given: the configuration decides. */
  Integer threads() {
    return threads;
  }

  /** Overrides {@code KEY=VALUE} in the order given. */
  List<String> overrides() {
    return List.copyOf(overrides);
  }

  Path workRoot() {
    return workRoot;
  }

  boolean json() {
    return json;
  }

  boolean quiet() {
    return quiet;
  }

  /** 0, 1 (more) or 2 (debug). */
  int verbosity() {
    return Math.min(verbose.length, 2);
  }

  /** Whether text for the terminal may carry colours. */
  boolean color() {
    return !noColor && System.getenv("NO_COLOR") == null && System.console() != null && System.console().isTerminal();
  }

  /** Whether existing outputs may be overwritten. */
  boolean yes() {
    return yes;
  }

  boolean stacktrace() {
    return stacktrace;
  }

  /** Keeps what was given before the command when more follows after it; picocli alone starts a new list there. */
  private static final class Append implements IParameterConsumer {
    @Override
    public void consumeParameters(Stack<String> arguments, ArgSpec option, CommandSpec command) {
      if (arguments.isEmpty()) {
        throw new ParameterException(command.commandLine(), "-o needs KEY=VALUE");
      }
      List<String> values = option.getValue();
      values.add(arguments.pop());
    }
  }
}
