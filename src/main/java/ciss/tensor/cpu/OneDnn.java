package ciss.tensor.cpu;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_FLOAT;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import ciss.error.NativeException;
import ciss.foreign.NativeLibrary;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The part of oneDNN's C interface that this program calls: float32 matrix products. Handles and addresses are plain
 * numbers; a wrong one ends the process, so that {@link MatmulPlan} and {@link Gemm} are the only callers.
 */
final class OneDnn {
  /** Ids of operands in {@link #execute}. */
  static final int SRC = 1;

  static final int DST = 17;
  static final int WEIGHTS = 33;
  static final int BIAS = 41;
  static final int SCRATCHPAD = 80;

  private static final int CPU = 1;
  private static final int F32 = 3;
  private static final int USER_SCRATCHPAD = 1;
  private static final int QUERY_IMPLEMENTATION = 8;
  private static final int QUERY_SCRATCHPAD = 136;

  private static final MethodHandle SET_MAX_CPU_ISA = handle("dnnl_set_max_cpu_isa", JAVA_INT);
  private static final MethodHandle ENGINE_CREATE = handle("dnnl_engine_create", ADDRESS, JAVA_INT, JAVA_LONG);
  private static final MethodHandle STREAM_CREATE = handle("dnnl_stream_create", ADDRESS, JAVA_LONG, JAVA_INT);
  private static final MethodHandle STREAM_DESTROY = handle("dnnl_stream_destroy", JAVA_LONG);
  private static final MethodHandle MEMORY_DESC_CREATE =
      handle("dnnl_memory_desc_create_with_strides", ADDRESS, JAVA_INT, ADDRESS, JAVA_INT, ADDRESS);
  private static final MethodHandle MEMORY_DESC_DESTROY = handle("dnnl_memory_desc_destroy", JAVA_LONG);
  private static final MethodHandle MEMORY_DESC_SIZE =
      NativeLibrary.ONEDNN.handle("dnnl_memory_desc_get_size", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG));
  private static final MethodHandle MEMORY_CREATE =
      handle("dnnl_memory_create", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MEMORY_SET_DATA_HANDLE =
      handle("dnnl_memory_set_data_handle", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle MEMORY_DESTROY = handle("dnnl_memory_destroy", JAVA_LONG);
  private static final MethodHandle ATTR_CREATE = handle("dnnl_primitive_attr_create", ADDRESS);
  private static final MethodHandle ATTR_DESTROY = handle("dnnl_primitive_attr_destroy", JAVA_LONG);
  private static final MethodHandle ATTR_SET_SCRATCHPAD_MODE =
      handle("dnnl_primitive_attr_set_scratchpad_mode", JAVA_LONG, JAVA_INT);
  private static final MethodHandle ATTR_SET_POST_OPS =
      handle("dnnl_primitive_attr_set_post_ops", JAVA_LONG, JAVA_LONG);
  private static final MethodHandle POST_OPS_CREATE = handle("dnnl_post_ops_create", ADDRESS);
  private static final MethodHandle POST_OPS_APPEND_SUM =
      handle("dnnl_post_ops_append_sum", JAVA_LONG, JAVA_FLOAT, JAVA_INT, JAVA_INT);
  private static final MethodHandle POST_OPS_DESTROY = handle("dnnl_post_ops_destroy", JAVA_LONG);
  private static final MethodHandle MATMUL_DESC_CREATE =
      handle(
          "dnnl_matmul_primitive_desc_create", ADDRESS, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG);
  private static final MethodHandle DESC_QUERY_MD =
      NativeLibrary.ONEDNN.handle(
          "dnnl_primitive_desc_query_md", FunctionDescriptor.of(JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT));
  private static final MethodHandle DESC_QUERY =
      handle("dnnl_primitive_desc_query", JAVA_LONG, JAVA_INT, JAVA_INT, ADDRESS);
  private static final MethodHandle DESC_DESTROY = handle("dnnl_primitive_desc_destroy", JAVA_LONG);
  private static final MethodHandle PRIMITIVE_CREATE = handle("dnnl_primitive_create", ADDRESS, JAVA_LONG);
  private static final MethodHandle PRIMITIVE_GET_DESC =
      handle("dnnl_primitive_get_primitive_desc", JAVA_LONG, ADDRESS);
  private static final MethodHandle PRIMITIVE_DESTROY = handle("dnnl_primitive_destroy", JAVA_LONG);
  private static final MethodHandle PRIMITIVE_EXECUTE =
      handle("dnnl_primitive_execute", JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_LONG);
  /** The one engine of the process. */
  private static final long ENGINE = createEngine();

  private OneDnn() {}

  /** A layout of a matrix or of a batch of them: sizes and strides in elements, outermost axis first. */
  record Layout(long[] sizes, long[] strides) {
    /** {@code rows x columns} elements, {@code rowStride} and {@code columnStride} apart. */
    static Layout of(long rows, long columns, long rowStride, long columnStride) {
      return new Layout(new long[] {rows, columns}, new long[] {rowStride, columnStride});
    }

    /** {@code count} matrices, {@code stride} elements from the start of one to the next. */
    Layout batch(long count, long stride) {
      return new Layout(
          new long[] {count, sizes[0], sizes[1]}, new long[] {stride, strides[0], strides[1]});
    }
  }

  private static MethodHandle handle(String function, MemoryLayout... parameters) {
    return NativeLibrary.ONEDNN.handle(function, FunctionDescriptor.of(JAVA_INT, parameters));
  }

  private static long createEngine() {
    int cap = CpuLevel.current().oneDnnIsa();
    try (Arena arena = Arena.ofConfined()) {
      NativeLibrary.check((int) SET_MAX_CPU_ISA.invokeExact(cap), "dnnl_set_max_cpu_isa");
      MemorySegment engine = arena.allocate(ADDRESS);
      NativeLibrary.check((int) ENGINE_CREATE.invokeExact(engine, CPU, 0L), "dnnl_engine_create");
      return engine.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_engine_create", e);
    }
  }

  /** A stream; one per thread. */
  static long createStream() {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment stream = arena.allocate(ADDRESS);
      NativeLibrary.check((int) STREAM_CREATE.invokeExact(stream, ENGINE, 1), "dnnl_stream_create");
      return stream.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_stream_create", e);
    }
  }

  static long createMemoryDesc(Layout layout) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment desc = arena.allocate(ADDRESS);
      MemorySegment sizes = arena.allocateFrom(JAVA_LONG, layout.sizes);
      MemorySegment strides = arena.allocateFrom(JAVA_LONG, layout.strides);
      NativeLibrary.check(
          (int) MEMORY_DESC_CREATE.invokeExact(desc, layout.sizes.length, sizes, F32, strides),
          "dnnl_memory_desc_create_with_strides");
      return desc.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_memory_desc_create_with_strides", e);
    }
  }

  /** A memory object without memory; see {@link #setDataHandle}. */
  static long createMemory(long memoryDesc) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment memory = arena.allocate(ADDRESS);
      NativeLibrary.check((int) MEMORY_CREATE.invokeExact(memory, memoryDesc, ENGINE, 0L), "dnnl_memory_create");
      return memory.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_memory_create", e);
    }
  }

  static void setDataHandle(long memory, long address) {
    try {
      int status = (int) MEMORY_SET_DATA_HANDLE.invokeExact(memory, address);
      NativeLibrary.check(status, "dnnl_memory_set_data_handle");
    } catch (Throwable e) {
      throw failure("dnnl_memory_set_data_handle", e);
    }
  }

  /**
   * The description of {@code dst = src * weights + bias}, or {@code dst += src * weights}, with the scratchpad supplied by
   * the caller.
   *
   * @param biasDesc 0 for none
   */
  static long createMatmulDesc(long srcDesc, long weightsDesc, long biasDesc, long dstDesc, boolean accumulate) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment out = arena.allocate(ADDRESS);
      NativeLibrary.check((int) ATTR_CREATE.invokeExact(out), "dnnl_primitive_attr_create");
      long attr = out.get(JAVA_LONG, 0);
      NativeLibrary.check(
          (int) ATTR_SET_SCRATCHPAD_MODE.invokeExact(attr, USER_SCRATCHPAD), "dnnl_primitive_attr_set_scratchpad_mode");
      if (accumulate) {
        NativeLibrary.check((int) POST_OPS_CREATE.invokeExact(out), "dnnl_post_ops_create");
        long postOps = out.get(JAVA_LONG, 0);
        NativeLibrary.check((int) POST_OPS_APPEND_SUM.invokeExact(postOps, 1f, 0, 0), "dnnl_post_ops_append_sum");
        NativeLibrary.check((int) ATTR_SET_POST_OPS.invokeExact(attr, postOps), "dnnl_primitive_attr_set_post_ops");
        NativeLibrary.check((int) POST_OPS_DESTROY.invokeExact(postOps), "dnnl_post_ops_destroy");
      }
      int status =
          (int) MATMUL_DESC_CREATE.invokeExact(out, ENGINE, srcDesc, weightsDesc, biasDesc, dstDesc, attr);
      NativeLibrary.check((int) ATTR_DESTROY.invokeExact(attr), "dnnl_primitive_attr_destroy");
      NativeLibrary.check(status, "dnnl_matmul_primitive_desc_create");
      return out.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_matmul_primitive_desc_create", e);
    }
  }

  static long createPrimitive(long primitiveDesc) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment primitive = arena.allocate(ADDRESS);
      NativeLibrary.check((int) PRIMITIVE_CREATE.invokeExact(primitive, primitiveDesc), "dnnl_primitive_create");
      return primitive.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_primitive_create", e);
    }
  }

  /** The description of a primitive; belongs to it. */
  static long description(long primitive) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment desc = arena.allocate(ADDRESS);
      NativeLibrary.check((int) PRIMITIVE_GET_DESC.invokeExact(primitive, desc), "dnnl_primitive_get_primitive_desc");
      return desc.get(JAVA_LONG, 0);
    } catch (Throwable e) {
      throw failure("dnnl_primitive_get_primitive_desc", e);
    }
  }

  /** Memory descriptor of the scratchpad; belongs to the primitive's description. */
  static long scratchpadDesc(long primitiveDesc) {
    try {
      return (long) DESC_QUERY_MD.invokeExact(primitiveDesc, QUERY_SCRATCHPAD, 0);
    } catch (Throwable e) {
      throw failure("dnnl_primitive_desc_query_md", e);
    }
  }

  /** Bytes that a memory descriptor spans. */
  static long bytes(long memoryDesc) {
    try {
      return (long) MEMORY_DESC_SIZE.invokeExact(memoryDesc);
    } catch (Throwable e) {
      throw failure("dnnl_memory_desc_get_size", e);
    }
  }

  /** Name of the kernel that oneDNN chose, such as {@code brg_matmul:avx512_core}; {@code ref} in it means slow. */
  static String implementation(long primitiveDesc) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment name = arena.allocate(ADDRESS);
      NativeLibrary.check(
          (int) DESC_QUERY.invokeExact(primitiveDesc, QUERY_IMPLEMENTATION, 0, name), "dnnl_primitive_desc_query");
      return name.get(ADDRESS, 0).reinterpret(256).getString(0);
    } catch (Throwable e) {
      throw failure("dnnl_primitive_desc_query", e);
    }
  }

  /**
   * @param arguments address of {@code count} pairs {int id, 4 unused bytes, memory object}
   */
  static void execute(long primitive, long stream, int count, long arguments) {
    try {
      int status = (int) PRIMITIVE_EXECUTE.invokeExact(primitive, stream, count, arguments);
      NativeLibrary.check(status, "dnnl_primitive_execute");
    } catch (Throwable e) {
      throw failure("dnnl_primitive_execute", e);
    }
  }

  static void destroyStream(long stream) {
    destroy(STREAM_DESTROY, stream, "dnnl_stream_destroy");
  }

  static void destroyMemoryDesc(long memoryDesc) {
    destroy(MEMORY_DESC_DESTROY, memoryDesc, "dnnl_memory_desc_destroy");
  }

  static void destroyMemory(long memory) {
    destroy(MEMORY_DESTROY, memory, "dnnl_memory_destroy");
  }

  static void destroyPrimitiveDesc(long primitiveDesc) {
    destroy(DESC_DESTROY, primitiveDesc, "dnnl_primitive_desc_destroy");
  }

  static void destroyPrimitive(long primitive) {
    destroy(PRIMITIVE_DESTROY, primitive, "dnnl_primitive_destroy");
  }

  private static void destroy(MethodHandle function, long object, String name) {
    try {
      NativeLibrary.check((int) function.invokeExact(object), name);
    } catch (Throwable e) {
      throw failure(name, e);
    }
  }

  private static RuntimeException failure(String function, Throwable e) {
    return e instanceof RuntimeException runtime ? runtime : new NativeException(function, e);
  }
}
