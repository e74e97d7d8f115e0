package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.ResourceException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;

/**
 * oneDNN's code for one {@link MatmulShape}. Every lane has memory objects of its own, so that all lanes may run the plan at
 * the same time; a call rebinds their addresses and executes.
 */
final class MatmulPlan implements AutoCloseable {
  /** Bytes of one {int id, unused, memory object}. */
  private static final int ARGUMENT_BYTES = 16;

  private final Gemm gemm;
  private final long srcDesc;
  private final long weightsDesc;
  private final long biasDesc;
  private final long dstDesc;
  private final long primitive;
  private final Arena arena = Arena.ofShared();
  private final Operands[] operands;

  /** Generates code: some tenths of a millisecond. Due on a thread that OpenMP has been silenced on. */
  MatmulPlan(Gemm gemm, MatmulShape shape, int lanes) {
    this.gemm = gemm;
    srcDesc = OneDnn.createMemoryDesc(shape.src());
    weightsDesc = OneDnn.createMemoryDesc(shape.weights());
    biasDesc = shape.bias() ? OneDnn.createMemoryDesc(OneDnn.Layout.of(1, shape.n(), shape.n(), 1)) : 0;
    dstDesc = OneDnn.createMemoryDesc(shape.dst());
    long created = OneDnn.createMatmulDesc(srcDesc, weightsDesc, biasDesc, dstDesc, shape.accumulate());
    primitive = OneDnn.createPrimitive(created);
    OneDnn.destroyPrimitiveDesc(created); // a description takes 0.2 MB, and the primitive has a copy
    long scratchpad = OneDnn.bytes(OneDnn.scratchpadDesc(OneDnn.description(primitive)));
    if (scratchpad > Gemm.SCRATCHPAD_BYTES) {
      throw new ResourceException(
          "%s asks for a scratchpad of %,d bytes, %,d are there".formatted(shape, scratchpad, Gemm.SCRATCHPAD_BYTES));
    }
    operands = new Operands[lanes];
  }

  /** Name of oneDNN's kernel. */
  String implementation() {
    return OneDnn.implementation(OneDnn.description(primitive));
  }

  /**
   * Runs the product on the calling thread.
   *
   * @param lane the lane of the calling thread
   * @param bias ignored by a shape without one
   */
  void run(int lane, long src, long weights, long bias, long dst) {
    Operands o = operands[lane];
    if (o == null) {
      o = new Operands(lane);
      operands[lane] = o;
    }
    OneDnn.setDataHandle(o.src, src);
    OneDnn.setDataHandle(o.weights, weights);
    OneDnn.setDataHandle(o.dst, dst);
    if (o.bias != 0) {
      OneDnn.setDataHandle(o.bias, bias);
    }
    OneDnn.execute(primitive, gemm.stream(lane), o.count, o.arguments);
  }

  @Override
  public void close() {
    for (Operands o : operands) {
      if (o != null) {
        o.destroy();
      }
    }
    arena.close();
    OneDnn.destroyPrimitive(primitive);
    OneDnn.destroyMemoryDesc(srcDesc);
    OneDnn.destroyMemoryDesc(weightsDesc);
    OneDnn.destroyMemoryDesc(dstDesc);
    if (biasDesc != 0) {
      OneDnn.destroyMemoryDesc(biasDesc);
    }
  }

  /** Memory objects of one lane and the argument list that names them. */
  private final class Operands {
    final long src = OneDnn.createMemory(srcDesc);
    final long weights = OneDnn.createMemory(weightsDesc);
    final long dst = OneDnn.createMemory(dstDesc);
    final long bias = biasDesc == 0 ? 0 : OneDnn.createMemory(biasDesc);
    final long scratchpad = OneDnn.createMemory(OneDnn.scratchpadDesc(OneDnn.description(primitive)));
    final int count = bias == 0 ? 4 : 5;
    final long arguments;

    Operands(int lane) {
      OneDnn.setDataHandle(scratchpad, gemm.scratchpad(lane));
      MemorySegment list = arena.allocate((long) count * ARGUMENT_BYTES, Long.BYTES);
      put(list, 0, OneDnn.SRC, src);
      put(list, 1, OneDnn.WEIGHTS, weights);
      put(list, 2, OneDnn.DST, dst);
      put(list, 3, OneDnn.SCRATCHPAD, scratchpad);
      if (bias != 0) {
        put(list, 4, OneDnn.BIAS, bias);
      }
      arguments = list.address();
    }

    private static void put(MemorySegment list, int index, int id, long memory) {
      list.set(JAVA_INT, (long) index * ARGUMENT_BYTES, id);
      list.set(JAVA_LONG, (long) index * ARGUMENT_BYTES + Long.BYTES, memory);
    }

    void destroy() {
      OneDnn.destroyMemory(src);
      OneDnn.destroyMemory(weights);
      OneDnn.destroyMemory(dst);
      OneDnn.destroyMemory(scratchpad);
      if (bias != 0) {
        OneDnn.destroyMemory(bias);
      }
    }
  }
}
