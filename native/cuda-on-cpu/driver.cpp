/*
 * The CUDA driver's functions that the program uses, for one device named cuda-on-cpu of compute capability 9.0.
 * Every other function that JCuda's library wants is generated from driver_symbols.txt and answers 801.
 */
#include <dlfcn.h>
#include <elf.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <map>
#include <memory>

#include "streams.h"

#define API EXPORT int

namespace {

constexpr size_t MAX_SHARED = 227 << 10;
constexpr int CAPABILITY_MAJOR = 9, CAPABILITY_MINOR = 0, MULTIPROCESSORS = 2;

struct Module {
  void *library;
  std::map<std::string, Kernel> kernels;
};

bool initialized;
Module *loading; /* collects what the constructors of its library register */
std::vector<Module *> modules;
int context_handle;
thread_local void *current_context;

#define ENTER()                                  \
  do {                                           \
    if (!initialized) return NOT_INITIALIZED;    \
    if (sticky()) return sticky();               \
    if (!current_context) return INVALID_CONTEXT; \
  } while (0)
#define ENTER_UNCAPTURED()                            \
  do {                                                \
    ENTER();                                          \
    if (unsafe_in_capture()) return CAPTURE_UNSUPPORTED; \
  } while (0)

Status check_range(const char *call, const void *p, size_t bytes) {
  if (is_device(p, bytes)) return SUCCESS;
  return report(INVALID_VALUE, "%s: %zu bytes at %p do not lie in one live allocation", call, bytes, p);
}

/* A copy of which the host's side need not live longer than the call: from or to memory that is not pinned. */
Status copy(const char *call, Stream *stream, void *to, const void *from, size_t bytes, const void *host) {
  if (!is_stream(stream)) return INVALID_HANDLE;
  if (to != host) {
    if (Status s = check_range(call, to, bytes)) return s;
  }
  if (from != host) {
    if (Status s = check_range(call, from, bytes)) return s;
  }
  Status status = enqueue(stream, [=] {
    memmove(to, from, bytes);
    return SUCCESS;
  });
  bool waits = host && !is_pinned(host, bytes) && stream && !stream->capture;
  return status || !waits ? status : drain(stream, stream->submitted);
}

Status synchronous_copy(const char *call, void *to, const void *from, size_t bytes, const void *host) {
  return unsafe_in_capture() ? CAPTURE_UNSUPPORTED : copy(call, nullptr, to, from, bytes, host);
}

template <class T>
Status fill(const char *call, Stream *stream, void *p, T value, size_t count) {
  if (!is_stream(stream)) return INVALID_HANDLE;
  if (Status s = check_range(call, p, count * sizeof(T))) return s;
  if ((uintptr_t)p % sizeof(T)) return INVALID_VALUE;
  return enqueue(stream, [=] {
    for (size_t i = 0; i < count; i++) ((T *)p)[i] = value;
    return SUCCESS;
  });
}

/* Bytes of an x86-64 shared object in memory: its section headers are its end. */
size_t elf_size(const void *image) {
  const Elf64_Ehdr *h = (const Elf64_Ehdr *)image;
  if (memcmp(h->e_ident, ELFMAG, SELFMAG) != 0 || h->e_machine != EM_X86_64) return 0;
  return h->e_shoff + (size_t)h->e_shnum * h->e_shentsize;
}

Status load_image(void **module, const void *image) {
  size_t size = elf_size(image);
  if (size == 0) return NO_BINARY_FOR_GPU;
  int file = memfd_create("kernels_cpu", 0);
  if (file < 0 || write(file, image, size) != (ssize_t)size) return OUT_OF_MEMORY;
  char path[64];
  snprintf(path, sizeof path, "/proc/self/fd/%d", file);
  std::lock_guard<std::recursive_mutex> held(execution);
  std::unique_ptr<Module> fresh(new Module);
  loading = fresh.get();
  fresh->library = dlopen(path, RTLD_NOW | RTLD_LOCAL);
  loading = nullptr;
  close(file);
  if (!fresh->library) return report(NO_BINARY_FOR_GPU, "%s", dlerror());
  *module = fresh.get();
  modules.push_back(fresh.release());
  return SUCCESS;
}

Status check_launch(const Kernel &kernel, dim3 grid, dim3 block, size_t shared) {
  const char *name = kernel.name.c_str();
  if (block.x != kernel.threads || block.y != 1 || block.z != 1) {
    return report(INVALID_VALUE, "%s: block (%u,%u,%u), declared as KERNEL(%u, ...)", name, block.x, block.y, block.z,
                  kernel.threads);
  }
  if (block.x % 32 || block.x > 1024) return report(INVALID_VALUE, "%s: %u threads", name, block.x);
  if (!grid.x || !grid.y || !grid.z || grid.x > 0x7fffffff || grid.y > 65535 || grid.z > 65535) {
    return report(INVALID_VALUE, "%s: grid (%u,%u,%u)", name, grid.x, grid.y, grid.z);
  }
  if (shared != kernel.dynamic_shared) {
    return report(INVALID_VALUE, "%s: launched with %zu bytes of dynamic shared memory, its struct has %zu", name,
                  shared, kernel.dynamic_shared);
  }
  if (shared > kernel.dynamic_shared_limit) {
    return report(INVALID_VALUE, "%s: %zu bytes of dynamic shared memory, its limit is %zu", name, shared,
                  kernel.dynamic_shared_limit);
  }
  return SUCCESS;
}

/* The arguments, copied as the driver copies them: during the call that launches. */
struct Arguments {
  std::vector<uint64_t> values;
  std::vector<void *> addresses;
  Arguments(const Kernel &kernel, void **given) {
    size_t count = kernel.signature.size();
    values.resize(count);
    for (size_t i = 0; i < count; i++) {
      bool small = kernel.signature[i] == 'i' || kernel.signature[i] == 'f';
      memcpy(&values[i], given[i], small ? 4 : 8);
      addresses.push_back(&values[i]);
    }
  }
};

int attribute(int a) {
  switch (a) {
    case 1: return 1024;                    /* threads per block */
    case 2: case 3: return 1024;            /* block x, y */
    case 4: return 64;                      /* block z */
    case 5: return 0x7fffffff;              /* grid x */
    case 6: case 7: return 65535;           /* grid y, z */
    case 8: return 48 << 10;                /* shared memory per block */
    case 10: return 32;                     /* warp */
    case 12: case 82: return 65536;         /* registers per block, per multiprocessor */
    case 13: return 1000000;                /* clock, kHz */
    case 14: return 512;                    /* alignment of textures */
    case 16: return MULTIPROCESSORS;
    case 31: case 41: case 83: return 1;    /* concurrent kernels, unified addressing, managed memory */
    case 39: return 2048;                   /* threads per multiprocessor */
    case 36: return 1000000;                /* memory clock, kHz */
    case 37: return 64;                     /* bus width, bits */
    case 38: return 1 << 20;                /* L2, bytes */
    case 75: return CAPABILITY_MAJOR;
    case 76: return CAPABILITY_MINOR;
    case 81: return 228 << 10;              /* shared memory per multiprocessor */
    case 97: return (int)MAX_SHARED;        /* opt-in shared memory per block */
    case 106: return 32;                    /* blocks per multiprocessor */
    case 115: return 1;                     /* memory pools */
    default: return 0;
  }
}

}  // namespace

EXPORT void ciss_cpu_register(const char *name, void (*kernel)(void), void (*call)(void (*)(void), void **),
                              const char *signature, int threads) {
  if (loading) loading->kernels[name] = {name, signature, kernel, call, (unsigned)threads};
}

EXPORT int ciss_cpu_register_shared(const char *name, size_t bytes) {
  if (loading) loading->kernels.at(name).dynamic_shared = bytes;
  return 0;
}

/* For tests: the registered kernels of all modules in the order of their names. */
static const Kernel *kernel_at(int index) {
  for (Module *m : modules) {
    for (auto &k : m->kernels) {
      if (index-- == 0) return &k.second;
    }
  }
  return nullptr;
}
EXPORT int ciss_cpu_kernel_count(void) {
  int count = 0;
  for (Module *m : modules) count += (int)m->kernels.size();
  return count;
}
EXPORT const char *ciss_cpu_kernel_name(int index) { return kernel_at(index)->name.c_str(); }
EXPORT const char *ciss_cpu_kernel_signature(int index) { return kernel_at(index)->signature.c_str(); }
EXPORT int ciss_cpu_kernel_threads(int index) { return (int)kernel_at(index)->threads; }
EXPORT int ciss_cpu_kernel_shared(int index) { return (int)kernel_at(index)->dynamic_shared; }
EXPORT void ciss_cpu_set_seed(uint64_t seed) { set_schedule(seed); }
EXPORT void ciss_cpu_set_lazy(int lazy) { set_lazy(lazy != 0); }

/* For the stand-ins of cuBLAS and cuDNN. */
EXPORT int ciss_cpu_enqueue(void *stream, int (*run)(void *), void *data, void (*destroy)(void *)) {
  std::shared_ptr<void> owned(data, destroy);
  return enqueue((Stream *)stream, [run, owned] { return (Status)run(owned.get()); });
}
EXPORT int ciss_cpu_is_device(const void *p, size_t bytes) { return is_device(p, bytes); }

API cuInit(unsigned) {
  initialized = true;
  return SUCCESS;
}
API cuDriverGetVersion(int *version) {
  *version = 13000;
  return SUCCESS;
}
API cuDeviceGetCount(int *count) {
  *count = 1;
  return initialized ? SUCCESS : NOT_INITIALIZED;
}
API cuDeviceGet(int *device, int ordinal) {
  if (!initialized) return NOT_INITIALIZED;
  *device = 0;
  return ordinal == 0 ? SUCCESS : INVALID_DEVICE;
}
API cuDeviceGetName(char *name, int length, int) {
  snprintf(name, (size_t)length, "cuda-on-cpu");
  return SUCCESS;
}
API cuDeviceGetUuid(unsigned char *uuid, int) {
  memcpy(uuid, "cuda-on-cpu\0\0\0\0\0", 16);
  return SUCCESS;
}
API cuDeviceGetAttribute(int *value, int which, int) {
  *value = attribute(which);
  return SUCCESS;
}
API cuDeviceComputeCapability(int *major, int *minor, int) {
  *major = CAPABILITY_MAJOR;
  *minor = CAPABILITY_MINOR;
  return SUCCESS;
}
API cuDeviceTotalMem_v2(size_t *bytes, int) {
  size_t free;
  memory_info(&free, bytes);
  return SUCCESS;
}

API cuDevicePrimaryCtxRetain(void **context, int) {
  if (!initialized) return NOT_INITIALIZED;
  *context = &context_handle;
  return SUCCESS;
}
API cuDevicePrimaryCtxRelease_v2(int) { return SUCCESS; }
API cuDevicePrimaryCtxReset_v2(int) {
  clear_sticky();
  return SUCCESS;
}
API cuDevicePrimaryCtxSetFlags_v2(int, unsigned) { return SUCCESS; }
API cuDevicePrimaryCtxGetState(int, unsigned *flags, int *active) {
  *flags = 0;
  *active = 1;
  return SUCCESS;
}
API cuCtxSetCurrent(void *context) {
  current_context = context;
  return SUCCESS;
}
API cuCtxGetCurrent(void **context) {
  *context = current_context;
  return SUCCESS;
}
API cuCtxGetDevice(int *device) {
  *device = 0;
  return current_context ? SUCCESS : INVALID_CONTEXT;
}
API cuCtxGetApiVersion(void *, unsigned *version) {
  *version = 13000;
  return SUCCESS;
}
API cuCtxGetStreamPriorityRange(int *least, int *greatest) {
  *least = 0;
  *greatest = -5;
  return SUCCESS;
}
API cuCtxSynchronize(void) {
  ENTER_UNCAPTURED();
  return drain_all();
}

API cuModuleLoadData(void **module, const void *image) {
  ENTER();
  return load_image(module, image);
}
API cuModuleLoadDataEx(void **module, const void *image, unsigned, void *, void *) {
  return cuModuleLoadData(module, image);
}
API cuModuleLoadFatBinary(void **module, const void *image) { return cuModuleLoadData(module, image); }
API cuModuleUnload(Module *module) {
  ENTER();
  std::lock_guard<std::recursive_mutex> held(execution);
  drain_all();
  for (size_t i = 0; i < modules.size(); i++) {
    if (modules[i] == module) {
      dlclose(module->library);
      delete module;
      modules.erase(modules.begin() + (ptrdiff_t)i);
      return SUCCESS;
    }
  }
  return INVALID_HANDLE;
}
API cuModuleGetFunction(Kernel **function, Module *module, const char *name) {
  ENTER();
  auto found = module->kernels.find(name);
  if (found == module->kernels.end()) return NOT_FOUND;
  *function = &found->second;
  return SUCCESS;
}
API cuFuncGetAttribute(int *value, int which, Kernel *kernel) {
  *value = which == 0 ? (int)kernel->threads : which == 8 ? (int)kernel->dynamic_shared_limit : 0;
  return SUCCESS;
}
API cuFuncSetAttribute(Kernel *kernel, int which, int value) {
  ENTER();
  if (which != 8) return SUCCESS;
  if (value < 0 || (size_t)value > MAX_SHARED) return INVALID_VALUE;
  kernel->dynamic_shared_limit = (size_t)value;
  return SUCCESS;
}
API cuFuncSetCacheConfig(Kernel *, int) { return SUCCESS; }
API cuOccupancyMaxActiveBlocksPerMultiprocessor(int *blocks, Kernel *kernel, int threads, size_t shared) {
  *blocks = threads != (int)kernel->threads || shared > MAX_SHARED ? 0 : 2048 / threads;
  return SUCCESS;
}

API cuLaunchKernel(Kernel *kernel, unsigned gx, unsigned gy, unsigned gz, unsigned bx, unsigned by, unsigned bz,
                   unsigned shared, Stream *stream, void **arguments, void **extra) {
  ENTER();
  if (!kernel || !is_stream(stream)) return INVALID_HANDLE;
  if (extra || (!arguments && !kernel->signature.empty())) return INVALID_VALUE;
  dim3 grid{gx, gy, gz};
  if (Status s = check_launch(*kernel, grid, {bx, by, bz}, shared)) return s;
  auto copied = std::make_shared<Arguments>(*kernel, arguments);
  return enqueue(stream, [=] {
    return run_blocks({kernel, grid, bx, shared, copied->addresses.data()});
  });
}
API cuLaunchHostFunc(Stream *stream, void (*function)(void *), void *data) {
  ENTER();
  if (!is_stream(stream)) return INVALID_HANDLE;
  return enqueue(stream, [=] {
    function(data);
    return SUCCESS;
  });
}

API cuMemAlloc_v2(void **memory, size_t bytes) {
  ENTER_UNCAPTURED();
  return allocate(bytes, memory);
}
API cuMemFree_v2(void *memory) {
  ENTER_UNCAPTURED();
  if (!memory) return SUCCESS;
  if (Status s = drain_all()) return s;
  return release(memory);
}
API cuMemGetInfo_v2(size_t *free, size_t *total) {
  ENTER();
  memory_info(free, total);
  return SUCCESS;
}
API cuMemGetAddressRange_v2(void **base, size_t *size, void *p) {
  ENTER();
  return is_device_range(p, base, size) ? SUCCESS : NOT_FOUND;
}
API cuMemHostAlloc(void **memory, size_t bytes, unsigned) {
  ENTER_UNCAPTURED();
  return allocate_pinned(bytes, memory);
}
API cuMemAllocHost_v2(void **memory, size_t bytes) { return cuMemHostAlloc(memory, bytes, 0); }
API cuMemFreeHost(void *memory) {
  ENTER_UNCAPTURED();
  if (Status s = drain_all()) return s;
  return release_pinned(memory);
}
API cuMemHostRegister_v2(void *memory, size_t bytes, unsigned) {
  ENTER_UNCAPTURED();
  pin(memory, bytes);
  return SUCCESS;
}
API cuMemHostUnregister(void *memory) {
  ENTER_UNCAPTURED();
  if (Status s = drain_all()) return s;
  return unpin(memory) ? SUCCESS : INVALID_VALUE;
}

API cuMemcpyHtoD_v2(void *to, const void *from, size_t bytes) {
  ENTER();
  return synchronous_copy("cuMemcpyHtoD", to, from, bytes, from);
}
API cuMemcpyDtoH_v2(void *to, const void *from, size_t bytes) {
  ENTER();
  return synchronous_copy("cuMemcpyDtoH", to, from, bytes, to);
}
API cuMemcpyDtoD_v2(void *to, const void *from, size_t bytes) {
  ENTER();
  return synchronous_copy("cuMemcpyDtoD", to, from, bytes, nullptr);
}
API cuMemcpyHtoDAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) {
  ENTER();
  return copy("cuMemcpyHtoDAsync", stream, to, from, bytes, from);
}
API cuMemcpyDtoHAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) {
  ENTER();
  return copy("cuMemcpyDtoHAsync", stream, to, from, bytes, to);
}
API cuMemcpyDtoDAsync_v2(void *to, const void *from, size_t bytes, Stream *stream) {
  ENTER();
  return copy("cuMemcpyDtoDAsync", stream, to, from, bytes, nullptr);
}
API cuMemsetD8_v2(void *p, unsigned char value, size_t count) {
  ENTER_UNCAPTURED();
  return fill("cuMemsetD8", nullptr, p, value, count);
}
API cuMemsetD16_v2(void *p, unsigned short value, size_t count) {
  ENTER_UNCAPTURED();
  return fill("cuMemsetD16", nullptr, p, value, count);
}
API cuMemsetD32_v2(void *p, unsigned value, size_t count) {
  ENTER_UNCAPTURED();
  return fill("cuMemsetD32", nullptr, p, value, count);
}
API cuMemsetD8Async(void *p, unsigned char value, size_t count, Stream *stream) {
  ENTER();
  return fill("cuMemsetD8Async", stream, p, value, count);
}
API cuMemsetD16Async(void *p, unsigned short value, size_t count, Stream *stream) {
  ENTER();
  return fill("cuMemsetD16Async", stream, p, value, count);
}
API cuMemsetD32Async(void *p, unsigned value, size_t count, Stream *stream) {
  ENTER();
  return fill("cuMemsetD32Async", stream, p, value, count);
}

API cuStreamCreateWithPriority(Stream **stream, unsigned flags, int priority) {
  ENTER();
  *stream = create_stream(flags == 0, priority);
  return SUCCESS;
}
API cuStreamCreate(Stream **stream, unsigned flags) { return cuStreamCreateWithPriority(stream, flags, 0); }
API cuStreamDestroy_v2(Stream *stream) {
  ENTER();
  if (!stream || !is_stream(stream)) return INVALID_HANDLE;
  destroy_stream(stream);
  return SUCCESS;
}
API cuStreamSynchronize(Stream *stream) {
  ENTER_UNCAPTURED();
  if (!is_stream(stream)) return INVALID_HANDLE;
  std::lock_guard<std::recursive_mutex> held(execution);
  return stream ? drain(stream, stream->submitted) : enqueue(nullptr, [] { return SUCCESS; });
}
API cuStreamQuery(Stream *stream) {
  ENTER();
  if (!is_stream(stream)) return INVALID_HANDLE;
  return stream && !stream->queue.empty() ? NOT_READY : SUCCESS;
}
API cuStreamGetFlags(Stream *stream, unsigned *flags) {
  if (!stream || !is_stream(stream)) return INVALID_HANDLE;
  *flags = stream->blocking ? 0 : 1;
  return SUCCESS;
}
API cuStreamGetPriority(Stream *stream, int *priority) {
  if (!stream || !is_stream(stream)) return INVALID_HANDLE;
  *priority = stream->priority;
  return SUCCESS;
}
API cuStreamWaitEvent(Stream *stream, Event *event, unsigned) {
  ENTER();
  return is_stream(stream) && event ? wait_for(stream, event) : INVALID_HANDLE;
}
API cuStreamBeginCapture_v2(Stream *stream, int mode) {
  ENTER();
  return is_stream(stream) ? begin_capture(stream, mode) : INVALID_HANDLE;
}
API cuStreamEndCapture(Stream *stream, Graph **graph) {
  ENTER();
  return is_stream(stream) ? end_capture(stream, graph) : INVALID_HANDLE;
}
API cuStreamIsCapturing(Stream *stream, int *status) {
  ENTER();
  if (!is_stream(stream)) return INVALID_HANDLE;
  *status = !stream || !stream->capture ? 0 : stream->capture->valid ? 1 : 2;
  return SUCCESS;
}

API cuEventCreate(Event **event, unsigned flags) {
  ENTER();
  *event = new Event{};
  (*event)->timed = !(flags & 2);
  return SUCCESS;
}
API cuEventDestroy_v2(Event *event) {
  ENTER();
  Status status = event->recorded ? synchronize_event(event) : SUCCESS;
  delete event;
  return status;
}
API cuEventRecord(Event *event, Stream *stream) {
  ENTER();
  return is_stream(stream) && event ? record(event, stream) : INVALID_HANDLE;
}
API cuEventSynchronize(Event *event) {
  ENTER_UNCAPTURED();
  return synchronize_event(event);
}
API cuEventQuery(Event *event) {
  ENTER();
  return event->recorded && !event->done ? NOT_READY : SUCCESS;
}
API cuEventElapsedTime(float *milliseconds, Event *start, Event *end) {
  ENTER();
  if (!start->recorded || !end->recorded || !start->timed || !end->timed) return INVALID_HANDLE;
  if (!start->done || !end->done) return NOT_READY;
  *milliseconds = (float)(end->milliseconds - start->milliseconds);
  return SUCCESS;
}

API cuGraphInstantiateWithFlags(Graph **executable, Graph *graph, unsigned long long) {
  ENTER();
  if (!graph) return INVALID_VALUE;
  *executable = new Graph(*graph);
  return SUCCESS;
}
API cuGraphUpload(Graph *, Stream *) { return SUCCESS; }
API cuGraphLaunch(Graph *executable, Stream *stream) {
  ENTER();
  if (!executable || !is_stream(stream)) return INVALID_HANDLE;
  auto operations = std::make_shared<std::vector<Operation>>(executable->operations);
  return enqueue(stream, [operations] {
    for (const Operation &operation : *operations) {
      if (Status s = operation()) return s;
    }
    return SUCCESS;
  });
}
API cuGraphExecDestroy(Graph *executable) {
  delete executable;
  return SUCCESS;
}
API cuGraphDestroy(Graph *graph) {
  delete graph;
  return SUCCESS;
}
API cuGraphGetNodes(Graph *graph, void **nodes, size_t *count) {
  if (nodes) return NOT_SUPPORTED;
  *count = graph->operations.size();
  return SUCCESS;
}

struct ErrorText {
  int code;
  const char *name, *text;
};
static const ErrorText ERRORS[] = {
    {0, "CUDA_SUCCESS", "no error"},
    {1, "CUDA_ERROR_INVALID_VALUE", "invalid argument"},
    {2, "CUDA_ERROR_OUT_OF_MEMORY", "out of memory"},
    {3, "CUDA_ERROR_NOT_INITIALIZED", "initialization error"},
    {101, "CUDA_ERROR_INVALID_DEVICE", "invalid device ordinal"},
    {201, "CUDA_ERROR_INVALID_CONTEXT", "invalid device context"},
    {209, "CUDA_ERROR_NO_BINARY_FOR_GPU", "no kernel image is available for execution on the device"},
    {400, "CUDA_ERROR_INVALID_HANDLE", "invalid resource handle"},
    {500, "CUDA_ERROR_NOT_FOUND", "named symbol not found"},
    {600, "CUDA_ERROR_NOT_READY", "device not ready"},
    {700, "CUDA_ERROR_ILLEGAL_ADDRESS", "an illegal memory access was encountered"},
    {716, "CUDA_ERROR_MISALIGNED_ADDRESS", "misaligned address"},
    {719, "CUDA_ERROR_LAUNCH_FAILED", "unspecified launch failure"},
    {801, "CUDA_ERROR_NOT_SUPPORTED", "operation not supported"},
    {900, "CUDA_ERROR_STREAM_CAPTURE_UNSUPPORTED", "operation not permitted when stream is capturing"},
    {901, "CUDA_ERROR_STREAM_CAPTURE_INVALIDATED", "operation failed due to a previous error during capture"},
    {905, "CUDA_ERROR_STREAM_CAPTURE_ISOLATION", "dependency created on uncaptured work in another stream"},
};
API cuGetErrorName(int code, const char **name) {
  for (const ErrorText &e : ERRORS) {
    if (e.code == code) return *name = e.name, SUCCESS;
  }
  *name = nullptr;
  return INVALID_VALUE;
}
API cuGetErrorString(int code, const char **text) {
  for (const ErrorText &e : ERRORS) {
    if (e.code == code) return *text = e.text, SUCCESS;
  }
  *text = nullptr;
  return INVALID_VALUE;
}
