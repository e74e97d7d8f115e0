package ciss.cli;

import ciss.api.Backends;
import ciss.config.ConfigLoader;
import ciss.config.Device;
import ciss.config.ResolvedConfig;
import ciss.tensor.Backend;
import ciss.tensor.Precision;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine;
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

  /**
   * Loads a configuration with the overrides of the command line and prints its warnings.
   *
   * @param nameOrPath a file, a work directory or a built-in name
   */
  final ResolvedConfig configuration(String nameOrPath) {
    return announced(ConfigLoader.load(nameOrPath, configOverrides()));
  }

  /** Prints the warnings of a configuration. */
  final ResolvedConfig announced(ResolvedConfig resolved) {
    resolved.warnings().forEach(warning -> err().println("warning: " + warning));
    return resolved;
  }

  /**
   * What {@code -o}, {@code --device}, {@code --precision} and {@code --threads} override; the options with a name of their
   * own win.
   */
  final List<String> configOverrides() {
    List<String> overrides = new ArrayList<>(global().overrides());
    if (global().device() != null) {
      overrides.add("train.device=" + global().device());
    }
    if (global().precision() != null) {
      overrides.add("train.precision=" + global().precision());
    }
    if (global().threads() != null) {
      overrides.add("train.threads=" + global().threads());
    }
    return overrides;
  }

  /**
   * The backend that {@code --device}, {@code --precision} and {@code --threads} ask for where no configuration decides:
   * automatic choice, fp32 and all threads where they are not given.
   */
  final Backend backend() {
    return Backends.create(device(), precision(), global().threads());
  }

  private Device device() {
    String device = global().device() == null ? "auto" : global().device();
    String[] parts = device.split(":", 2);
    int index = parts.length == 2 && parts[1].matches("\\d{1,3}") ? Integer.parseInt(parts[1]) : 0;
    return switch (device.replaceFirst("^(cuda):\\d{1,3}$", "$1")) {
      case "auto" -> new Device(Device.Kind.AUTO, 0);
      case "cpu" -> new Device(Device.Kind.CPU, 0);
      case "cuda" -> new Device(Device.Kind.CUDA, index);
      default -> throw usageError("--device " + device + ": expected auto, cpu or cuda[:N]");
    };
  }

  private Precision precision() {
    return switch (global().precision()) {
      case null -> Precision.FP32;
      case "fp32" -> Precision.FP32;
      case "tf32" -> Precision.TF32;
      case "bf16" -> Precision.BF16;
      default -> throw usageError("--precision " + global().precision() + ": expected fp32, tf32 or bf16");
    };
  }

  /** The whole program with its commands. */
  final CommandLine root() {
    return spec.root().commandLine();
  }

  /** The command line as it was typed, for the record of a run. */
  final List<String> commandLine() {
    return spec.root().commandLine().getParseResult().originalArgs();
  }

  /** For mistakes in the arguments that picocli cannot see: exit code 2 and a pointer to the command's help. */
  final RuntimeException usageError(String message) {
    return new picocli.CommandLine.ParameterException(spec.commandLine(), message);
  }
}
