package ciss.tensor.cuda;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.Precision;
import java.lang.foreign.Arena;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import jcuda.jcudnn.JCudnn;
import jcuda.jcudnn.cudnnConvolutionBwdDataAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionBwdFilterAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionDescriptor;
import jcuda.jcudnn.cudnnConvolutionFwdAlgoPerf;
import jcuda.jcudnn.cudnnConvolutionMode;
import jcuda.jcudnn.cudnnDataType;
import jcuda.jcudnn.cudnnDeterminism;
import jcuda.jcudnn.cudnnFilterDescriptor;
import jcuda.jcudnn.cudnnHandle;
import jcuda.jcudnn.cudnnMathType;
import jcuda.jcudnn.cudnnTensorDescriptor;
import jcuda.jcudnn.cudnnTensorFormat;

/**
 * Convolutions of channels-last maps by the classic calls of cuDNN: of float32 in fp32 or tf32 arithmetic, or of bf16; sums
 * are float32. The only importer of {@code jcuda.jcudnn}.
 *
 * <p>Algorithms are those that cuDNN recommends for a shape and calls deterministic, never ones found by timing: the same on
 * every run. cuDNN 9 has other status numbers than the version JCuda was written for, so only 0 means something, and the
 * library itself names errors.
 */
final class Cudnn implements AutoCloseable {
  /** An algorithm that wants more is not used. */
  static final long LARGEST_WORKSPACE = 256L << 20;
  private static final int CANDIDATES = 10;

  private final Driver driver;
  private final int mathType;
  private final int dataType;
  private final cudnnHandle handle = new cudnnHandle();
  private final Arena arena = Arena.ofShared();
  private final Address one = new Address(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 1f).address());
  private final Address zero = new Address(arena.allocateFrom(ValueLayout.JAVA_FLOAT, 0f).address());
  private final Map<ConvolutionDims, Plan> plans = new HashMap<>();
  private final List<Plan> numbered = new ArrayList<>();
  private final Commands commands;
  private final int forward;
  private final int backwardInput;
  private final int backwardWeight;

  /**
   * An algorithm of cuDNN and the workspace it wants under the descriptor's math type. The one found with it may be that of
   * another type, which JCuda does not tell.
   */
  record Algorithm(int number, long workspaceBytes) {}

  /** What is known of a shape; an algorithm is null where cuDNN has none that is deterministic and small enough. */
  final class Plan implements AutoCloseable {
    private final int number = numbered.size();
    private final cudnnTensorDescriptor x = new cudnnTensorDescriptor();
    private final cudnnTensorDescriptor y = new cudnnTensorDescriptor();
    private final cudnnFilterDescriptor weight = new cudnnFilterDescriptor();
    private final cudnnConvolutionDescriptor convolution = new cudnnConvolutionDescriptor();
    private final Algorithm forward;
    private final Algorithm backwardInput;
    private final Algorithm backwardWeight;

    private Plan(ConvolutionDims d) {
      numbered.add(this);
      check(JCudnn.cudnnCreateTensorDescriptor(x), "cudnnCreateTensorDescriptor");
      check(JCudnn.cudnnCreateTensorDescriptor(y), "cudnnCreateTensorDescriptor");
      check(JCudnn.cudnnCreateFilterDescriptor(weight), "cudnnCreateFilterDescriptor");
      check(JCudnn.cudnnCreateConvolutionDescriptor(convolution), "cudnnCreateConvolutionDescriptor");
      setMap(x, d.n(), d.in(), d.h(), d.w());
      setMap(y, d.n(), d.out(), d.hOut(), d.wOut());
      check(
          JCudnn.cudnnSetFilter4dDescriptor(
              weight, dataType, cudnnTensorFormat.CUDNN_TENSOR_NHWC, d.out(), d.in(), d.kernel(), d.kernel()),
          "cudnnSetFilter4dDescriptor(%s)", d);
      check(
          JCudnn.cudnnSetConvolution2dDescriptor(
              convolution, d.padding(), d.padding(), d.stride(), d.stride(), d.dilation(), d.dilation(),
              cudnnConvolutionMode.CUDNN_CROSS_CORRELATION, cudnnDataType.CUDNN_DATA_FLOAT),
          "cudnnSetConvolution2dDescriptor(%s)", d);
      check(
          JCudnn.cudnnSetConvolutionMathType(convolution, mathType), "cudnnSetConvolutionMathType");
      forward = forwardAlgorithm();
      backwardInput = backwardInputAlgorithm();
      backwardWeight = backwardWeightAlgorithm();
    }

    private void setMap(cudnnTensorDescriptor map, int n, int c, int h, int w) {
      check(
          JCudnn.cudnnSetTensor4dDescriptor(
              map, cudnnTensorFormat.CUDNN_TENSOR_NHWC, dataType, n, c, h, w),
          "cudnnSetTensor4dDescriptor([%d,%d,%d,%d])", n, h, w, c);
    }

    private Algorithm forwardAlgorithm() {
      int[] count = new int[1];
      cudnnConvolutionFwdAlgoPerf[] found = new cudnnConvolutionFwdAlgoPerf[CANDIDATES];
      for (int i = 0; i < CANDIDATES; i++) {
        found[i] = new cudnnConvolutionFwdAlgoPerf();
      }
      int status =
          JCudnn.cudnnGetConvolutionForwardAlgorithm_v7(handle, x, weight, convolution, y, CANDIDATES, count, found);
      for (int i = 0; status == 0 && i < count[0]; i++) {
        long[] bytes = new long[1];
        if (isUsable(found[i].status, found[i].determinism)
            && JCudnn.cudnnGetConvolutionForwardWorkspaceSize(
                    handle, x, weight, convolution, y, found[i].algo, bytes)
                == 0
            && bytes[0] <= LARGEST_WORKSPACE) {
          return new Algorithm(found[i].algo, bytes[0]);
        }
      }
      return null;
    }

    private Algorithm backwardInputAlgorithm() {
      int[] count = new int[1];
      cudnnConvolutionBwdDataAlgoPerf[] found = new cudnnConvolutionBwdDataAlgoPerf[CANDIDATES];
      for (int i = 0; i < CANDIDATES; i++) {
        found[i] = new cudnnConvolutionBwdDataAlgoPerf();
      }
      int status =
          JCudnn.cudnnGetConvolutionBackwardDataAlgorithm_v7(
              handle, weight, y, convolution, x, CANDIDATES, count, found);
      for (int i = 0; status == 0 && i < count[0]; i++) {
        long[] bytes = new long[1];
        if (isUsable(found[i].status, found[i].determinism)
            && JCudnn.cudnnGetConvolutionBackwardDataWorkspaceSize(
                    handle, weight, y, convolution, x, found[i].algo, bytes)
                == 0
            && bytes[0] <= LARGEST_WORKSPACE) {
          return new Algorithm(found[i].algo, bytes[0]);
        }
      }
      return null;
    }

    private Algorithm backwardWeightAlgorithm() {
      int[] count = new int[1];
      cudnnConvolutionBwdFilterAlgoPerf[] found = new cudnnConvolutionBwdFilterAlgoPerf[CANDIDATES];
      for (int i = 0; i < CANDIDATES; i++) {
        found[i] = new cudnnConvolutionBwdFilterAlgoPerf();
      }
      int status =
          JCudnn.cudnnGetConvolutionBackwardFilterAlgorithm_v7(
              handle, x, y, convolution, weight, CANDIDATES, count, found);
      for (int i = 0; status == 0 && i < count[0]; i++) {
        long[] bytes = new long[1];
        if (isUsable(found[i].status, found[i].determinism)
            && JCudnn.cudnnGetConvolutionBackwardFilterWorkspaceSize(
                    handle, x, y, convolution, weight, found[i].algo, bytes)
                == 0
            && bytes[0] <= LARGEST_WORKSPACE) {
          return new Algorithm(found[i].algo, bytes[0]);
        }
      }
      return null;
    }

    private static boolean isUsable(int status, int determinism) {
      return status == 0 && determinism == cudnnDeterminism.CUDNN_DETERMINISTIC;
    }

    /** Whether cuDNN can do all three directions (of bf16 two, whose results are bf16): then it does. */
    boolean isComplete() {
      boolean weights = backwardWeight != null || dataType == cudnnDataType.CUDNN_DATA_BFLOAT16;
      return forward != null && backwardInput != null && weights;
    }

    Algorithm forward() {
      return forward;
    }

    Algorithm backwardInput() {
      return backwardInput;
    }

    Algorithm backwardWeight() {
      return backwardWeight;
    }

    /** {@code y = } or {@code +=} the convolution of one slab; weights {@code [out,kernel,kernel,in]}. */
    void forward(long xAt, long weightAt, long workspace, boolean accumulate, long yAt) {
      command(Cudnn.this.forward, xAt, weightAt, workspace, yAt).put(accumulate ? 1 : 0).end();
    }

    private void issueForward(long[] list, int at) {
      check(
          JCudnn.cudnnConvolutionForward(
              handle, one, x, new Address(list[at]), weight, new Address(list[at + 1]), convolution, forward.number,
              new Address(list[at + 2]), forward.workspaceBytes, list[at + 4] != 0 ? one : zero, y,
              new Address(list[at + 3])),
          "cudnnConvolutionForward");
    }

    /** Overwrites dx of one slab. */
    void backwardInput(long dyAt, long weightAt, long workspace, long dxAt) {
      command(Cudnn.this.backwardInput, weightAt, dyAt, workspace, dxAt).end();
    }

    private void issueBackwardInput(long[] list, int at) {
      check(
          JCudnn.cudnnConvolutionBackwardData(
              handle, one, weight, new Address(list[at]), y, new Address(list[at + 1]), convolution,
              backwardInput.number, new Address(list[at + 2]), backwardInput.workspaceBytes, zero, x,
              new Address(list[at + 3])),
          "cudnnConvolutionBackwardData");
    }

    /** Overwrites the gradient of one slab's weights {@code [out,kernel,kernel,in]}. */
    void backwardWeight(long xAt, long dyAt, long workspace, long dWeightAt) {
      command(Cudnn.this.backwardWeight, xAt, dyAt, workspace, dWeightAt).end();
    }

    private void issueBackwardWeight(long[] list, int at) {
      check(
          JCudnn.cudnnConvolutionBackwardFilter(
              handle, one, x, new Address(list[at]), y, new Address(list[at + 1]), convolution,
              backwardWeight.number, new Address(list[at + 2]), backwardWeight.workspaceBytes, zero, weight,
              new Address(list[at + 3])),
          "cudnnConvolutionBackwardFilter");
    }

    private Commands command(int kind, long first, long second, long workspace, long result) {
      return commands.begin(kind).put(number).put(first).put(second).put(workspace).put(result);
    }

    @Override
    public void close() {
      JCudnn.cudnnDestroyConvolutionDescriptor(convolution);
      JCudnn.cudnnDestroyFilterDescriptor(weight);
      JCudnn.cudnnDestroyTensorDescriptor(x);
      JCudnn.cudnnDestroyTensorDescriptor(y);
    }
  }

  private Cudnn(Driver driver, Commands commands, Precision precision) {
    this.driver = driver;
    this.commands = commands;
    forward = commands.kind((list, at) -> plan(list[at]).issueForward(list, at + 1));
    backwardInput = commands.kind((list, at) -> plan(list[at]).issueBackwardInput(list, at + 1));
    backwardWeight = commands.kind((list, at) -> plan(list[at]).issueBackwardWeight(list, at + 1));
    this.mathType =
        switch (precision) {
          case FP32 -> cudnnMathType.CUDNN_FMA_MATH;
          case TF32 -> cudnnMathType.CUDNN_DEFAULT_MATH;
          case BF16 -> cudnnMathType.CUDNN_TENSOR_OP_MATH;
        };
    this.dataType = precision == Precision.BF16 ? cudnnDataType.CUDNN_DATA_BFLOAT16 : cudnnDataType.CUDNN_DATA_FLOAT;
    check(JCudnn.cudnnCreate(handle), "cudnnCreate");
    check(JCudnn.cudnnSetStream(handle, driver.stream()), "cudnnSetStream");
  }

  /** cuDNN on this device; null if the machine has none. */
  static Cudnn openIfThere(Driver driver, Commands commands, Precision precision) {
    return initialize() ? new Cudnn(driver, commands, precision) : null;
  }

  private static boolean initialize() {
    if (CudaLibraries.open(CudaLibraries.Piece.CUDNN) == null) {
      return false;
    }
    JCudaNatives.initialize("jcuda.jcudnn.JCudnn", "JCudnn");
    return true;
  }

  /** Its version as it says itself, such as 9.13.0; works without a GPU. */
  static String libraryVersion() {
    if (!initialize()) {
      return "";
    }
    // Since 9: major * 10000 + minor * 100 + patch; before: major * 1000 + the same.
    long version = JCudnn.cudnnGetVersion();
    long major = version >= 90000 ? version / 10000 : version / 1000;
    long rest = version >= 90000 ? version % 10000 : version % 1000;
    return "%d.%d.%d".formatted(major, rest / 100, rest % 100);
  }

  /** The plan of a shape, made at its first use. Slabs do not matter: each is a convolution of its own. */
  Plan plan(ConvolutionDims d) {
    ConvolutionDims slab =
        new ConvolutionDims(
            d.n(), d.h(), d.w(), 1, d.in(), d.out(), d.kernel(), d.stride(), d.padding(), d.dilation());
    return plans.computeIfAbsent(slab, Plan::new);
  }

  private Plan plan(long number) {
    return numbered.get((int) number);
  }

  private static void check(int status, String call, Object... values) {
    if (status != 0) {
      String text = "%s: %s (%d)".formatted(call.formatted(values), JCudnn.cudnnGetErrorString(status), status);
      throw text.contains("ALLOC_FAILED") ? new ResourceException(text) : new NativeException(text);
    }
  }

  @Override
  public void close() {
    driver.synchronize();
    plans.values().forEach(Plan::close);
    JCudnn.cudnnDestroy(handle);
    arena.close();
  }
}
