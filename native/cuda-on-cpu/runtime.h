/* What the parts of the stand-in's libcuda.so.1 share. Codes are those of the CUDA driver API. */
#pragma once
#include <math.h>
#include <stddef.h>
#include <stdint.h>

#include <functional>
#include <string>
#include <vector>

#include "cpu_rt.h"

#define EXPORT extern "C" __attribute__((visibility("default")))

enum Status {
  SUCCESS = 0,
  INVALID_VALUE = 1,
  OUT_OF_MEMORY = 2,
  NOT_INITIALIZED = 3,
  INVALID_DEVICE = 101,
  INVALID_CONTEXT = 201,
  NO_BINARY_FOR_GPU = 209,
  FILE_NOT_FOUND = 301,
  INVALID_HANDLE = 400,
  NOT_FOUND = 500,
  NOT_READY = 600,
  ILLEGAL_ADDRESS = 700,
  LAUNCH_OUT_OF_RESOURCES = 701,
  MISALIGNED_ADDRESS = 716,
  LAUNCH_FAILED = 719,
  NOT_SUPPORTED = 801,
  CAPTURE_UNSUPPORTED = 900,
  CAPTURE_INVALIDATED = 901,
};

struct Kernel {
  std::string name, signature;
  void (*function)(void);
  void (*call)(void (*)(void), void **);
  unsigned threads;
  size_t dynamic_shared = 0;
  size_t dynamic_shared_limit = 48 << 10;
};

struct Launch {
  const Kernel *kernel;
  dim3 grid;
  unsigned threads;
  size_t dynamic_shared;
  void **arguments;
};

/* scheduler.cpp: runs all blocks of a launch, one after another. One launch at a time: the caller holds the lock. */
Status run_blocks(const Launch &launch);
void set_schedule(uint64_t seed);
/* warp.cpp: turns what 32 lanes handed in into what they get back. */
void combine_lanes(ciss_cpu_op op, ciss_cpu_lane *lanes);

/* memory.cpp */
Status allocate(size_t size, void **memory);
Status release(void *memory);
/* Whether [p, p+size) lies in one live allocation. */
bool is_device(const void *p, size_t size);
bool is_device_range(const void *p, void **base, size_t *size);
void memory_info(size_t *free, size_t *total);
Status allocate_pinned(size_t size, void **memory);
Status release_pinned(void *memory);
void pin(const void *p, size_t size);
bool unpin(const void *p);
bool is_pinned(const void *p, size_t size);
/* In words, where an address lies: "12 bytes past the end of 4096 bytes of device memory". Safe in a signal handler. */
void describe_address(const void *p, char *text, size_t size);

/* streams.cpp */
using Operation = std::function<Status()>;
struct Stream;
/* Runs it now, queues it (lazy) or records it (capture); null is the legacy stream. */
Status enqueue(Stream *stream, Operation operation);
Status drain_all();
/* The first failure of asynchronous work: every later call answers it. */
Status sticky();
void set_sticky(Status status);
void clear_sticky();
bool unsafe_in_capture();

/* Names the mistake on stderr and keeps it for ciss_cpu_last_error. */
Status report(Status status, const char *format, ...) __attribute__((format(printf, 2, 3)));
