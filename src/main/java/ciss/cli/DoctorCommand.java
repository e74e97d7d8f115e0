package ciss.cli;

import ciss.cli.Diagnosis.Finding;
import ciss.cli.Diagnosis.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss doctor}: is this machine ready? Exit code 6 when something is missing. */
@Command(
    name = "doctor",
    header = {"Check whether this machine is ready.", "", "  ciss doctor", ""})
final class DoctorCommand extends CissCommand {
  @Option(names = "--gpu", description = "A missing GPU is a failure.")
  private boolean gpu;

  @Option(names = "--weights", description = "A missing pretrained encoder is a failure.")
  private boolean weights;

  @Override
  public Integer call() {
    List<Finding> findings = new ArrayList<>(Diagnosis.ofThisMachine(global().workRoot(), gpu));
    findings.add(PretrainedFiles.finding(weights));
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(findings));
    } else {
      for (Finding finding : findings) {
        out().printf("%-5s %-12s %s%n", label(finding.level()), finding.subject(), finding.text());
      }
    }
    boolean failed = findings.stream().anyMatch(finding -> finding.level() == Level.FAIL);
    return failed ? CHECK_FAILED : 0;
  }

  private static String label(Level level) {
    return level == Level.FAIL ? "FAIL" : level.name().toLowerCase(Locale.ROOT);
  }
}
