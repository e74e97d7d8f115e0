package ciss.report;

import ciss.error.ResourceException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.InstantSource;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * Writes {@code log.txt} (what the terminal showed, with times) and {@code log.jsonl} (one JSON object per line) of a
 * work directory. Both are appended to; every line goes to the file system at once, so that a crash loses at most the
 * line being written. A line that an earlier crash cut off is removed when the log is opened again.
 *
 * <p>Line types of {@code log.jsonl}: {@code start}, {@code train}, {@code eval}, {@code event}. Numbers that are not
 * finite are written as null. Safe to call from several threads.
 */
public final class RunLog {
  private static final JsonMapper JSON = JsonMapper.shared();
  private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss");
  private final Path folder;
  private final InstantSource clock;

  /**
   * Opens the logs of a work directory, which is made if missing.
   *
   * @throws ResourceException if the folder or the files cannot be written
   */
  public RunLog(Path folder) {
    this(folder, InstantSource.system());
  }

  RunLog(Path folder, InstantSource clock) {
    this.folder = folder;
    this.clock = clock;
    try {
      Files.createDirectories(folder);
      dropUnfinishedLine(folder.resolve("log.jsonl"));
    } catch (IOException e) {
      throw failure(folder, e);
    }
  }

  /**
   * The first line of a run.
   *
   * @param details further members: device, program version, seed, ...
   */
  public void start(String name, int iterations, Map<String, ?> details) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("format", 1);
    line.put("name", name);
    line.put("iterations", iterations);
    line.putAll(details);
    append("start", line);
  }

  /**
   * Means over the iterations since the last such line.
   *
   * @param iteration number of iterations done
   * @param values {@code lr}, {@code time} and {@code data_time} in seconds per iteration, {@code memory_mb}, and
   *     the loss terms under the reference's names
   */
  public void train(int iteration, Map<String, Double> values) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("iter", iteration);
    line.putAll(values);
    append("train", line);
  }

  /** Scores of a test during or after training. */
  public void evaluation(ClassScores scores) {
    append("eval", scores.logged());
  }

  /**
   * Something that happened.
   *
   * @param what start, resume, checkpoint, warning, interrupt or end
   * @param details further members, such as {@code file} or {@code text}
   */
  public void event(String what, int iteration, Map<String, ?> details) {
    Map<String, Object> line = new LinkedHashMap<>();
    line.put("what", what);
    line.put("iter", iteration);
    line.putAll(details);
    append("event", line);
  }

  /** A line of {@code log.txt}. */
  public synchronized void text(String line) {
    String time = TIME.format(LocalDateTime.ofInstant(clock.instant().truncatedTo(ChronoUnit.SECONDS),
        ZoneId.systemDefault()));
    write(folder.resolve("log.txt"), time + "  " + line + "\n");
  }

  private void append(String type, Map<String, ?> members) {
    Map<String, @Nullable Object> line = new LinkedHashMap<>();
    line.put("type", type);
    members.forEach((key, value) -> line.put(key, finite(value)));
    write(folder.resolve("log.jsonl"), JSON.writeValueAsString(line) + "\n");
  }

  private static @Nullable Object finite(@Nullable Object value) {
    if (value instanceof Double number && !Double.isFinite(number)) {
      return null;
    }
    if (value instanceof Map<?, ?> members) {
      Map<String, @Nullable Object> copy = new LinkedHashMap<>();
      members.forEach((key, member) -> copy.put(key.toString(), finite(member)));
      return copy;
    }
    return value;
  }

  private synchronized void write(Path file, String line) {
    try {
      Files.writeString(file, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw failure(file, e);
    }
  }

  private static void dropUnfinishedLine(Path file) throws IOException {
    if (!Files.exists(file)) {
      return;
    }
    byte[] bytes = Files.readAllBytes(file);
    int end = bytes.length;
    while (end > 0 && bytes[end - 1] != '\n') {
      end--;
    }
    if (end < bytes.length) {
      try (RandomAccessFile open = new RandomAccessFile(file.toFile(), "rw")) {
        open.setLength(end);
      }
    }
  }

  private static ResourceException failure(Path path, IOException e) {
    return new ResourceException("cannot write the log " + path + ": " + e.getMessage() + ". Is the disk full?", e);
  }
}
