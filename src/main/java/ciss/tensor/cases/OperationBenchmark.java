package ciss.tensor.cases;

import ciss.tensor.BFloat16;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.OperationWork;
import ciss.tensor.RandomStream;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.plan.PlanBackend;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/** One row of the case table, ready to be called on a backend again and again. */
public final class OperationBenchmark implements AutoCloseable {
  /**
   * Time per call.
   *
   * @param work of one call, counted by the planning backend
   */
  public record Timing(OperationCase row, OperationWork work, int calls, double best, double median) {
    /** 1e9 floating-point operations per second in the median call. */
    public double gigaFlopsPerSecond() {
      return work.flops() / median / 1e9;
    }

    /** 1e9 bytes of operands per second in the median call. */
    public double gigaBytesPerSecond() {
      return work.bytes() / median / 1e9;
    }
  }

  private static final int PIECE = 1 << 16;

  private final Backend backend;
  private final OperationCase row;
  private final List<Storage> storages = new ArrayList<>();
  private final Operands operands = new Operands();

  /** Fills the row's operands. */
  public OperationBenchmark(OperationCase row, Backend backend) {
    this.row = row;
    this.backend = backend;
    int index = 0;
    for (Operand operand : row.operands()) {
      Storage storage = backend.allocate(operand.bytes());
      storages.add(storage);
      if (storage.address() != 0) {
        fill(operand, storage, index++);
      }
      operands.put(operand.name(), Tensor.of(storage, 0, operand.shape(), operand.dtype()));
    }
    row.prepare(backend, operands);
  }

  /** In pieces: the Java heap is small and operands are not. */
  private void fill(Operand operand, Storage storage, int index) {
    RandomStream random = new Draws(0).stream(Draws.Purpose.SAMPLE, 0, index);
    int size = operand.dtype().bytes();
    ByteBuffer values = ByteBuffer.allocate(PIECE * size).order(ByteOrder.nativeOrder());
    long elements = operand.shape().elements();
    for (long first = 0; first < elements; first += PIECE) {
      int count = (int) Math.min(PIECE, elements - first);
      values.clear();
      for (int i = 0; i < count; i++) {
        double value = operand.fill().value(random, (int) (first + i));
        switch (operand.dtype()) {
          case F32 -> values.putFloat((float) value);
          case F64 -> values.putDouble(value);
          case BF16 -> values.putShort(BFloat16.bits((float) value));
          case U8 -> values.put((byte) (int) value);
        }
      }
      Tensor piece = Tensor.of(storage, first * size, Shape.of(count), operand.dtype());
      backend.upload(MemorySegment.ofArray(values.array()).asSlice(0, (long) count * size), piece);
    }
  }

  /** Calls the operation once and waits for it. */
  public void run() {
    run(1);
  }

  private void run(int calls) {
    for (int i = 0; i < calls; i++) {
      row.run(backend, operands);
    }
    backend.synchronize();
  }

  /**
   * Calls the operation for about so many seconds, after a tenth of that to warm up. Short calls are timed in groups of
   * about a millisecond, so that waiting for the device counts for little.
   */
  public Timing measure(double seconds) {
    double[] times = CallTimer.times(this::run, seconds);
    return new Timing(row, work(row), times.length, times[0], times[times.length / 2]);
  }

  /** What one call does. */
  static OperationWork work(OperationCase row) {
    try (PlanBackend plan = new PlanBackend();
        OperationBenchmark counted = new OperationBenchmark(row, plan)) {
      plan.reset();
      counted.run();
      return plan.work().getFirst();
    }
  }

  @Override
  public void close() {
    storages.forEach(Storage::close);
  }
}
