package ciss.cli;

import ciss.error.ConfigException;
import ciss.report.RunDirectory;
import ciss.report.RunStatus;
import java.io.IOException;
import java.nio.file.Path;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss watch}: follows a training from another terminal; touches nothing. */
@Command(
    name = "watch",
    header = {"Look at a running training.", "", "  ciss watch", ""})
final class WatchCommand extends CissCommand {
  private static final long PERIOD_MILLIS = 2000;

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Work directory; the newest run by default.")
  private Path run;

  @Option(names = "--once", description = "Print the state once and end.")
  private boolean once;

  @Override
  public Integer call() throws InterruptedException, IOException {
    RunDirectory directory =
        run != null
            ? RunDirectory.open(run)
            : RunDirectory.newest(global().workRoot())
                .orElseThrow(() -> new ConfigException(global().workRoot() + ": no run below this folder. Name a run"));
    int drawn = 0;
    while (true) {
      RunStatus status = RunStatus.of(directory);
      if (drawn > 0 && global().color()) {
        out().print("\033[" + drawn + "A\033[J");
      }
      out().println(status.text());
      out().flush();
      drawn = (int) status.text().lines().count();
      if (status.died()) {
        return CHECK_FAILED;
      }
      if (once || !status.running() || quitAsked()) {
        return 0;
      }
      Thread.sleep(PERIOD_MILLIS);
    }
  }

  /** Whether somebody typed q (and Enter). */
  private static boolean quitAsked() throws IOException {
    while (System.in.available() > 0) {
      if (System.in.read() == 'q') {
        return true;
      }
    }
    return false;
  }
}
