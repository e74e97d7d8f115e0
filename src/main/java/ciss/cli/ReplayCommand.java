package ciss.cli;

import ciss.api.ReplayRun;
import ciss.config.ConfigLoader;
import ciss.config.ResolvedConfig;
import ciss.error.ConfigException;
import ciss.error.NumericsException;
import ciss.report.Progress;
import ciss.report.RunDirectory;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss replay}: one iteration of a run once more, with its losses and gradients. */
@Command(
    name = "replay",
    header = {"Compute an iteration of a run again, bit for bit.", "",
      "  ciss replay work_dirs/mine --iteration 120", ""})
final class ReplayCommand extends CissCommand {
  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Work directory; the newest run by default.")
  private Path run;

  @Option(
      names = "--iteration",
      paramLabel = "N",
      description = "Which one, 1 for the first. Without it: the one that failed.")
  private Long iteration;

  @Option(names = "--dump", paramLabel = "DIR", description = "Write pictures of what the iteration trains on.")
  private Path dump;

  @Override
  public Integer call() {
    RunDirectory directory = run != null ? RunDirectory.open(run) : newest();
    if (iteration == null && !"failed".equals(directory.info().get("state"))) {
      throw usageError(directory + " did not fail: say which iteration with --iteration N");
    }
    List<String> overrides = configOverrides();
    EarlierRuns.requireHarmless(overrides);
    ResolvedConfig resolved = ConfigLoader.load(directory.config().toString(), overrides);
    boolean terminal = System.console() != null && System.console().isTerminal() && !global().quiet();
    ReplayRun.Result result;
    try (Progress progress =
        terminal ? new Progress("replay", resolved.config().train().iterations(), err(), true) : null) {
      result =
          ReplayRun.run(
              new ReplayRun.Request(resolved, directory, iteration, dump),
              this::note,
              progress == null ? done -> {} : done -> progress.at(done, ""));
    }
    print(directory, result);
    if (result.failure() != null) {
      throw new NumericsException("reproduced: " + result.failure());
    }
    return 0;
  }

  private RunDirectory newest() {
    return RunDirectory.newest(global().workRoot())
        .orElseThrow(() -> new ConfigException(global().workRoot() + ": no run below this folder. Name a run"));
  }

  private void print(RunDirectory directory, ReplayRun.Result result) {
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(Map.of(
          "iteration", result.iteration(), "losses", result.losses(), "gradient_norms", result.gradientNorms())));
    } else {
      out().printf(
          "iteration %d of %s from %s%n",
          result.iteration(),
          directory,
          result.from() == null ? "the beginning" : "checkpoints/" + result.from().getFileName());
      result.losses().forEach((name, value) -> row(name, value));
      out().println("gradient norms");
      result.gradientNorms().forEach((name, value) -> row("  " + name, value));
    }
    out().flush();
    if (dump != null && result.failure() == null) {
      wrote(dump);
    }
  }

  private void row(String name, double value) {
    String text = Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "not finite";
    out().println(String.format(Locale.ROOT, "%-60s %12s", name, text));
  }
}
