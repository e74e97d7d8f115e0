package ciss.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Where this process runs. */
public final class Host {
  private static final Path KERNEL = Path.of("/proc/sys/kernel/hostname");

  private Host() {}

  /** Its name as the kernel knows it, asked without a network; {@code localhost} where the kernel does not say. */
  public static String name() {
    try {
      return Files.readString(KERNEL).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }

  /** Number of the cluster job this process belongs to, with its place in a job array; null outside of SLURM and LSF. */
  public static String job() {
    String slurm = System.getenv("SLURM_JOB_ID");
    String lsf = System.getenv("LSB_JOBID");
    return slurm != null ? "slurm " + slurm : lsf != null ? "lsf " + lsf + "[" + System.getenv("LSB_JOBINDEX") + "]" : null;
  }
}
