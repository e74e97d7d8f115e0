package ciss.tensor.cuda;

import ciss.error.NativeException;
import ciss.error.ResourceException;
import ciss.tensor.Mark;
import java.lang.foreign.MemorySegment;
import java.nio.charset.StandardCharsets;
import jcuda.driver.CUcontext;
import jcuda.driver.CUdevice;
import jcuda.driver.CUdevice_attribute;
import jcuda.driver.CUdeviceptr;
import jcuda.driver.CUevent;
import jcuda.driver.CUevent_flags;
import jcuda.driver.CUfunction;
import jcuda.driver.CUfunction_attribute;
import jcuda.driver.CUgraph;
import jcuda.driver.CUgraphExec;
import jcuda.driver.CUmodule;
import jcuda.driver.CUresult;
import jcuda.driver.CUstream;
import jcuda.driver.CUstreamCaptureMode;
import jcuda.driver.CUstream_flags;
import jcuda.driver.JCudaDriver;
import jcuda.runtime.cudaStream_t;

/**
 * One GPU: its primary context, a stream for everything that computes and one for copies from the host beside it,
 * memory, modules, launches, events and graphs. The only importer of {@code jcuda.driver}. Every call is checked
 * here; a failure names the call and the driver's error. One thread at a time uses it.
 *
 * <p>With {@code CISS_CUDA_SYNC=1} each launch is waited for, so that a failing kernel is the one named.
 */
final class Driver implements AutoCloseable {
  /** The oldest driver that can load the kernels, which are compiled by CUDA 13. */
  static final int REQUIRED_VERSION = 13000;

  private static final int OUT_OF_MEMORY = 2;
  private static final int NO_DEVICE = 100;
  private static final int INVALID_DEVICE = 101;
  static final boolean SYNCHRONOUS = "1".equals(System.getenv("CISS_CUDA_SYNC"));

  private final CUdevice device = new CUdevice();
  private final CUcontext context = new CUcontext();
  private final CUstream stream = new CUstream();
  private final CUstream uploads = new CUstream();
  private final String name;
  private final int capability;
  private long graphLaunches;
  private long waits;
  private String lastLaunch = "no kernel yet";
  private Thread current;

  /** A kernel that has been loaded. */
  static final class Function {
    private final CUfunction handle;
    private final String name;

    private Function(CUfunction handle, String name) {
      this.handle = handle;
      this.name = name;
    }
  }

  /** Loaded kernels of one image; unloaded with the process. */
  final class Module {
    private final CUmodule handle;

    private Module(CUmodule handle) {
      this.handle = handle;
    }

    /**
     * A kernel of this image.
     *
     * @param sharedBytes dynamic shared memory of its launches; the limit is raised where that is needed
     */
    Function function(String kernel, int sharedBytes) {
      CUfunction function = new CUfunction();
      check(JCudaDriver.cuModuleGetFunction(function, handle, kernel), "cuModuleGetFunction(" + kernel + ")");
      if (sharedBytes > 0) {
        check(
            JCudaDriver.cuFuncSetAttribute(
                function, CUfunction_attribute.CU_FUNC_ATTRIBUTE_MAX_DYNAMIC_SHARED_SIZE_BYTES, sharedBytes),
            "cuFuncSetAttribute(%s, %d bytes of shared memory)".formatted(kernel, sharedBytes));
      }
      return new Function(function, kernel);
    }
  }

  /** A point in the stream; times between two are measured by the device. */
  final class Event implements Mark {
    private final CUevent handle = new CUevent();

    private Event(int flags) {
      check(JCudaDriver.cuEventCreate(handle, flags), "cuEventCreate");
    }

    /** Marks what has been issued so far. */
    void record() {
      check(JCudaDriver.cuEventRecord(handle, stream), "cuEventRecord");
    }

    /** Marks the uploads that have been issued so far. */
    void recordUpload() {
      check(JCudaDriver.cuEventRecord(handle, uploads), "cuEventRecord");
    }

    /** Lets everything that is issued from now on begin when the device has come here. */
    void precede() {
      check(JCudaDriver.cuStreamWaitEvent(stream, handle, 0), "cuStreamWaitEvent");
    }

    /** Whether the device has come here, or this was never marked. */
    boolean isOver() {
      int status = JCudaDriver.cuEventQuery(handle);
      if (status == CUresult.CUDA_ERROR_NOT_READY) {
        return false;
      }
      check(status, "cuEventQuery");
      return true;
    }

    /** Waits until the device has come here. */
    void await() {
      if (!isOver()) {
        waits++;
        check(JCudaDriver.cuEventSynchronize(handle), "cuEventSynchronize");
      }
    }

    @Override
    public double secondsSince(Mark earlier) {
      await();
      float[] millis = new float[1];
      check(JCudaDriver.cuEventElapsedTime(millis, ((Event) earlier).handle, handle), "cuEventElapsedTime");
      return millis[0] / 1e3;
    }

    @Override
    public void close() {
      JCudaDriver.cuEventDestroy(handle);
    }
  }

  /** What was captured, ready to be issued again as a whole. */
  final class Graph implements AutoCloseable {
    private final CUgraphExec handle;

    private Graph(CUgraphExec handle) {
      this.handle = handle;
    }

    void launch() {
      check(JCudaDriver.cuGraphLaunch(handle, stream), "cuGraphLaunch");
      graphLaunches++;
    }

    @Override
    public void close() {
      JCudaDriver.cuGraphExecDestroy(handle);
    }
  }

  private static final class DeviceAddress extends CUdeviceptr {
    private DeviceAddress(long address) {
      super(new CUdeviceptr(), address);
    }
  }

  private static final class Allocation extends CUdeviceptr {
    private long value() {
      return getNativePointer();
    }
  }

  private Driver(int ordinal) {
    check(JCudaDriver.cuDeviceGet(device, ordinal), "cuDeviceGet(" + ordinal + ")");
    byte[] text = new byte[256];
    check(JCudaDriver.cuDeviceGetName(text, text.length, device), "cuDeviceGetName");
    name = new String(text, 0, indexOfZero(text), StandardCharsets.UTF_8);
    capability =
        10 * attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR)
            + attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    check(JCudaDriver.cuDevicePrimaryCtxRetain(context, device), "cuDevicePrimaryCtxRetain");
    enter();
    check(JCudaDriver.cuStreamCreate(stream, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
    check(JCudaDriver.cuStreamCreate(uploads, CUstream_flags.CU_STREAM_NON_BLOCKING), "cuStreamCreate");
  }

  /**
   * Opens a GPU.
   *
   * @throws ResourceException if there is no driver, or an old one, or no such GPU
   * @throws NativeException if a call of the driver fails otherwise
   */
  static Driver open(int ordinal) {
    int devices = requireUsable();
    if (ordinal >= devices) {
      throw new ResourceException(
          "cuda:%d: this machine has %d GPU%s, counted from 0".formatted(ordinal, devices, devices == 1 ? "" : "s"));
    }
    return new Driver(ordinal);
  }

  /**
   * The number of GPUs, at least one.
   *
   * @throws ResourceException if there is no driver, or an old one, or no GPU
   */
  static int requireUsable() {
    int devices = deviceCount();
    if (devices == 0) {
      throw new ResourceException("CUDA: the driver finds no GPU in this machine");
    }
    requireVersion();
    return devices;
  }

  /**
   * GPUs that the driver offers.
   *
   * @throws ResourceException if there is no driver
   */
  static int deviceCount() {
    initialize();
    int[] count = new int[1];
    check(JCudaDriver.cuDeviceGetCount(count), "cuDeviceGetCount");
    return count[0];
  }

  /** The version of CUDA that the driver offers, 13000 for 13.0. */
  static int version() {
    initialize();
    int[] version = new int[1];
    check(JCudaDriver.cuDriverGetVersion(version), "cuDriverGetVersion");
    return version[0];
  }

  private static void requireVersion() {
    int version = version();
    if (version < REQUIRED_VERSION) {
      throw new ResourceException(
          "CUDA: the driver offers CUDA %d.%d, the kernels need 13.0 (driver 580 or newer)."
                  .formatted(version / 1000, version % 1000 / 10)
              + " Update the driver");
    }
  }

  private static void initialize() {
    if (CudaLibraries.open(CudaLibraries.Piece.DRIVER) == null) {
      throw new ResourceException("CUDA: no driver on this machine (libcuda.so.1 cannot be opened)");
    }
    JCudaNatives.initialize("jcuda.driver.JCudaDriver", "JCudaDriver");
    int status = JCudaDriver.cuInit(0);
    if (status == NO_DEVICE) {
      throw new ResourceException("CUDA: the driver finds no GPU in this machine");
    }
    check(status, "cuInit");
  }

  /** Makes this GPU the one of the calling thread, which the driver keeps for each thread. */
  void enter() {
    Thread thread = Thread.currentThread();
    if (current != thread) {
      check(JCudaDriver.cuCtxSetCurrent(context), "cuCtxSetCurrent");
      current = thread;
    }
  }

  /** Such as {@code NVIDIA A100-SXM4-80GB}. */
  String name() {
    return name;
  }

  /** 80 for 8.0. */
  int capability() {
    return capability;
  }

  /** Multiprocessors: kernels that loop over their work start a few blocks for each. */
  int multiprocessors() {
    return attribute(CUdevice_attribute.CU_DEVICE_ATTRIBUTE_MULTIPROCESSOR_COUNT);
  }

  private int attribute(int which) {
    int[] value = new int[1];
    check(JCudaDriver.cuDeviceGetAttribute(value, which, device), "cuDeviceGetAttribute(" + which + ")");
    return value[0];
  }

  /** Bytes of device memory that nobody has taken. */
  long freeMemory() {
    long[] free = new long[1];
    check(JCudaDriver.cuMemGetInfo(free, new long[1]), "cuMemGetInfo");
    return free[0];
  }

  /** Bytes of device memory. */
  long totalMemory() {
    long[] total = new long[1];
    check(JCudaDriver.cuMemGetInfo(new long[1], total), "cuMemGetInfo");
    return total[0];
  }

  /**
   * Takes device memory; the content is undefined.
   *
   * @throws ResourceException if there is not enough; the message says how much there is
   */
  long allocate(long bytes) {
    Allocation pointer = new Allocation();
    int status = JCudaDriver.cuMemAlloc(pointer, bytes);
    if (status == OUT_OF_MEMORY) {
      throw new ResourceException(
          "%s: %,d bytes of device memory are wanted, %,d of %,d are free. Use a smaller crop or batch, or end other programs"
              .formatted(name, bytes, freeMemory(), totalMemory()));
    }
    check(status, "cuMemAlloc(%,d bytes)".formatted(bytes));
    return pointer.value();
  }

  void free(long address) {
    check(JCudaDriver.cuMemFree(new DeviceAddress(address)), "cuMemFree");
  }

  /** Memory of this process that the device can read and write by itself; asynchronous copies need it. */
  MemorySegment allocatePinned(long bytes) {
    Pinned pointer = new Pinned();
    check(JCudaDriver.cuMemHostAlloc(pointer, bytes, 0), "cuMemHostAlloc(%,d bytes)".formatted(bytes));
    return MemorySegment.ofAddress(pointer.value()).reinterpret(bytes);
  }

  private static final class Pinned extends jcuda.Pointer {
    private long value() {
      return getNativePointer();
    }
  }

  void freePinned(MemorySegment pinned) {
    check(JCudaDriver.cuMemFreeHost(new Address(pinned.address())), "cuMemFreeHost");
  }

  /** Queues a copy; {@code pinned} comes from {@link #allocatePinned} and is not written until the device is past it. */
  void copyToDevice(MemorySegment pinned, long to, long bytes) {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(new DeviceAddress(to), new Address(pinned.address()), bytes, stream),
        "cuMemcpyHtoDAsync(%,d bytes)", bytes);
  }

  /** As {@link #copyToDevice}, beside what computes: see {@link Event#recordUpload}. */
  void upload(MemorySegment pinned, long to, long bytes) {
    check(
        JCudaDriver.cuMemcpyHtoDAsync(new DeviceAddress(to), new Address(pinned.address()), bytes, uploads),
        "cuMemcpyHtoDAsync(%,d bytes)", bytes);
  }

  /** Queues a copy; {@code pinned} comes from {@link #allocatePinned} and is valid when the device is past it. */
  void copyToHost(long from, MemorySegment pinned, long bytes) {
    check(
        JCudaDriver.cuMemcpyDtoHAsync(new Address(pinned.address()), new DeviceAddress(from), bytes, stream),
        "cuMemcpyDtoHAsync(%,d bytes)", bytes);
  }

  /** Queues a copy within the device; the ranges do not overlap. */
  void copy(long from, long to, long bytes) {
    if (bytes > 0) {
      check(
          JCudaDriver.cuMemcpyDtoDAsync(new DeviceAddress(to), new DeviceAddress(from), bytes, stream),
          "cuMemcpyDtoDAsync(%,d bytes)", bytes);
    }
  }

  /** Queues zeros. */
  void zero(long address, long bytes) {
    if (bytes > 0) {
      check(
          JCudaDriver.cuMemsetD8Async(new DeviceAddress(address), (byte) 0, bytes, stream),
          "cuMemsetD8Async(%,d bytes)", bytes);
    }
  }

  /**
   * Loads compiled kernels.
   *
   * @return null if the image has nothing for this device
   * @throws ResourceException if the driver is too old for the image
   */
  Module load(byte[] image) {
    CUmodule module = new CUmodule();
    int status = JCudaDriver.cuModuleLoadData(module, image);
    if (status == CUresult.CUDA_ERROR_NO_BINARY_FOR_GPU) {
      return null;
    }
    if (status == CUresult.CUDA_ERROR_UNSUPPORTED_PTX_VERSION) {
      throw new ResourceException("CUDA: the driver is too old for these kernels. Update it to 580 or newer");
    }
    check(status, "cuModuleLoadData");
    return new Module(module);
  }

  /**
   * Queues a kernel.
   *
   * @param arguments addresses of its arguments, in native memory; read during the call
   */
  void launch(Function function, int gridX, int gridY, int gridZ, int threads, int sharedBytes, Address arguments) {
    int status =
        JCudaDriver.cuLaunchKernel(
            function.handle, gridX, gridY, gridZ, threads, 1, 1, sharedBytes, stream, arguments, null);
    lastLaunch = function.name;
    if (status != 0) {
      throw failure(status, "cuLaunchKernel(%s, grid %d x %d x %d, %d threads)".formatted(
          function.name, gridX, gridY, gridZ, threads));
    }
    if (SYNCHRONOUS) {
      synchronize();
    }
  }

  /** Waits for everything queued. */
  void synchronize() {
    waits++;
    int status = JCudaDriver.cuStreamSynchronize(stream);
    if (status != 0) {
      throw failure(
          status, "waiting for the device (the last kernel was " + lastLaunch
              + (SYNCHRONOUS ? ")" : "; CISS_CUDA_SYNC=1 finds the one that failed)"));
    }
  }

  /** How often the host has waited for the device so far. */
  long waits() {
    return waits;
  }

  /** Graphs launched so far. */
  long graphLaunches() {
    return graphLaunches;
  }

  Event event() {
    return new Event(CUevent_flags.CU_EVENT_DISABLE_TIMING);
  }

  /** An event whose time can be asked for. */
  Event clock() {
    return new Event(CUevent_flags.CU_EVENT_DEFAULT);
  }

  /** A graph of what {@code calls} queue; none of it runs. Allocating, freeing and waiting are errors meanwhile. */
  Graph capture(Runnable calls) {
    check(
        JCudaDriver.cuStreamBeginCapture(stream, CUstreamCaptureMode.CU_STREAM_CAPTURE_MODE_THREAD_LOCAL),
        "cuStreamBeginCapture");
    CUgraph graph = new CUgraph();
    try {
      calls.run();
    } catch (RuntimeException e) {
      JCudaDriver.cuStreamEndCapture(stream, graph);
      throw e;
    }
    check(JCudaDriver.cuStreamEndCapture(stream, graph), "cuStreamEndCapture (CISS_CUDA_GRAPHS=0 does without)");
    CUgraphExec executable = new CUgraphExec();
    check(JCudaDriver.cuGraphInstantiate(executable, graph, 0L), "cuGraphInstantiate");
    check(JCudaDriver.cuGraphDestroy(graph), "cuGraphDestroy");
    return new Graph(executable);
  }

  /** The stream for cuBLAS and cuDNN. */
  cudaStream_t stream() {
    return new cudaStream_t(stream);
  }

  private static void check(int status, String call, Object... values) {
    if (status != 0) {
      throw failure(status, call.formatted(values));
    }
  }

  private static RuntimeException failure(int status, String call) {
    String[] text = new String[1];
    JCudaDriver.cuGetErrorString(status, text);
    String message = "%s: %s (%d)%s".formatted(
        call, CUresult.stringFor(status), status, text[0] == null ? "" : ", " + text[0]);
    return switch (status) {
      case OUT_OF_MEMORY, NO_DEVICE, INVALID_DEVICE -> new ResourceException(message);
      default -> new NativeException(message);
    };
  }

  private static int indexOfZero(byte[] text) {
    int length = 0;
    while (length < text.length && text[length] != 0) {
      length++;
    }
    return length;
  }

  @Override
  public void close() {
    enter();
    JCudaDriver.cuStreamDestroy(uploads);
    JCudaDriver.cuStreamDestroy(stream);
    JCudaDriver.cuDevicePrimaryCtxRelease(device);
  }
}
