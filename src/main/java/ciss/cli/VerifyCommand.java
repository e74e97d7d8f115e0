package ciss.cli;

import ciss.tensor.Backend;
import ciss.verify.BundledCases;
import ciss.verify.CaseKind;
import ciss.verify.DataKinds;
import ciss.verify.NetworkKinds;
import ciss.verify.Verification;
import ciss.verify.Verification.Outcome;
import ciss.verify.Verification.Status;
import java.nio.file.FileSystems;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiPredicate;
import java.util.regex.PatternSyntaxException;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss verify}: replays reference cases on this machine and compares every number. Exit code 6 on a failure. */
@Command(
    name = "verify",
    header = {"Replay reference cases and compare every number.", "", "  ciss verify", ""})
final class VerifyCommand extends CissCommand {
  @Parameters(
      paramLabel = "DIR",
      arity = "0..1",
      description = "Folder with <kind>/<case>.json. Without it: the cases that come with the program.")
  private Path folder;

  @Option(
      names = "--kind",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Only these kinds, like 'mit' or 'uda*'.")
  private String kind;

  @Option(
      names = "--case",
      paramLabel = "GLOB",
      defaultValue = "*",
      description = "Only cases of these names, like 'b0_*'.")
  private String name;

  @Option(names = "--fail-fast", description = "Stop at the first failure.")
  private boolean failFast;

  @Override
  public Integer call() {
    PathMatcher kinds = glob("--kind", kind);
    PathMatcher names = glob("--case", name);
    List<Outcome> outcomes = new ArrayList<>();
    BiPredicate<String, String> wanted =
        (k, n) -> !(failFast && failures(outcomes) > 0) && kinds.matches(Path.of(k)) && names.matches(Path.of(n));
    if (folder == null) {
      try (BundledCases bundled = BundledCases.open()) {
        replay(bundled.folder(), wanted, outcomes);
      }
    } else {
      replay(folder, wanted, outcomes);
    }
    if (outcomes.isEmpty()) {
      throw usageError("no case matches --kind " + kind + " --case " + name);
    }
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document(outcomes)));
    } else {
      out().println(summary(outcomes));
    }
    return failures(outcomes) > 0 ? CHECK_FAILED : 0;
  }

  private PathMatcher glob(String option, String pattern) {
    try {
      return FileSystems.getDefault().getPathMatcher("glob:" + pattern);
    } catch (PatternSyntaxException e) {
      throw usageError(option + " '" + pattern + "' is not a valid pattern: " + e.getDescription());
    }
  }

  private void replay(Path directory, BiPredicate<String, String> wanted, List<Outcome> outcomes) {
    try (Backend backend = backend()) {
      List<CaseKind> known = new ArrayList<>(DataKinds.all(backend));
      known.addAll(NetworkKinds.all(backend));
      new Verification(known).run(directory, wanted, outcome -> report(outcome, outcomes));
    }
  }

  private void report(Outcome outcome, List<Outcome> outcomes) {
    outcomes.add(outcome);
    if (!global().json()) {
      out().println(outcome.line());
      out().flush();
    }
    if (outcome.error() != null && global().stacktrace()) {
      outcome.error().printStackTrace(err());
    }
  }

  private static long count(List<Outcome> outcomes, Status status) {
    return outcomes.stream().filter(outcome -> outcome.status() == status).count();
  }

  private static long failures(List<Outcome> outcomes) {
    return count(outcomes, Status.FAILED);
  }

  private static String summary(List<Outcome> outcomes) {
    long skipped = count(outcomes, Status.SKIPPED);
    String note = skipped == 0 ? "" : ", " + skipped + " skipped";
    return "%d cases, %d failed%s".formatted(outcomes.size(), failures(outcomes), note);
  }

  private static Map<String, Object> document(List<Outcome> outcomes) {
    List<Map<String, Object>> cases = new ArrayList<>();
    for (Outcome outcome : outcomes) {
      Map<String, Object> entry = new LinkedHashMap<>();
      entry.put("kind", outcome.kind());
      entry.put("case", outcome.name());
      entry.put("status", outcome.status());
      entry.put("worst", outcome.worst());
      entry.put("share_of_bound", outcome.share());
      entry.put("bound_factor", outcome.factor());
      entry.put("detail", outcome.detail());
      cases.add(entry);
    }
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("cases", cases);
    document.put("failed", failures(outcomes));
    document.put("skipped", count(outcomes, Status.SKIPPED));
    return document;
  }
}
