package ciss.cli;

import ciss.error.CissException;
import picocli.CommandLine.IVersionProvider;

/** The lines of {@code ciss --version}. */
final class Version implements IVersionProvider {
  /** The version in the jar's manifest; {@code (classes)} when run from a source tree. */
  static String ofProgram() {
    String version = Version.class.getPackage().getImplementationVersion();
    return version == null ? "(classes)" : version;
  }

  @Override
  public String[] getVersion() {
    return new String[] {
      "ciss " + ofProgram(),
      "java " + Runtime.version() + " (" + System.getProperty("java.home") + ")",
      "kernels " + kernels()
    };
  }

  /** This must also work where the native library does not: the version is what a report starts with. */
  private static String kernels() {
    try {
      return NativeText.cpuLevel() + ", " + NativeText.buildInfo();
    } catch (CissException e) {
      return "not available: " + e.getMessage();
    }
  }
}
