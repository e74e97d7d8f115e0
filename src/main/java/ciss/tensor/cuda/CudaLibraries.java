package ciss.tensor.cuda;

import ciss.error.ResourceException;
import ciss.foreign.NativeFiles;
import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.SymbolLookup;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/**
 * Finds and opens the libraries of NVIDIA that JCuda's natives need: the driver, cuBLAS, cuDNN. Once opened, a library is
 * found by the natives under its name without any setting of the loader's paths.
 *
 * <p>JCuda was linked against cuBLAS 12 and cuDNN 8. Where only cuBLAS 13 or cuDNN 9 is there, a <em>forwarder</em> of ours
 * with the older name leads to it (native/cuda/forwarder.S); the newer one is preferred.
 *
 * <p>Where is looked, in this order: the file named by {@code CISS_CUBLAS} or {@code CISS_CUDNN} ({@code none} does
 * without); the folder {@code
 * -Dciss.cuda.path}; {@code lib64} of {@code CUDA_HOME} and {@code CUDA_PATH}; where the system's loader looks; {@code
 * /usr/local/cuda/lib64}; the {@code nvidia} packages of {@code VIRTUAL_ENV} and of the {@code python3} on the path.
 */
final class CudaLibraries {
  static final String PATH_PROPERTY = "ciss.cuda.path";

  /** A library in one of its versions. */
  private record Version(String soname, String forwarder, List<String> companions) {}

  /** What is looked for. */
  enum Piece {
    DRIVER("driver", null, new Version("libcuda.so.1", null, List.of())),
    CUBLAS(
        "cuBLAS",
        "CISS_CUBLAS",
        new Version("libcublas.so.13", "libciss_cublas12.so", List.of("libcublasLt.so.13")),
        new Version("libcublas.so.12", null, List.of("libcublasLt.so.12"))),
    CUDNN(
        "cuDNN",
        "CISS_CUDNN",
        new Version("libcudnn.so.9", "libciss_cudnn8.so", List.of()),
        new Version("libcudnn.so.8", null, List.of()));

    private final String title;
    private final String variable;
    private final List<Version> versions;

    Piece(String title, String variable, Version... versions) {
      this.title = title;
      this.variable = variable;
      this.versions = List.of(versions);
    }

    /** Its name for messages. */
    String title() {
      return title;
    }

    /** What is looked for, in order: {@code libcublas.so.13, libcublas.so.12}. */
    String names() {
      return String.join(", ", versions.stream().map(Version::soname).toList());
    }
  }

  /**
   * A library that has been opened.
   *
   * @param file the file behind it, links followed
   * @param forwarded true if a forwarder of ours stands between JCuda and it
   */
  record Opened(Piece piece, Path file, boolean forwarded) {}

  private static final Opened[] OPENED = new Opened[Piece.values().length];

  private CudaLibraries() {}

  /** Opens a library unless that has happened; null if there is none. */
  static synchronized Opened open(Piece piece) {
    if (OPENED[piece.ordinal()] == null) {
      OPENED[piece.ordinal()] = search(piece);
    }
    return OPENED[piece.ordinal()];
  }

  private static Opened search(Piece piece) {
    String given = piece.variable == null ? null : System.getenv(piece.variable);
    if (given != null && !given.isBlank()) {
      return given.equals("none") ? null : openGiven(piece, given);
    }
    for (Version version : piece.versions) {
      for (Path folder : foldersBeforeLoader()) {
        Opened opened = tryOpen(piece, version, folder.resolve(version.soname));
        if (opened != null) {
          return opened;
        }
      }
      Opened byLoader = tryOpen(piece, version, null);
      if (byLoader != null) {
        return byLoader;
      }
      for (Path folder : foldersAfterLoader()) {
        Opened opened = tryOpen(piece, version, folder.resolve(version.soname));
        if (opened != null) {
          return opened;
        }
      }
    }
    return null;
  }

  private static Opened openGiven(Piece piece, String given) {
    Path file = Path.of(given).toAbsolutePath();
    for (Version version : piece.versions) {
      Opened opened = file.toString().contains(version.soname) ? tryOpen(piece, version, file) : null;
      if (opened != null) {
        return opened;
      }
    }
    throw new ResourceException(
        "%s=%s: cannot be opened as %s. Its name must begin with that; the word none does without it"
            .formatted(piece.variable, given, piece.names()));
  }

  /**
   * @param file null: wherever the system's loader finds it
   */
  private static Opened tryOpen(Piece piece, Version version, Path file) {
    if (file != null && !Files.isRegularFile(file)) {
      return null;
    }
    for (String companion : version.companions) {
      Path beside = file == null ? null : file.resolveSibling(companion);
      if (beside == null || Files.isRegularFile(beside)) {
        load(beside == null ? companion : beside.toString());
      }
    }
    if (!load(file == null ? version.soname : file.toString())) {
      return null;
    }
    if (version.forwarder != null) {
      load(NativeFiles.locate(version.forwarder).toString());
    }
    return new Opened(piece, file == null ? loadedFile(version.soname) : real(file), version.forwarder != null);
  }

  /** Keeps the library open until the process ends. */
  private static boolean load(String nameOrPath) {
    try {
      if (nameOrPath.startsWith("/")) {
        SymbolLookup.libraryLookup(Path.of(nameOrPath), Arena.global());
      } else {
        SymbolLookup.libraryLookup(nameOrPath, Arena.global());
      }
      return true;
    } catch (IllegalArgumentException e) {
      return false; // not there, or for another machine: the next place may have it
    }
  }

  private static List<Path> foldersBeforeLoader() {
    List<Path> folders = new ArrayList<>();
    String given = System.getProperty(PATH_PROPERTY);
    if (given != null) {
      folders.add(Path.of(given).toAbsolutePath());
    }
    for (String variable : List.of("CUDA_HOME", "CUDA_PATH")) {
      String home = System.getenv(variable);
      if (home != null && !home.isBlank()) {
        folders.add(Path.of(home, "lib64").toAbsolutePath());
      }
    }
    return folders;
  }

  private static List<Path> foldersAfterLoader() {
    List<Path> folders = new ArrayList<>(List.of(Path.of("/usr/local/cuda/lib64"), Path.of("/usr/lib/wsl/lib")));
    List<Path> prefixes = new ArrayList<>();
    String environment = System.getenv("VIRTUAL_ENV");
    if (environment != null && !environment.isBlank()) {
      prefixes.add(Path.of(environment));
    }
    for (String folder : System.getenv().getOrDefault("PATH", "").split(":")) {
      Path python = Path.of(folder, "python3");
      if (Files.isExecutable(python) && python.getParent() != null && python.getParent().getParent() != null) {
        prefixes.add(python.getParent().getParent());
      }
    }
    for (Path prefix : prefixes) {
      for (Path python : entries(prefix.resolve("lib"), "python3*")) {
        for (String packages : List.of("site-packages", "dist-packages")) {
          for (Path part : entries(python.resolve(packages).resolve("nvidia"), "*")) {
            folders.add(part.resolve("lib"));
          }
        }
      }
    }
    return folders;
  }

  private static List<Path> entries(Path folder, String pattern) {
    List<Path> found = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> entries = Files.newDirectoryStream(folder, pattern)) {
        entries.forEach(found::add);
      } catch (IOException e) {
        return found; // a folder that may not be listed holds nothing for us
      }
    }
    found.sort(null);
    return found;
  }

  private static Path real(Path file) {
    try {
      return file.toRealPath();
    } catch (IOException e) {
      return file;
    }
  }

  /** The file of a library that this process has mapped. */
  private static Path loadedFile(String soname) {
    try (Stream<String> maps = Files.lines(Path.of("/proc/self/maps"))) {
      String stem = soname.substring(0, soname.indexOf(".so"));
      return maps.filter(line -> line.contains("/" + stem + ".so"))
          .map(line -> Path.of(line.substring(line.indexOf('/'))))
          .findFirst()
          .orElse(Path.of(soname));
    } catch (IOException e) {
      return Path.of(soname);
    }
  }
}
