package ciss.cli;

import ciss.api.Demo;
import ciss.report.ClassScores;
import ciss.report.Progress;
import ciss.report.ReportContent.Run;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss demo}: the method at work without any data. */
@Command(
    name = "demo",
    header = {"See it work: draw streets, train, adapt, test, report.", "", "  ciss demo --open", ""})
final class DemoCommand extends CissCommand {
  private static final double LEAST_MINUTES = 3;

  @Option(
      names = "--minutes",
      paramLabel = "N",
      defaultValue = "10",
      description = "Scales drawing and training; 10 fits two cores (at least 3).")
  private double minutes;

  @Option(names = "--out", paramLabel = "DIR", description = "Folder of the demo (default: demo in the work root).")
  private Path folder;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Seed of streets and training.")
  private long seed;

  @Option(names = "--open", description = "Open the report in the browser at the end.")
  private boolean open;

  @Override
  public Integer call() {
    if (!(minutes >= LEAST_MINUTES)) {
      throw usageError("--minutes " + minutes + ": at least " + (int) LEAST_MINUTES);
    }
    Path place = folder == null ? global().workRoot().resolve("demo") : folder;
    Interruption interruption = Interruption.install();
    var request = new Demo.Request(place, global().yes(), minutes, seed, configOverrides(),
        String.join(" ", commandLine()));
    boolean terminal = System.console() != null && System.console().isTerminal() && !global().quiet();
    Demo.Outcome outcome =
        Demo.run(request, this::note, (task, total) -> new Progress(task, total, err(), terminal), interruption);
    if (!outcome.complete()) {
      note("stopped before the end; to start over: ciss demo --yes");
      return interruption.exitCode();
    }
    print(outcome.runs());
    wrote(outcome.report());
    note("next: ciss infer --run " + place.resolve("ciss") + " PICTURE");
    if (open) {
      Browser.open(outcome.report());
    }
    return 0;
  }

  private void print(List<Run> runs) {
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(
          runs.stream().map(run -> java.util.Map.of("run", run.name(), "tests", run.tests())).toList()));
      return;
    }
    StringBuilder header = new StringBuilder("%-14s".formatted("mIoU, %"));
    for (ClassScores test : runs.getFirst().tests()) {
      header.append("%9s".formatted(test.data()));
    }
    out().println(header);
    for (Run run : runs) {
      StringBuilder row = new StringBuilder("%-14s".formatted(run.name()));
      for (ClassScores test : run.tests()) {
        row.append(String.format(Locale.ROOT, "%9.1f", 100 * test.mIoU()));
      }
      out().println(row);
    }
  }
}
