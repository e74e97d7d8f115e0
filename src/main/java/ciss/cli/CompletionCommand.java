package ciss.cli;

import java.util.Locale;
import picocli.AutoComplete;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** {@code ciss completion}: commands and options at the press of a key. */
@Command(
    name = "completion",
    header = {"Print a completion script for the shell.", "", "  source <(ciss completion bash)", ""})
final class CompletionCommand extends CissCommand {
  /** The shells it is for. */
  enum Shell {
    BASH,
    ZSH;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(paramLabel = "bash|zsh", description = "Which shell.")
  private Shell shell;

  @Override
  public Integer call() {
    if (shell == Shell.ZSH) {
      // zsh runs completions that are written for bash.
      out().println("autoload -U +X compinit && compinit\nautoload -U +X bashcompinit && bashcompinit");
    }
    out().println(AutoComplete.bash("ciss", root()));
    out().flush();
    return 0;
  }
}
