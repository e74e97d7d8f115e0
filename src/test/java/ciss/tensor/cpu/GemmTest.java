package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class GemmTest {
  private static final List<MatmulShape> SHAPES =
      List.of(
          MatmulShape.byTransposed(256, 128, 32, 32, 32, 128),
          MatmulShape.byTransposed(256, 128, 32, 32, 32, 128).withBias(true),
          MatmulShape.byTransposed(64, 19, 256, 256, 256, 19).withBias(true),
          MatmulShape.byTransposed(250, 64, 64, 64, 256, 64).accumulating(true),
          MatmulShape.by(128, 160, 640, 640, 160, 160),
          MatmulShape.by(100, 128, 1024, 1024, 1040, 1024).accumulating(true),
          MatmulShape.by(64, 256, 256, 256, 256, 256).batched(4),
          MatmulShape.by(37, 33, 40, 40, 33, 33).batched(4).accumulating(true));

  /** The reference kernel is a hundred times slower and gives the same numbers: only its name tells. */
  @Test
  void noProductFallsBackToTheReferenceKernel() {
    try (CpuContext cpu = new CpuContext(1)) {
      for (MatmulShape shape : SHAPES) {
        String name = cpu.gemm().plan(shape).implementation();
        assertFalse(name.contains("ref"), shape + ": " + name);
      }
    }
  }

  /** A thread that OpenMP was not silenced on would start a team of its own. */
  @Test
  void productsStartNoThreadsBesideThePool() throws IOException {
    try (DenseFixture fixture = new DenseFixture(3)) {
      CpuContext cpu = fixture.backends.getFirst().cpu();
      long a = fixture.random(512, 512).address();
      long b = fixture.random(512, 512).address();
      long c = fixture.random(8, 512, 512).address();
      cpu.parallel(8, (tile, lane) -> multiplyBothWays(cpu, tile, lane, a, b, c));
      long threads = threadsOfThisProcess();
      for (int i = 0; i < 20; i++) {
        cpu.parallel(8, (tile, lane) -> multiplyBothWays(cpu, tile, lane, a, b, c));
      }
      assertTrue(openMpThreads() <= 0, "a thread of OpenMP is running");
      assertTrue(threadsOfThisProcess() <= threads + 2, "threads grew from " + threads); // the JVM may add a few
    }
  }

  private static void multiplyBothWays(CpuContext cpu, int tile, int lane, long a, long b, long c) {
    long to = c + 4L * tile * 512 * 512;
    cpu.gemm().multiply(lane, MatmulShape.by(512, 512, 512, 512, 512, 512), a, b, 0, to);
    cpu.gemm().multiplyTransposed(512, 512, 512, a, 512, b, 512, true, to, 512);
  }

  private static long threadsOfThisProcess() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.count();
    }
  }

  /** Threads that libgomp starts carry the name of the thread that started them: two of the same name. */
  private static long openMpThreads() throws IOException {
    try (Stream<Path> tasks = Files.list(Path.of("/proc/self/task"))) {
      return tasks.map(GemmTest::name).filter(name -> name.startsWith("ciss-cpu-")).count() - poolThreads();
    }
  }

  private static long poolThreads() {
    return Thread.getAllStackTraces().keySet().stream().filter(t -> t.getName().startsWith("ciss-cpu-")).count();
  }

  private static String name(Path task) {
    try {
      return Files.readString(task.resolve("comm"));
    } catch (IOException e) {
      return ""; // the thread has ended
    }
  }
}
