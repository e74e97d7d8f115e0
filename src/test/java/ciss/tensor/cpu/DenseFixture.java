package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.reference.ReferenceBackend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/** The dense families on some numbers of threads, and operands for them that can be compared with the reference. */
final class DenseFixture implements AutoCloseable {
  /** The families under test. */
  record Dense(CpuContext cpu) implements CpuLinearOps, CpuConvolutionOps, CpuAttentionOps {}

  /** An operation of family O with one or two outputs. */
  interface Call<O> {
    void on(O ops, Tensor output, Tensor secondOutput);
  }

  /** Error as a share of the largest value. */
  private static final double BOUND = 2e-6;

  private static final byte SENTINEL = 0x5a;
  private static final int SENTINEL_BYTES = 64;

  final ReferenceBackend reference = new ReferenceBackend(1 << 20);
  final List<Dense> backends = new ArrayList<>();
  private final List<HostStorage> storages = new ArrayList<>();
  private final List<Tensor> tensors = new ArrayList<>();
  private final SplittableRandom random = new SplittableRandom(20261122);

  DenseFixture(int... threadCounts) {
    for (int threads : threadCounts) {
      backends.add(new Dense(new CpuContext(threads)));
    }
  }

  /** Uniform values in [-1, 1). */
  Tensor random(int... sizes) {
    Tensor x = sentinelled(sizes);
    MemorySegment bytes = bytes(x);
    for (long i = 0; i < x.elements(); i++) {
      bytes.setAtIndex(ValueLayout.JAVA_FLOAT, i, (float) random.nextDouble(-1, 1));
    }
    return x;
  }

  /** The same values in memory of their own. */
  Tensor copy(Tensor x) {
    Tensor y = sentinelled((int) x.elements());
    bytes(y).copyFrom(bytes(x));
    return y;
  }

  private Tensor sentinelled(int... sizes) {
    Shape shape = Shape.of(sizes);
    HostStorage storage = HostStorage.map(4 * shape.elements() + 2 * SENTINEL_BYTES);
    storages.add(storage);
    MemorySegment.ofAddress(storage.address()).reinterpret(storage.bytes()).fill(SENTINEL);
    Tensor x = Tensor.of(storage, SENTINEL_BYTES, shape, DType.F32);
    tensors.add(x);
    return x;
  }

  private static MemorySegment bytes(Tensor x) {
    return MemorySegment.ofAddress(x.address()).reinterpret(x.bytes());
  }

  /** Runs an operation everywhere on copies of its outputs, compares with the reference and thread counts with each other. */
  <O> void check(Class<O> family, String what, Tensor output, Tensor secondOutput, Call<O> call) {
    Tensor expected = copy(output);
    Tensor expectedSecond = copy(secondOutput);
    call.on(family.cast(reference), expected, expectedSecond);
    Tensor first = null;
    Tensor firstSecond = null;
    for (Dense backend : backends) {
      String where = what + ", " + backend.cpu().threads() + " threads";
      Tensor actual = copy(output);
      Tensor actualSecond = copy(secondOutput);
      call.on(family.cast(backend), actual, actualSecond);
      assertClose(where, expected, actual, BOUND);
      assertClose(where + ", second output", expectedSecond, actualSecond, BOUND);
      first = first == null ? actual : first;
      firstSecond = firstSecond == null ? actualSecond : firstSecond;
      assertSameBytes(where, first, actual);
      assertSameBytes(where + ", second output", firstSecond, actualSecond);
      assertEquals(0, backend.cpu().workspace().usedBytes(), where);
    }
    assertSentinelsUntouched(what);
  }

  /** {@code actual} agrees with {@code expected} within {@code bound} times its largest value. */
  static void assertClose(String what, Tensor expected, Tensor actual, double bound) {
    assertClose(what, expected, actual, bound, 0);
  }

  /** The same, but the largest value counts as at least {@code scale}: for results in which larger terms cancel. */
  static void assertClose(String what, Tensor expected, Tensor actual, double bound, double scale) {
    MemorySegment e = bytes(expected);
    MemorySegment a = bytes(actual);
    double worst = 0;
    for (long i = 0; i < expected.elements(); i++) {
      double value = e.getAtIndex(ValueLayout.JAVA_FLOAT, i);
      double error = Math.abs(value - a.getAtIndex(ValueLayout.JAVA_FLOAT, i));
      scale = Math.max(scale, Math.abs(value));
      worst = error <= worst ? worst : error;
    }
    assertTrue(worst <= bound * scale, what + ": error " + worst + ", largest value " + scale);
  }

  static void assertSameBytes(String what, Tensor expected, Tensor actual) {
    assertEquals(-1, bytes(expected).mismatch(bytes(actual)), what);
  }

  /** Nothing was written around any tensor. */
  void assertSentinelsUntouched(String what) {
    for (Tensor x : tensors) {
      MemorySegment all = MemorySegment.ofAddress(x.storage().address()).reinterpret(x.storage().bytes());
      for (int i = 0; i < SENTINEL_BYTES; i++) {
        assertEquals(SENTINEL, all.get(ValueLayout.JAVA_BYTE, i), what + ": byte before " + x);
        assertEquals(SENTINEL, all.get(ValueLayout.JAVA_BYTE, all.byteSize() - 1 - i), what + ": byte after " + x);
      }
    }
  }

  /** Frees all tensors made so far. */
  void release() {
    storages.forEach(HostStorage::close);
    storages.clear();
    tensors.clear();
  }

  @Override
  public void close() {
    release();
    backends.forEach(backend -> backend.cpu().close());
    reference.close();
  }
}
