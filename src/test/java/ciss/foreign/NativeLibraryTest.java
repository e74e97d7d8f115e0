package ciss.foreign;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertDoesNotThrow;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import ciss.foreign.NativeFiles.Content;
import java.io.IOException;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class NativeLibraryTest {
  @TempDir Path folder;

  @Test
  void functionOfOurLibraryIsCalled() throws Throwable {
    MethodHandle buildInfo =
        NativeLibrary.CISS.handle("ciss_build_info", FunctionDescriptor.of(ValueLayout.ADDRESS));
    MemorySegment text = (MemorySegment) buildInfo.invokeExact();
    assertTrue(text.reinterpret(100).getString(0).startsWith("gcc "));
  }

  @Test
  void oneDnnAndItsOpenMpAreFound() throws Throwable {
    MethodHandle setThreads =
        NativeLibrary.GOMP.handle("omp_set_num_threads", FunctionDescriptor.ofVoid(ValueLayout.JAVA_INT));
    setThreads.invokeExact(1);
    assertFalse(NativeLibrary.ONEDNN.address("dnnl_engine_create").equals(MemorySegment.NULL));
  }

  @Test
  void unknownSymbolIsNamed() {
    NativeException e = assertThrows(NativeException.class, () -> NativeLibrary.CISS.address("ciss_no_such_thing"));
    assertTrue(e.getMessage().contains("no symbol 'ciss_no_such_thing'"), e.getMessage());
  }

  @Test
  void absentLibraryIsReportedWithEveryPlaceThatWasTried() {
    NativeException e = assertThrows(NativeException.class, () -> NativeFiles.locate("libnothing.so"));
    assertTrue(e.getMessage().contains("-Dciss.native.path (unset)"), e.getMessage());
    assertTrue(e.getMessage().contains("jar entry native/linux-x86_64/libnothing.so (absent)"), e.getMessage());
    assertTrue(e.getMessage().contains("mvn package"), e.getMessage());
  }

  @Test
  void statusBecomesAnExceptionThatNamesTheCall() {
    assertDoesNotThrow(() -> NativeLibrary.check(0, "dnnl_sgemm"));
    assertEquals(
        "dnnl_sgemm: returned status 2 (invalid arguments)",
        assertThrows(NativeException.class, () -> NativeLibrary.check(2, "dnnl_sgemm")).getMessage());
    assertThrows(ResourceException.class, () -> NativeLibrary.check(1, "dnnl_sgemm"));
    assertThrows(NativeException.class, () -> NativeLibrary.check(1, "ciss_something"));
  }

  @Test
  void manyThreadsUnpackOneWholeFileAndLeaveNothingElse() throws Exception {
    byte[] bytes = content(3_000_000);
    URL resource = write(bytes);
    Path cache = folder.resolve("cache");
    Callable<Path> unpack = () -> NativeFiles.unpack("libsample.so", contentOf(bytes), resource, cache);
    List<Future<Path>> paths = new ArrayList<>();
    try (ExecutorService threads = Executors.newFixedThreadPool(8)) {
      for (int i = 0; i < 8; i++) {
        paths.add(threads.submit(unpack));
      }
    }
    for (Future<Path> path : paths) {
      assertArrayEquals(bytes, Files.readAllBytes(path.get()));
    }
    assertEquals(1, files(cache));
  }

  @Test
  void truncatedFileInTheCacheIsReplaced() throws Exception {
    byte[] bytes = content(1000);
    URL resource = write(bytes);
    Path file = NativeFiles.unpack("libsample.so", contentOf(bytes), resource, folder);
    Files.write(file, new byte[10]);
    assertArrayEquals(
        bytes, Files.readAllBytes(NativeFiles.unpack("libsample.so", contentOf(bytes), resource, folder)));
  }

  @Test
  void bytesThatAreNotTheAnnouncedOnesAreRefused() throws Exception {
    URL resource = write(content(1000));
    Path cache = folder.resolve("cache");
    Content announced = contentOf(new byte[1000]);
    assertThrows(IOException.class, () -> NativeFiles.unpack("libsample.so", announced, resource, cache));
    assertEquals(0, files(cache));
  }

  private URL write(byte[] bytes) throws IOException {
    return Files.write(folder.resolve("resource"), bytes).toUri().toURL();
  }

  private static byte[] content(int length) {
    byte[] bytes = new byte[length];
    for (int i = 0; i < length; i++) {
      bytes[i] = (byte) (i * 31 + i / 255);
    }
    return bytes;
  }

  private static Content contentOf(byte[] bytes) throws Exception {
    return new Content(bytes.length, HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes)));
  }

  private static long files(Path folder) throws IOException {
    try (Stream<Path> paths = Files.walk(folder)) {
      return paths.filter(Files::isRegularFile).count();
    }
  }
}
