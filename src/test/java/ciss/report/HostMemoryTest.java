package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HostMemoryTest {
  private static final long KIB = 1024;

  @TempDir private Path root;

  private void write(String file, String text) throws IOException {
    Path path = root.resolve(file);
    Files.createDirectories(path.getParent());
    Files.writeString(path, text);
  }

  private void machine(String group) throws IOException {
    write("proc/meminfo", "MemTotal:  8000 kB\nMemFree:  1000 kB\nMemAvailable:  6000 kB\n");
    write("proc/self/cgroup", group);
  }

  @Test
  void thisMachineHasMemory() {
    Optional<HostMemory> memory = HostMemory.now();
    assertEquals(Files.exists(Path.of("/proc/meminfo")), memory.isPresent());
    memory.ifPresent(m -> assertTrue(m.available() > 0 && m.available() <= m.total(), m::toString));
  }

  @Test
  void withoutALimitItIsThatOfTheMachine() throws IOException {
    machine("0::/user/job\n");
    write("sys/fs/cgroup/user/job/memory.max", "max\n");
    assertEquals(Optional.of(new HostMemory(8000 * KIB, 6000 * KIB)), HostMemory.read(root));
  }

  @Test
  void theTightestGroupCountsAndCopiesOfFilesAreFree() throws IOException {
    machine("0::/user/job\n");
    write("sys/fs/cgroup/user/job/memory.max", "4096000\n");
    write("sys/fs/cgroup/user/job/memory.current", "3072000\n");
    write("sys/fs/cgroup/user/job/memory.stat", "anon 1\ninactive_file 512000\nactive_file 7\n");
    write("sys/fs/cgroup/user/memory.max", "8000000\n");
    write("sys/fs/cgroup/user/memory.current", "3072000\n");
    write("sys/fs/cgroup/user/memory.stat", "");
    assertEquals(Optional.of(new HostMemory(4096000, 1536000)), HostMemory.read(root));
  }

  @Test
  void groupsOfTheFirstVersionAreRead() throws IOException {
    machine("5:devices:/\n4:memory:/not/mounted/here\n");
    write("sys/fs/cgroup/memory/memory.limit_in_bytes", "2048000\n");
    write("sys/fs/cgroup/memory/memory.usage_in_bytes", "2000000\n");
    write("sys/fs/cgroup/memory/memory.stat", "inactive_file 5\ntotal_inactive_file 1000\n");
    assertEquals(Optional.of(new HostMemory(2048000, 49000)), HostMemory.read(root));
  }

  @Test
  void otherSystemsDoNotTell() {
    assertEquals(Optional.empty(), HostMemory.read(root));
  }
}
