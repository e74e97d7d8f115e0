package ciss.report;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * Memory of this machine, or of the control group that holds this process.
 *
 * @param total in bytes
 * @param available what programs can still take, in bytes: free, or holding nothing but copies of files
 */
public record HostMemory(long total, long available) {
  /** Limits above are none. */
  private static final long NO_LIMIT = 1L << 60;

  /** Empty where the system does not tell. */
  public static Optional<HostMemory> now() {
    return read(Path.of("/"));
  }

  /**
   * @param root of the file system
   */
  static Optional<HostMemory> read(Path root) {
    Path machine = root.resolve("proc/meminfo");
    try {
      if (!Files.exists(machine)) {
        return Optional.empty();
      }
      HostMemory memory =
          new HostMemory(1024 * named(machine, "MemTotal:"), 1024 * named(machine, "MemAvailable:"));
      for (String line : Files.readAllLines(root.resolve("proc/self/cgroup"))) {
        String[] parts = line.split(":", 3);
        Path groups = root.resolve("sys/fs/cgroup");
        if (parts[1].isEmpty()) {
          memory = memory.within(groups, parts[2], "memory.max", "memory.current", "inactive_file");
        } else if (List.of(parts[1].split(",")).contains("memory")) {
          memory =
              memory.within(
                  groups.resolve("memory"),
                  parts[2],
                  "memory.limit_in_bytes",
                  "memory.usage_in_bytes",
                  "total_inactive_file");
        }
      }
      return Optional.of(memory);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  /** The group and all that hold it; in a container, its own path may be missing below the mounted root. */
  private HostMemory within(Path mount, String group, String limit, String usage, String cache) throws IOException {
    HostMemory least = this;
    Path path = mount.resolve(group.substring(1));
    for (Path folder = path; folder.startsWith(mount); folder = folder.getParent()) {
      Path file = folder.resolve(limit);
      String text = Files.exists(file) ? Files.readString(file).strip() : "max";
      long bytes = text.equals("max") ? NO_LIMIT : Long.parseLong(text);
      if (bytes < NO_LIMIT) {
        long used = Long.parseLong(Files.readString(folder.resolve(usage)).strip());
        long free = bytes - used + named(folder.resolve("memory.stat"), cache);
        least = new HostMemory(Math.min(least.total, bytes), Math.min(least.available, Math.max(free, 0)));
      }
    }
    return least;
  }

  /** The number behind a name at the beginning of a line; 0 if there is no such line. */
  private static long named(Path file, String name) throws IOException {
    return Files.readAllLines(file).stream()
        .filter(line -> line.startsWith(name))
        .map(line -> line.substring(name.length()).replaceAll("\\D", ""))
        .mapToLong(Long::parseLong)
        .findFirst()
        .orElse(0);
  }
}
