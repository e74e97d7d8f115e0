package ciss.cli;

import java.io.PrintWriter;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.UsageMessageSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ScopeType;
import picocli.CommandLine.Spec;

/**
 * The program {@code ciss}: its commands and what they have in common.
 *
 * <p>A command is a class {@code <Name>Command} that extends {@link CissCommand}; one line in the list below registers it.
 * Nothing here loads a native library, so that help stays fast.
 */
@Command(
    name = "ciss",
    header = {"Condition-invariant semantic segmentation.", ""},
    customSynopsis = "ciss [OPTIONS] COMMAND",
    optionListHeading = "%nOptions of every command, before or after its name:%n",
    commandListHeading = "%nCommands:%n",
    versionProvider = Version.class,
    subcommands = {
      BenchCommand.class,
      ClusterCommand.Slurm.class,
      ClusterCommand.Lsf.class,
      CompletionCommand.class,
      ConfigCommand.class,
      ConvertCommand.class,
      DataCommand.class,
      DemoCommand.class,
      DoctorCommand.class,
      ExportCommand.class,
      InferCommand.class,
      PlanCommand.class,
      PrepareCommand.class,
      ReplayCommand.class,
      ReportCommand.class,
      StylizeCommand.class,
      TestCommand.class,
      TrainCommand.class,
      VerifyCommand.class,
      WatchCommand.class,
    },
    footer = {"", "'ciss help COMMAND' explains a command."})
public final class Main implements Callable<Integer> {
  private static final String COMMON_JOBS =
      """
      ciss - condition-invariant semantic segmentation

        see it work, no data needed           ciss demo
        is this machine ready?                ciss doctor
        train the final method                ciss train cityscapes_to_acdc
        train with a change                   ciss train cityscapes_to_acdc -o uda.invariance.weight_target=10
        go on after an interruption           ciss train --resume
        test the newest run                   ciss test
        label some pictures                   ciss infer photos/ --out labelled/
        will it fit?                          ciss plan cityscapes_to_acdc
        what is this setting, who set it?     ciss config show cityscapes_to_acdc --sources

      All commands: ciss --help""";

  @Mixin private GlobalOptions global;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      scope = ScopeType.INHERIT,
      description = "Show this text.")
  private boolean helpRequested;

  @Option(
      names = {"-V", "--version"},
      versionHelp = true,
      description = "Show the versions of program, Java and native library.")
  private boolean versionRequested;

  @Spec private CommandSpec spec;

  private Main() {}

  /** Runs one command and ends the process with its exit code. */
  public static void main(String[] arguments) {
    // Warnings of the program and its libraries: one line each, without date and class.
    System.setProperty("java.util.logging.SimpleFormatter.format", "%4$s: %5$s%6$s%n");
    PrintWriter out = new PrintWriter(System.out, true);
    PrintWriter err = new PrintWriter(System.err, true);
    System.exit(run(out, err, arguments));
  }

  /**
   * Runs one command.
   *
   * @param out takes the result
   * @param err takes progress, warnings and errors
   * @return the exit code: 0 done, 1 our mistake, 2 usage or configuration, 3 data, 4 numerics, 5 resources, 6 a check said
   *     no, 130 or 143 stopped by a signal
   */
  public static int run(PrintWriter out, PrintWriter err, String... arguments) {
    CommandLine commandLine = commandLine().setOut(out).setErr(err);
    try {
      return commandLine.execute(withHelpAsOption(arguments));
    } catch (Error e) { // picocli hands over exceptions only
      Main main = commandLine.getCommand();
      return Errors.report(e, err, main.global().stacktrace());
    } finally {
      out.flush();
      err.flush();
    }
  }

  private static CommandLine commandLine() {
    CommandLine commandLine =
        new CommandLine(new Main())
            .setUsageHelpWidth(80)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setParameterExceptionHandler(Errors::reportUsage)
            .setExecutionExceptionHandler(Errors::reportFailure);
    showGlobalOptionsOnlyOnce(commandLine);
    return commandLine;
  }

  /** The names of all commands, as typed. */
  static Set<String> commandNames() {
    return commandLine().getSubcommands().keySet();
  }

  /** The global options that a command line sets; runs nothing. */
  static GlobalOptions parse(String... arguments) {
    CommandLine commandLine = commandLine();
    commandLine.parseArgs(arguments);
    return ((Main) commandLine.getCommand()).global();
  }

  /** Without a command: the most common jobs, each with what to type. */
  @Override
  public Integer call() {
    spec.commandLine().getOut().println(COMMON_JOBS);
    return CommandLine.ExitCode.OK;
  }

  GlobalOptions global() {
    return global;
  }

  /** {@code help COMMAND} is {@code COMMAND --help}. */
  private static String[] withHelpAsOption(String... arguments) {
    if (arguments.length == 0 || !arguments[0].equals("help")) {
      return arguments;
    }
    String[] command = Arrays.copyOfRange(arguments, 1, arguments.length + 1);
    command[command.length - 1] = "--help";
    return command;
  }

  /** The help of a command lists its own options; those of every command are under {@code ciss --help}. */
  private static void showGlobalOptionsOnlyOnce(CommandLine commandLine) {
    for (CommandLine command : commandLine.getSubcommands().values()) {
      command
          .getHelpSectionMap()
          .put(UsageMessageSpec.SECTION_KEY_OPTION_LIST, help -> help.optionListExcludingGroups(ownOptions(help)));
      command.getCommandSpec().usageMessage().abbreviateSynopsis(true).optionListHeading("%n");
      if (command.getSubcommands().isEmpty()) {
        command.getCommandSpec().usageMessage().footer("", "Options of every command: ciss --help");
      }
      showGlobalOptionsOnlyOnce(command);
    }
  }

  private static List<OptionSpec> ownOptions(Help help) {
    return help.commandSpec().options().stream().filter(option -> !option.inherited()).toList();
  }
}
