package ciss.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process as the operating system counts it. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final double KIB_PER_MB = 1e6 / 1024;

  private ProcessMemory() {}

  /** Largest resident size so far, in MB (10^6 bytes); NaN where the system does not tell. */
  public static double peakMegabytes() {
    try {
      for (String line : Files.readAllLines(STATUS)) {
        if (line.startsWith("VmHWM:")) {
          return Double.parseDouble(line.replaceAll("\\D", "")) / KIB_PER_MB;
        }
      }
    } catch (IOException e) {
      return Double.NaN; // not Linux
    }
    return Double.NaN;
  }
}
