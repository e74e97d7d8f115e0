package ciss.tensor.cuda;

import ciss.error.CissException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** What this machine has of what CUDA needs, for {@code ciss doctor} and for messages. Loads libraries, computes nothing. */
public final class CudaMachine {
  private static final double GIB = 1L << 30;

  private CudaMachine() {}

  /** One line about one piece: what was found, where, in which version; or what is missing. */
  public record Finding(String subject, boolean found, String text) {}

  /** Why nothing can be computed on a GPU here, in one line; empty if driver, GPU, cuBLAS and kernels are there. */
  public static Optional<String> obstacle() {
    try {
      Driver.requireUsable();
      if (CudaLibraries.open(CudaLibraries.Piece.CUBLAS) == null) {
        return Optional.of("no cuBLAS found (" + CudaLibraries.Piece.CUBLAS.names() + ")");
      }
      CudaLibraries.open(CudaLibraries.Piece.CUDNN);
    } catch (CissException e) {
      return Optional.of(e.getMessage().replaceFirst("^CUDA: ", ""));
    }
    return KernelTable.isThere(Kernels.ALL.getFirst())
        ? Optional.empty()
        : Optional.of("the program was built without nvcc and has no kernels for a GPU");
  }

  /** Whether cuDNN was found. */
  public static boolean hasCudnn() {
    return CudaLibraries.open(CudaLibraries.Piece.CUDNN) != null;
  }

  /** Memory of a GPU in bytes, as long as nothing but a context is on it. */
  public record Memory(String device, long total, long free) {}

  /**
   * The memory of a GPU.
   *
   * @param device counted from 0
   * @throws ciss.error.ResourceException if there is none with that number
   */
  public static Memory memory(int device) {
    try (Driver driver = Driver.open(device)) {
      return new Memory("cuda:%d (%s)".formatted(device, driver.name()), driver.totalMemory(), driver.freeMemory());
    }
  }

  /** Driver, GPUs, cuBLAS, cuDNN, kernels. */
  public static List<Finding> findings() {
    List<Finding> findings = new ArrayList<>();
    boolean driver = library(findings, CudaLibraries.Piece.DRIVER, "without it no GPU can be used");
    if (driver) {
      gpus(findings);
    }
    library(findings, CudaLibraries.Piece.CUBLAS, "matrix products on a GPU need it");
    library(findings, CudaLibraries.Piece.CUDNN, "without it, convolutions go through cuBLAS");
    boolean kernels = KernelTable.isThere(Kernels.ALL.getFirst());
    findings.add(
        new Finding(
            "kernels", kernels, kernels ? "in the program" : "not in the program: it was built on a machine without nvcc"));
    return findings;
  }

  private static boolean library(List<Finding> findings, CudaLibraries.Piece piece, String use) {
    CudaLibraries.Opened opened;
    try {
      opened = CudaLibraries.open(piece);
    } catch (CissException e) {
      findings.add(new Finding(piece.title(), false, e.getMessage()));
      return false;
    }
    if (opened == null) {
      findings.add(new Finding(piece.title(), false, "not found (" + piece.names() + "): " + use));
      return false;
    }
    String version = version(piece);
    findings.add(
        new Finding(
            piece.title(),
            true,
            opened.file() + (version.isEmpty() ? "" : "  " + version)
                + (opened.forwarded() ? "  (JCuda reaches it through a forwarder)" : "")));
    return true;
  }

  private static String version(CudaLibraries.Piece piece) {
    try {
      return switch (piece) {
        case DRIVER -> "CUDA %d.%d".formatted(Driver.version() / 1000, Driver.version() % 1000 / 10);
        case CUBLAS -> Cublas.libraryVersion();
        case CUDNN -> Cudnn.libraryVersion();
      };
    } catch (CissException e) {
      return e.getMessage();
    }
  }

  private static void gpus(List<Finding> findings) {
    try {
      int count = Driver.deviceCount();
      if (count == 0) {
        findings.add(new Finding("gpu", false, "the driver finds none"));
      }
      for (int i = 0; i < count; i++) {
        try (Driver driver = Driver.open(i)) {
          findings.add(
              new Finding(
                  "gpu",
                  true,
                  String.format(
                      Locale.ROOT,
                      "cuda:%d  %s, compute capability %d.%d, %.1f GiB, %.1f GiB free",
                      i, driver.name(), driver.capability() / 10, driver.capability() % 10, driver.totalMemory() / GIB,
                      driver.freeMemory() / GIB)));
        }
      }
    } catch (CissException e) {
      findings.add(new Finding("gpu", false, e.getMessage()));
    }
  }
}
