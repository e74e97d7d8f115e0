package ciss.cli;

import picocli.CommandLine.Command;

/** {@code ciss doctor}: is this machine ready? */
@Command(
    name = "doctor",
    header = {"Check whether this machine is ready.", "", "  ciss doctor", ""})
final class DoctorCommand extends CissCommand {
  @Override
  public Integer call() {
    out().println("ok    java        " + Runtime.version());
    return 0;
  }
}
