package ciss.tensor.cases;

import ciss.tensor.BFloat16;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.RandomStream;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The operands of one row in one storage of one backend, each between guard zones, so that a write outside of an output
 * is seen. Also knows what they hold at the start.
 */
final class CaseMemory implements AutoCloseable {
  private static final int GUARD = 192;
  private static final byte GUARD_BYTE = (byte) 0xA5;

  /** Not a number as float32 and float64, and no class: what is not written is noticed. */
  private static final byte POISON = (byte) 0xFF;

  private final Backend backend;
  private final OperationCase row;
  private final Map<String, Integer> places = new LinkedHashMap<>();
  private final Storage storage;
  private final Tensor all;
  private final Operands operands = new Operands();

  /**
   * @param shift elements by which every operand starts after a multiple of 64 bytes
   * @param alias the output takes the memory of the input; null: none does
   */
  CaseMemory(Backend backend, OperationCase row, int shift, OperationCase.Alias alias) {
    this.backend = backend;
    this.row = row;
    int next = GUARD;
    for (Operand operand : row.operands()) {
      if (alias != null && operand.name().equals(alias.output())) {
        continue;
      }
      places.put(operand.name(), next + shift * operand.dtype().bytes());
      next = (int) (next + operand.bytes() + shift * operand.dtype().bytes() + GUARD + 63) / 64 * 64;
    }
    if (alias != null) {
      places.put(alias.output(), places.get(alias.input()));
    }
    storage = backend.allocate(next);
    all = Tensor.of(storage, 0, Shape.of(next), DType.U8);
    for (Operand operand : row.operands()) {
      operands.put(operand.name(), Tensor.of(storage, places.get(operand.name()), operand.shape(), operand.dtype()));
    }
  }

  Operands operands() {
    return operands;
  }

  /**
   * What the operands of {@link OperationCase#inFloats} hold before the call, drawn from their fills and, where the row says
   * so, rounded to bf16; overwritten ones are poisoned.
   */
  static Map<String, byte[]> initial(OperationCase row) {
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (int i = 0; i < row.operands().size(); i++) {
      Operand operand = row.inFloats().operands().get(i);
      RandomStream random = new Draws(7).stream(Draws.Purpose.SAMPLE, 0, i);
      contents.put(operand.name(), initial(operand, row.isRounded(row.operands().get(i)), random));
    }
    return contents;
  }

  /** Contents of the operands of {@code from} in the types of those of {@code to}; poison stays poison. */
  static Map<String, byte[]> converted(OperationCase from, OperationCase to, Map<String, byte[]> contents) {
    Map<String, byte[]> others = new LinkedHashMap<>();
    for (int i = 0; i < from.operands().size(); i++) {
      Operand source = from.operands().get(i);
      Operand target = to.operands().get(i);
      byte[] bytes = contents.get(source.name());
      if (source.dtype() == target.dtype()) {
        others.put(source.name(), bytes);
      } else if (target.role() == Operand.Role.OVERWRITTEN) {
        byte[] poison = new byte[Math.toIntExact(target.bytes())];
        Arrays.fill(poison, POISON);
        others.put(source.name(), poison);
      } else {
        others.put(source.name(), bytes(target, values(source, bytes)));
      }
    }
    return others;
  }

  private static byte[] bytes(Operand operand, double[] values) {
    byte[] bytes = new byte[Math.toIntExact(operand.bytes())];
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (double value : values) {
      put(buffer, operand.dtype(), value);
    }
    return bytes;
  }

  private static void put(ByteBuffer buffer, DType dtype, double value) {
    switch (dtype) {
      case F32 -> buffer.putFloat((float) value);
      case F64 -> buffer.putDouble(value);
      case BF16 -> buffer.putShort(BFloat16.bits((float) value));
      case U8 -> buffer.put((byte) (int) value);
    }
  }

  private static byte[] initial(Operand operand, boolean rounded, RandomStream random) {
    byte[] bytes = new byte[Math.toIntExact(operand.bytes())];
    if (operand.role() == Operand.Role.OVERWRITTEN) {
      Arrays.fill(bytes, POISON);
      return bytes;
    }
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    for (int i = 0; i < operand.shape().elements(); i++) {
      double value = operand.fill().value(random, i);
      put(buffer, operand.dtype(), rounded ? BFloat16.round((float) value) : value);
    }
    return bytes;
  }

  /** Uploads contents, an aliased output keeps those of its input; everything else becomes guard. */
  void upload(Map<String, byte[]> contents) {
    byte[] image = new byte[Math.toIntExact(all.bytes())];
    Arrays.fill(image, GUARD_BYTE);
    for (Operand operand : row.operands()) {
      boolean taken = row.operands().stream().anyMatch(other -> isInPlaceOf(operand, other));
      if (!taken) {
        byte[] bytes = contents.get(operand.name());
        System.arraycopy(bytes, 0, image, places.get(operand.name()), bytes.length);
      }
    }
    backend.upload(MemorySegment.ofArray(image), all);
  }

  private boolean isInPlaceOf(Operand output, Operand input) {
    return output != input
        && output.role() == Operand.Role.OVERWRITTEN
        && places.get(output.name()).equals(places.get(input.name()));
  }

  /** What the operands hold now. */
  Map<String, byte[]> download() {
    byte[] image = backend.downloadBytes(all);
    Map<String, byte[]> contents = new LinkedHashMap<>();
    for (Operand operand : row.operands()) {
      int place = places.get(operand.name());
      contents.put(operand.name(), Arrays.copyOfRange(image, place, place + (int) operand.bytes()));
    }
    return contents;
  }

  /** True if a byte outside of all operands changed. */
  boolean isGuardBroken() {
    byte[] image = backend.downloadBytes(all);
    for (Operand operand : row.operands()) {
      int place = places.get(operand.name());
      Arrays.fill(image, place, place + (int) operand.bytes(), GUARD_BYTE);
    }
    for (byte each : image) {
      if (each != GUARD_BYTE) {
        return true;
      }
    }
    return false;
  }

  /** Values of an operand's bytes. */
  static double[] values(Operand operand, byte[] bytes) {
    ByteBuffer buffer = ByteBuffer.wrap(bytes).order(ByteOrder.nativeOrder());
    double[] values = new double[Math.toIntExact(operand.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (operand.dtype()) {
            case F32 -> buffer.getFloat();
            case F64 -> buffer.getDouble();
            case BF16 -> BFloat16.value(buffer.getShort());
            case U8 -> buffer.get() & 0xFF;
          };
    }
    return values;
  }

  @Override
  public void close() {
    storage.close();
  }
}
