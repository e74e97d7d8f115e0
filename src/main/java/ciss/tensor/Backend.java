package ciss.tensor;

import java.lang.foreign.MemorySegment;

/**
 * Every operation that network, losses, trainer and stylization need, forward and backward: the one contract of the
 * CPU, the CUDA and the planning implementation.
 *
 * <p>An operation checks its shapes once, writes only its outputs, allocates nothing (temporary memory comes from
 * {@link #workspace} and is given back before it returns), keeps no state, is deterministic (same bytes for any
 * number of threads and on every run) and may be asynchronous: results are valid for later operations at once, for
 * the host after {@link #synchronize}. Operands are never null; an optional one that is missing is {@link
 * Tensor#ABSENT}. Outputs must not overlap inputs unless the operation says that they may. Parameter gradients are
 * accumulated, activation gradients overwritten unless the name ends in {@code Accumulate}. One thread at a time uses
 * a backend.
 */
public interface Backend
    extends LinearOps,
        ConvolutionOps,
        DepthwiseOps,
        NormOps,
        AttentionOps,
        ElementwiseOps,
        ResampleOps,
        FusionOps,
        LossOps,
        LabelOps,
        MixOps,
        PictureOps,
        StylizationOps,
        OptimizerOps,
        AutoCloseable {
  /** For messages and reports: {@code cpu (avx512, 2 threads)}. */
  String name();

  /**
   * What layers keep their activations and the gradients of these in: {@link DType#F32}, or {@link DType#BF16}, which
   * every operation then takes for an operand that its documentation calls an activation. Everything else stays
   * float32: parameters and their gradients, statistics, log-sum-exps, class scores, images, the maps that losses
   * compare, and the gradients of these.
   */
  default DType activations() {
    return DType.F32;
  }

  /** Arithmetic of matrix products, convolutions and attention. */
  default Precision precision() {
    return Precision.FP32;
  }

  /** Zeroed memory that the caller closes. */
  Storage allocate(long bytes);

  /** The temporary memory of this backend; closed with it. */
  Workspace workspace();

  /** What its operations take of {@link #workspace} at most. */
  OperationScratch scratch();

  /** Copies host bytes into a tensor; {@code host} holds exactly {@code x.bytes()} bytes and may be reused at return. */
  void upload(MemorySegment host, Tensor x);

  /** Copies a tensor to host memory after everything before it has finished. */
  void download(Tensor x, MemorySegment host);

  /**
   * Begins a part of an iteration, which ends where the result is closed. From one iteration to the next, a phase of
   * the same name mostly calls the same operations with the same tensors; what differs is their content and what the
   * operations' Javadoc calls drawn or scheduled. A backend may hold the operations back and issue them all at the
   * end; whoever reads a result before gets it all the same. Phases do not nest.
   */
  default Phase phase(String name) {
    return Phase.NONE;
  }

  /**
   * The moment when everything issued so far is done and what is issued next begins. Within a phase it is asked for
   * at the beginning only, and is that of the first operation.
   */
  default Mark mark() {
    return new HostMark(System.nanoTime());
  }

  /** Memory of the device that is taken, by whomever, in bytes; 0 where the device is the processor. */
  default long deviceMemoryInUse() {
    return 0;
  }

  /** Waits for everything issued so far. */
  void synchronize();

  /** Closes workspace and threads. */
  @Override
  void close();

  /**
   * The bytes of a tensor for reading on the host after everything before has finished: a view where host and device
   * share memory (valid until the tensor is written or freed), else a copy.
   */
  default MemorySegment hostBytes(Tensor x) {
    // An array of longs: values of every type lie at multiples of their size.
    MemorySegment copy = MemorySegment.ofArray(new long[Math.toIntExact((x.bytes() + 7) / 8)]).asSlice(0, x.bytes());
    download(x, copy);
    return copy;
  }

  /**
   * Begins to read a tensor: its bytes as they are after everything before, whatever comes after. A backend with a
   * device of its own returns at once.
   */
  default Readback readLater(Tensor x) {
    MemorySegment copy = MemorySegment.ofArray(new long[Math.toIntExact((x.bytes() + 7) / 8)]).asSlice(0, x.bytes());
    download(x, copy);
    return new Readback() {
      @Override
      public boolean isReady() {
        return true;
      }

      @Override
      public MemorySegment bytes() {
        return copy;
      }
    };
  }

  /** Uploads float32 values. */
  default void upload(float[] values, Tensor x) {
    upload(MemorySegment.ofArray(values), x);
  }

  /** All values of a float32 tensor. */
  default float[] download(Tensor x) {
    float[] values = new float[Math.toIntExact(x.elements())];
    download(x, MemorySegment.ofArray(values));
    return values;
  }

  /** All values of a float64 tensor. */
  default double[] downloadDoubles(Tensor x) {
    double[] values = new double[Math.toIntExact(x.elements())];
    download(x, MemorySegment.ofArray(values));
    return values;
  }

  /** All bytes of a U8 tensor. */
  default byte[] downloadBytes(Tensor x) {
    byte[] values = new byte[Math.toIntExact(x.elements())];
    download(x, MemorySegment.ofArray(values));
    return values;
  }
}
