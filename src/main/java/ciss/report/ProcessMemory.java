package ciss.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Memory of this process as the operating system counts it. */
public final class ProcessMemory {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path CLEAR_REFERENCES = Path.of("/proc/self/clear_refs");
  private static final String PEAK = "VmHWM:";
  private static final String NOW = "VmRSS:";

  /** What the kernel takes as: the peak is the size of now. */
  private static final String RESET_PEAK = "5";

  private ProcessMemory() {}

  /** Largest resident size so far, in MB (10^6 bytes); NaN where the system does not tell. */
  public static double peakMegabytes() {
    return bytes(PEAK) / 1e6;
  }

  /** Largest resident size since the start or {@link #resetPeak}; NaN where the system does not tell. */
  public static double peakBytes() {
    return bytes(PEAK);
  }

  /** Resident size; NaN where the system does not tell. */
  public static double bytes() {
    return bytes(NOW);
  }

  /** Forgets the peak; without effect where the system does not offer it. */
  public static void resetPeak() {
    try {
      Files.writeString(CLEAR_REFERENCES, RESET_PEAK);
    } catch (IOException e) {
      // Not Linux, or not allowed: the peak then covers more than the caller wants, which it can only overstate.
    }
  }

  private static double bytes(String line) {
    try {
      for (String each : Files.readAllLines(STATUS)) {
        if (each.startsWith(line)) {
          return 1024 * Double.parseDouble(each.replaceAll("\\D", ""));
        }
      }
    } catch (IOException e) {
      return Double.NaN; // not Linux
    }
    return Double.NaN;
  }
}
