package ciss.fuzz;

import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.config.ConfigLoader;
import ciss.data.prepare.CityscapesPolygons;
import ciss.error.CheckpointException;
import ciss.error.CissException;
import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.io.ImageFiles;
import ciss.io.Safetensors;
import ciss.io.StoredTensor;
import ciss.io.pth.PthFile;
import ciss.io.pth.StridedTensor;
import com.code_intelligence.jazzer.junit.FuzzTest;
import com.sun.management.ThreadMXBean;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/**
 * Readers of files against files that nobody wrote on purpose. Whatever the bytes, a reader gives a result or fails with the
 * exception of its family, in bounded time and memory.
 *
 * <p>An ordinary build runs the files kept in {@code src/test/resources/ciss/fuzz/ReaderFuzzTestInputs}. To search for new
 * ones, one reader at a time, for {@link #DURATION}: {@code JAZZER_FUZZ=1 mvn test -Djazzer.hooks=true
 * -Dtest='ReaderFuzzTest#safetensors'}. What it finds is written to that folder; mend the reader, keep the file. With {@code
 * -Djazzer.instrument='ciss.**,com.sun.imageio.**'} it also sees which ways pictures take through the JDK's decoders.
 */
class ReaderFuzzTest {
  private static final String DURATION = "10m";
  private static final ThreadMXBean THREADS = (ThreadMXBean) ManagementFactory.getThreadMXBean();

  /** Bytes that reading any file may allocate, and how much more for each of its bytes. */
  private static final long BASE_BYTES = 96L << 20;

  private static final long BYTES_PER_BYTE = 8 * 1032;

  /** Of this thread's processor: others may be busy. */
  private static final long MAX_NANOS = 10_000_000_000L;

  private static Path file;

  @BeforeAll
  static void makeFile() throws IOException {
    file = Files.createTempFile("ciss-fuzz", ".bin");
  }

  @AfterAll
  static void deleteFile() throws IOException {
    Files.deleteIfExists(file);
  }

  /** Reads something. */
  private interface Reading {
    void run() throws IOException;
  }

  private static void check(byte[] content, Class<? extends CissException> family, Reading reading) throws IOException {
    long bound = BASE_BYTES + BYTES_PER_BYTE * content.length;
    long nanos = THREADS.getCurrentThreadCpuTime();
    long allocated = allocatedBy(family, reading);
    assertTrue(THREADS.getCurrentThreadCpuTime() - nanos < MAX_NANOS, "reading took too long");
    if (allocated > bound) {
      allocated = allocatedBy(family, reading); // the first time loads classes
    }
    assertTrue(allocated <= bound, "%,d bytes allocated for a file of %,d".formatted(allocated, content.length));
  }

  private static long allocatedBy(Class<? extends CissException> family, Reading reading) throws IOException {
    long bytes = THREADS.getCurrentThreadAllocatedBytes();
    try {
      reading.run();
    } catch (CissException e) {
      if (!family.isInstance(e)) {
        throw e;
      }
      assertTrue(e.getMessage() != null && !e.getMessage().isBlank(), "an error without words");
    }
    return THREADS.getCurrentThreadAllocatedBytes() - bytes;
  }

  @FuzzTest(maxDuration = DURATION)
  void safetensors(byte[] content) throws IOException {
    Files.write(file, content);
    check(content, CheckpointException.class, () -> {
      try (Safetensors tensors = Safetensors.open(file)) {
        for (String name : tensors.names()) {
          StoredTensor tensor = tensors.tensor(name);
          tensor.toFloats();
          tensor.toLongs();
        }
      }
    });
  }

  @FuzzTest(maxDuration = DURATION)
  void pth(byte[] content) throws IOException {
    check(content, CheckpointException.class, () -> {
      try (PthFile tensors = PthFile.of("fuzz.pth", content)) {
        for (StridedTensor tensor : tensors.tensors().values()) {
          tensor.contiguous("tensor").toFloats();
        }
      }
    });
  }

  @FuzzTest(maxDuration = DURATION)
  void polygons(byte[] content) throws IOException {
    Files.write(file, content);
    check(content, DataException.class, () -> CityscapesPolygons.trainIds(file));
  }

  @FuzzTest(maxDuration = DURATION)
  void configuration(byte[] content) throws IOException {
    String yaml = new String(content, StandardCharsets.UTF_8);
    check(content, ConfigException.class, () -> ConfigLoader.loadText("fuzz.yaml", yaml, List.of()));
  }

  @FuzzTest(maxDuration = DURATION)
  void labels(byte[] content) throws IOException {
    check(content, DataException.class, () -> ImageFiles.decodeLabels(content, "fuzz.png"));
  }

  @FuzzTest(maxDuration = DURATION)
  void pictures(byte[] content) throws IOException {
    check(content, DataException.class, () -> ImageFiles.decodeColor(content, "fuzz.jpg"));
  }
}
