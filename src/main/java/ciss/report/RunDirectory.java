package ciss.report;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import ciss.io.Safetensors;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The work directory of one training: configuration, log, checkpoints, state of the run. Every file in it is replaced as a
 * whole or appended to, so that a killed process leaves a directory that can be resumed.
 */
public final class RunDirectory {
  private static final JsonMapper JSON = new JsonMapper();
  private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyMMdd_HHmm");
  private static final String RUN = "run.json";
  private static final String LATEST = "latest";
  private static final String PREFIX = "iter_";
  private static final String SUFFIX = ".safetensors";

  private final Path path;

  private RunDirectory(Path path) {
    this.path = path;
  }

  /**
   * Makes {@code root/group/<yymmdd_HHMM>_<name>_<5 hex>}.
   *
   * @throws ResourceException if it cannot be made
   */
  public static RunDirectory create(Path root, String group, String name) {
    LocalDateTime now = LocalDateTime.now();
    String hex = HexFormat.of().toHexDigits(Long.hashCode(System.nanoTime() ^ ProcessHandle.current().pid()), 5);
    return createAt(root.resolve(group).resolve(STAMP.format(now) + "_" + name + "_" + hex));
  }

  /**
   * Makes exactly this directory; an empty one may exist, or one whose run failed before its first iteration.
   *
   * @throws ResourceException if it cannot be made or is not writable
   * @throws ciss.error.ConfigException if it holds a run already
   */
  public static RunDirectory createAt(Path path) {
    if (Files.exists(path.resolve(RUN)) && !new RunDirectory(path).neverBegan()) {
      throw new ciss.error.ConfigException(
          path + ": holds a run already. Go on with it by --resume, or choose another --work-dir");
    }
    try {
      Files.createDirectories(path.resolve("checkpoints"));
    } catch (IOException e) {
      throw new ResourceException(
          "%s: cannot make the work directory: %s. Choose another place with --work-dir or --work-root"
              .formatted(path, reason(e)),
          e);
    }
    if (!Files.isWritable(path)) {
      throw new ResourceException(path + ": the work directory is not writable. Choose another with --work-dir");
    }
    return new RunDirectory(path);
  }

  private boolean neverBegan() {
    return "failed".equals(info().get("state")) && checkpoints().isEmpty() && !Files.exists(path.resolve("log.jsonl"));
  }

  /**
   * An existing run.
   *
   * @throws DataException if the folder is not the work directory of a run
   */
  public static RunDirectory open(Path path) {
    if (!Files.isRegularFile(path.resolve(RUN))) {
      throw new DataException(path + ": not a work directory: run.json is missing in it");
    }
    return new RunDirectory(path);
  }

  /** Whether the folder is the work directory of a run. */
  public static boolean isRun(Path path) {
    return Files.isRegularFile(path.resolve(RUN));
  }

  /** The run below {@code root} that was written to last. */
  public static Optional<RunDirectory> newest(Path root) {
    if (!Files.isDirectory(root)) {
      return Optional.empty();
    }
    try (Stream<Path> files = Files.walk(root, 3)) {
      return files
          .filter(file -> file.getFileName().toString().equals(RUN))
          .max(Comparator.comparing(RunDirectory::modified))
          .map(file -> new RunDirectory(file.getParent()));
    } catch (IOException e) {
      throw new DataException(root + ": cannot be searched for runs: " + reason(e), e);
    }
  }

  /** The runs directly below a folder, the one written to last first; none if there is no such folder. */
  public static List<RunDirectory> below(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(folder)) {
      return children
          .map(child -> child.resolve(RUN))
          .filter(Files::isRegularFile)
          .sorted(Comparator.comparing(RunDirectory::modified).reversed())
          .map(file -> new RunDirectory(file.getParent()))
          .toList();
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be searched for runs: " + reason(e), e);
    }
  }

  private static java.nio.file.attribute.FileTime modified(Path file) {
    try {
      return Files.getLastModifiedTime(file);
    } catch (IOException e) {
      return java.nio.file.attribute.FileTime.fromMillis(0);
    }
  }

  public Path path() {
    return path;
  }

  /** A file of the run by name. */
  public Path file(String name) {
    return path.resolve(name);
  }

  /** The resolved configuration. */
  public Path config() {
    return path.resolve("config.yaml");
  }

  /** The entries of {@code run.json}. */
  @SuppressWarnings("unchecked")
  public Map<String, Object> info() {
    Path file = path.resolve(RUN);
    if (!Files.exists(file)) {
      return new LinkedHashMap<>();
    }
    try {
      return JSON.readValue(file.toFile(), LinkedHashMap.class);
    } catch (JacksonException e) {
      throw new DataException(file + ": cannot be read: " + e.getOriginalMessage(), e);
    }
  }

  /** Sets entries of {@code run.json}, keeping the others. */
  public void update(Map<String, Object> entries) {
    Map<String, Object> all = info();
    all.putAll(entries);
    write(RUN, JSON.writerWithDefaultPrettyPrinter().writeValueAsString(all) + "\n");
  }

  /**
   * Creates or replaces a text file of the run.
   *
   * @throws ResourceException if the disk is full or the folder is not writable; an older file is then intact
   */
  public void write(String name, String text) {
    Path file = path.resolve(name);
    try {
      Files.createDirectories(file.getParent());
      AtomicFile.write(file, text.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ResourceException("%s: cannot be written: %s. Free some space, then resume".formatted(file, reason(e)), e);
    }
  }

  /** Place of the checkpoint after this many iterations. */
  public Path checkpoint(long iterations) {
    return path.resolve("checkpoints").resolve("%s%06d%s".formatted(PREFIX, iterations, SUFFIX));
  }

  /** Notes a complete checkpoint as the newest and deletes all but it and the {@code keep} newest. */
  public void registerCheckpoint(Path checkpoint, int keep) {
    write("checkpoints/" + LATEST, checkpoint.getFileName() + "\n");
    List<Path> all = checkpoints();
    for (Path old : all.subList(0, Math.max(0, all.size() - Math.max(keep, 1)))) {
      // A run that goes on from one of its older checkpoints writes one that is not the newest by number.
      if (old.equals(checkpoint)) {
        continue;
      }
      try {
        Files.deleteIfExists(old);
      } catch (IOException e) {
        throw new ResourceException(old + ": an old checkpoint cannot be deleted: " + reason(e), e);
      }
    }
  }

  /** Checkpoints of the run, oldest first. */
  public List<Path> checkpoints() {
    Path folder = path.resolve("checkpoints");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return new ArrayList<>(
          files
              .filter(f -> f.getFileName().toString().startsWith(PREFIX) && f.toString().endsWith(SUFFIX))
              .sorted(Comparator.comparingInt((Path f) -> f.toString().length()).thenComparing(Comparator.naturalOrder()))
              .toList());
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be listed: " + reason(e), e);
    }
  }

  /** The newest checkpoint that is a complete file; damaged ones are passed over. */
  public Optional<Path> latestCheckpoint() {
    for (Path candidate : checkpoints().reversed()) {
      try (Safetensors file = Safetensors.open(candidate)) {
        if (!file.names().isEmpty()) {
          return Optional.of(candidate);
        }
      } catch (ciss.error.CheckpointException e) {
        System.getLogger(RunDirectory.class.getName()).log(System.Logger.Level.WARNING, "passed over: " + e.getMessage());
      }
    }
    return Optional.empty();
  }

  private static String reason(IOException e) {
    String name = e.getClass().getSimpleName().replace("Exception", "");
    return e.getMessage() == null ? name : name + " (" + e.getMessage() + ")";
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
