/*
 * Runs the threads of a block as fibers on the calling thread. A fiber gives way only at a barrier, at a warp operation
 * and at its end; then the next ready one goes on, in the order of their numbers (seed 0) or in a random order that
 * (seed, block) determines. Nothing is ready and not all are done: a divergent barrier or a deadlock.
 */
#include <dlfcn.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include <mutex>

#include "runtime.h"

namespace {

enum { MAX_THREADS = 1024, WARPS = MAX_THREADS / 32 };
constexpr size_t STACK = 128 << 10, PAGE = 4096;
constexpr size_t SHARED = 256 << 10; /* more than a block may have */
constexpr uint32_t POISON = 0x7FA1DEAD; /* a NaN as fp32 and as bf16 */

struct AsyncCopy {
  void *to;
  const void *from; /* null: zeros */
  int group;
};

struct Fiber {
  void *sp;
  void *stack;
  bool started;
  int group;
  std::vector<AsyncCopy> copies;
};

struct Warp {
  uint32_t full, ready, arrived;
  int parity;
  ciss_cpu_op op;
  const char *file;
  int line;
  ciss_cpu_lane lanes[2][32];
};

Fiber fibers[MAX_THREADS];
Warp warps[WARPS];
std::vector<void *> free_stacks;
char *stacks, *shared_end;
void *main_sp;
const Launch *now;
int current = -1; /* the fiber that runs; -1: none */
unsigned threads, warp_count, waiting, gone;
const char *barrier_file;
int barrier_line;
void *shared_memory;
size_t shared_size;
Status failure;
uint64_t schedule_seed, random_state;
int stretch;
pthread_t executor;
char last_error[1024];

extern "C" void ciss_cpu_switch(void **save, void *to);
__asm__(
    ".text\n.globl ciss_cpu_switch\n.hidden ciss_cpu_switch\n.type ciss_cpu_switch,@function\nciss_cpu_switch:\n"
    "  push %rbp\n  push %rbx\n  push %r12\n  push %r13\n  push %r14\n  push %r15\n"
    "  mov %rsp, (%rdi)\n  mov %rsi, %rsp\n"
    "  pop %r15\n  pop %r14\n  pop %r13\n  pop %r12\n  pop %rbx\n  pop %rbp\n  ret\n"
    ".size ciss_cpu_switch, .-ciss_cpu_switch\n");

uint32_t draw(uint32_t bound) {
  random_state = random_state * 6364136223846793005u + 1442695040888963407u;
  return (uint32_t)((random_state >> 33) % bound);
}

int lowest(uint32_t bits) { return __builtin_ctz(bits); }

int nth_bit(uint32_t bits, int n) {
  while (n-- > 0) bits &= bits - 1;
  return lowest(bits);
}

/* The ready fiber that goes on after the current one; -1 if there is none. */
int next_ready() {
  unsigned w = (unsigned)current >> 5;
  if (schedule_seed) {
    if (!warps[w].ready || --stretch <= 0) {
      unsigned first = draw(warp_count);
      for (unsigned i = 0; i < warp_count; i++) {
        w = (first + i) % warp_count;
        if (warps[w].ready) break;
      }
      stretch = 1 + (int)draw(200);
    }
    uint32_t ready = warps[w].ready;
    return ready ? (int)(w * 32) + nth_bit(ready, (int)draw((uint32_t)__builtin_popcount(ready))) : -1;
  }
  for (unsigned i = 0; i <= warp_count; i++) {
    uint32_t ready = warps[w].ready;
    if (i == 0) {
      uint32_t after = ready & ~(uint32_t)((2ull << (current & 31)) - 1);
      if (after) ready = after;
    }
    if (ready) return (int)(w * 32) + lowest(ready);
    w = w + 1 == warp_count ? 0 : w + 1;
  }
  return -1;
}

void become(int fiber) {
  current = fiber;
  ciss_cpu_now.thread.x = (unsigned)fiber;
}

void fiber_main();

void *fresh_stack(void *stack) {
  /* Staggered, so that the busy ends of the stacks do not all fall into the same sets of the cache. */
  size_t index = (size_t)((char *)stack - stacks) / STACK;
  void **top = (void **)((char *)stack + STACK - 64 - index % 59 * 320);
  *--top = nullptr; /* where a return address would be: fiber_main never returns */
  *--top = (void *)fiber_main;
  return top - 6;
}

/* Leaves the current fiber for another one, or for the scheduler's caller. */
void go_to(int fiber) {
  if (fiber == current) return;
  void **save = &fibers[current].sp;
  if (fiber < 0) {
    ciss_cpu_switch(save, main_sp);
    return;
  }
  become(fiber);
  Fiber &f = fibers[fiber];
  if (!f.started) {
    f.started = true;
    f.stack = free_stacks.back();
    free_stacks.pop_back();
    f.sp = fresh_stack(f.stack);
  }
  ciss_cpu_switch(save, f.sp);
}

/* Every fiber's body: threads one after another, as long as they do not wait. */
void fiber_main() {
  for (;;) {
    now->kernel->call(now->kernel->function, now->arguments);
    Fiber &done = fibers[current];
    if (!done.copies.empty()) {
      failure = report(LAUNCH_FAILED, "asynchronous copy without wait at the end of %s block (%u,%u,%u) thread %d",
                       now->kernel->name.c_str(), blockIdx.x, blockIdx.y, blockIdx.z, current);
      go_to(-1);
    }
    gone++;
    warps[current >> 5].ready &= ~(1u << (current & 31));
    int next = next_ready();
    if (next >= 0 && !fibers[next].started) {
      fibers[next].started = true;
      fibers[next].stack = done.stack;
      become(next);
      continue;
    }
    free_stacks.push_back(done.stack);
    go_to(next);
  }
}

void fail_now(Status status) {
  failure = status;
  go_to(-1);
}

/* Nothing is ready and threads are left: says why. */
Status stuck() {
  unsigned at_operation = threads - gone - waiting;
  const char *kernel = now->kernel->name.c_str();
  if (at_operation == 0) {
    return report(LAUNCH_FAILED, "divergent barrier at %s:%d in %s block (%u,%u,%u): %u waiting, %u gone", barrier_file,
                  barrier_line, kernel, blockIdx.x, blockIdx.y, blockIdx.z, waiting, gone);
  }
  for (unsigned w = 0; w < warp_count; w++) {
    if (warps[w].arrived) {
      return report(LAUNCH_FAILED,
                    "deadlock in %s block (%u,%u,%u): barrier %u warp-op %u gone %u; "
                    "%d of 32 lanes of warp %u at %s:%d",
                    kernel, blockIdx.x, blockIdx.y, blockIdx.z, waiting, at_operation, gone,
                    __builtin_popcount(warps[w].arrived), w, warps[w].file, warps[w].line);
    }
  }
  return report(LAUNCH_FAILED, "deadlock in %s", kernel);
}

void start_block() {
  waiting = gone = 0;
  shared_memory = nullptr;
  failure = SUCCESS;
  free_stacks.clear();
  for (int i = MAX_THREADS - 1; i >= 0; i--) free_stacks.push_back(stacks + (size_t)i * STACK);
  for (unsigned i = 0; i < threads; i++) {
    fibers[i].started = false;
    fibers[i].group = 0;
    fibers[i].copies.clear();
  }
  for (unsigned w = 0; w < warp_count; w++) {
    warps[w].full = warps[w].ready = ~0u;
    warps[w].arrived = 0;
  }
  random_state = schedule_seed * 0x9E3779B97F4A7C15u + ((uint64_t)blockIdx.z * 65536 + blockIdx.y) * 7919 + blockIdx.x;
  stretch = 0;
}

Status run_block() {
  start_block();
  int first = schedule_seed ? (int)draw(threads) : 0;
  become(first);
  fibers[first].started = true;
  fibers[first].stack = free_stacks.back();
  free_stacks.pop_back();
  ciss_cpu_switch(&main_sp, fresh_stack(fibers[first].stack));
  current = -1;
  if (failure) return failure;
  return gone == threads ? SUCCESS : stuck();
}

void describe(const void *p, char *text, size_t size) {
  if (p >= shared_end && p < shared_end + PAGE) {
    snprintf(text, size, "access %zu bytes behind the end of shared memory", (size_t)((char *)p - shared_end));
  } else {
    describe_address(p, text, size);
  }
}

struct sigaction before_segv, before_bus, before_fpe;

/* A fault in a kernel ends the launch as it would on a device; any other goes to whoever was there before (the JVM). */
void on_fault(int signal, siginfo_t *info, void *context) {
  if (current >= 0 && pthread_equal(pthread_self(), executor)) {
    sigset_t one;
    sigemptyset(&one);
    sigaddset(&one, signal);
    pthread_sigmask(SIG_UNBLOCK, &one, nullptr);
    char where[256] = "division by zero";
    if (signal != SIGFPE) describe(info->si_addr, where, sizeof where);
    const ucontext_t *machine = (const ucontext_t *)context;
    Dl_info symbol{};
    void *ip = (void *)machine->uc_mcontext.gregs[REG_RIP];
    dladdr(ip, &symbol);
    failure = report(ILLEGAL_ADDRESS, "%s in %s block (%u,%u,%u) thread %d, at %s+0x%zx", where,
                     now->kernel->name.c_str(), blockIdx.x, blockIdx.y, blockIdx.z, current,
                     symbol.dli_sname ? symbol.dli_sname : "?",
                     symbol.dli_sname ? (size_t)((char *)ip - (char *)symbol.dli_saddr) : (size_t)0);
    go_to(-1);
  }
  struct sigaction *before = signal == SIGSEGV ? &before_segv : signal == SIGBUS ? &before_bus : &before_fpe;
  if (before->sa_flags & SA_SIGINFO) {
    before->sa_sigaction(signal, info, context);
  } else if (before->sa_handler == SIG_DFL || before->sa_handler == SIG_IGN) {
    sigaction(signal, before, nullptr); /* the instruction runs again and meets the default */
  } else {
    before->sa_handler(signal);
  }
}

void set_up() {
  size_t size = (size_t)MAX_THREADS * STACK + 2 * PAGE + SHARED;
  char *area = (char *)mmap(nullptr, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (area == MAP_FAILED) {
    perror("cuda-on-cpu: mmap");
    abort();
  }
  stacks = area + PAGE;
  mprotect(area, PAGE, PROT_NONE);
  shared_end = area + size - PAGE;
  mprotect(shared_end, PAGE, PROT_NONE);
  struct sigaction action {};
  action.sa_sigaction = on_fault;
  action.sa_flags = SA_SIGINFO | SA_ONSTACK;
  sigaction(SIGSEGV, &action, &before_segv);
  sigaction(SIGBUS, &action, &before_bus);
  sigaction(SIGFPE, &action, &before_fpe);
  if (const char *seed = getenv("CISS_CPU_SEED")) schedule_seed = strtoull(seed, nullptr, 10);
}

bool same_place(const char *file, int line, const char *other, int other_line) {
  return line == other_line && (file == other || strcmp(file, other) == 0);
}

void poison(void *p, size_t bytes) {
  uint32_t *words = (uint32_t *)p;
  for (size_t i = 0; i < bytes / 4; i++) words[i] = POISON;
}

}  // namespace

EXPORT ciss_cpu_indices ciss_cpu_now;
ciss_cpu_indices ciss_cpu_now;

void set_schedule(uint64_t seed) { schedule_seed = seed; }

Status run_blocks(const Launch &launch) {
  static std::once_flag once;
  std::call_once(once, set_up);
  executor = pthread_self();
  now = &launch;
  threads = launch.threads;
  warp_count = threads / 32;
  ciss_cpu_now.block_dim = {threads, 1, 1};
  ciss_cpu_now.grid_dim = launch.grid;
  ciss_cpu_now.thread = {0, 0, 0};
  for (unsigned z = 0; z < launch.grid.z; z++) {
    for (unsigned y = 0; y < launch.grid.y; y++) {
      for (unsigned x = 0; x < launch.grid.x; x++) {
        ciss_cpu_now.block = {x, y, z};
        Status status = run_block();
        if (status) return status;
      }
    }
  }
  return SUCCESS;
}

EXPORT void ciss_cpu_barrier(const char *file, int line) {
  if (waiting == 0) {
    barrier_file = file;
    barrier_line = line;
  } else if (!same_place(file, line, barrier_file, barrier_line)) {
    fail_now(report(LAUNCH_FAILED, "divergent barrier in %s block (%u,%u,%u): %u waiting at %s:%d, thread %d at %s:%d",
                    now->kernel->name.c_str(), blockIdx.x, blockIdx.y, blockIdx.z, waiting, barrier_file, barrier_line,
                    current, file, line));
  }
  if (++waiting == threads) {
    waiting = 0;
    for (unsigned w = 0; w < warp_count; w++) warps[w].ready = warps[w].full;
    if (schedule_seed) go_to(next_ready());
    return;
  }
  warps[current >> 5].ready &= ~(1u << (current & 31));
  go_to(next_ready());
}

EXPORT const ciss_cpu_lane *ciss_cpu_warp(ciss_cpu_op op, const uint32_t *words, int count, const char *file,
                                          int line) {
  Warp &w = warps[current >> 5];
  uint32_t bit = 1u << (current & 31);
  ciss_cpu_lane *lanes = w.lanes[w.parity];
  for (int i = 0; i < count; i++) lanes[current & 31].words[i] = words[i];
  if (!w.arrived) {
    w.op = op;
    w.file = file;
    w.line = line;
  } else if (op != w.op || !same_place(file, line, w.file, w.line)) {
    fail_now(report(LAUNCH_FAILED,
                    "divergent warp operation in %s block (%u,%u,%u): thread %d at %s:%d, others at %s:%d",
                    now->kernel->name.c_str(), blockIdx.x, blockIdx.y, blockIdx.z, current, file, line, w.file,
                    w.line));
  }
  w.arrived |= bit;
  if (w.arrived == w.full) {
    combine_lanes(op, lanes);
    w.arrived = 0;
    w.parity ^= 1;
    w.ready = w.full;
    if (schedule_seed) go_to(next_ready());
    return lanes;
  }
  w.ready &= ~bit;
  go_to(next_ready());
  return lanes;
}

/* The block's one area, poisoned when its first thread asks for it, its end against an unreadable page. */
EXPORT void *ciss_cpu_shared(size_t size, int dynamic, const char *file, int line) {
  if (shared_memory) {
    if (size == shared_size) return shared_memory;
    fail_now(report(INVALID_VALUE, "two areas of shared memory, %zu and %zu bytes, in one kernel at %s:%d", shared_size,
                    size, file, line));
  }
  if (dynamic ? size != now->dynamic_shared : now->dynamic_shared != 0) {
    fail_now(report(INVALID_VALUE, "no REGISTER_SHARED(%s, ...) for the %zu bytes of %s:%d", now->kernel->name.c_str(),
                    size, file, line));
  }
  size_t rounded = (size + 15) & ~(size_t)15;
  shared_size = size;
  shared_memory = shared_end - rounded;
  poison(shared_memory, rounded);
  return shared_memory;
}

EXPORT void ciss_cpu_misaligned(const void *p, int bytes) {
  fail_now(report(MISALIGNED_ADDRESS, "misaligned access of %d bytes at %p in %s block (%u,%u,%u) thread %d", bytes, p,
                  now->kernel->name.c_str(), blockIdx.x, blockIdx.y, blockIdx.z, current));
}

/* The copy happens at the wait and no earlier; until then the target holds poison. */
EXPORT void ciss_cpu_copy_async(void *shared, const void *global, bool valid, const char *file, int line) {
  if (((uintptr_t)shared | (valid ? (uintptr_t)global : 0)) & 15) {
    fail_now(report(MISALIGNED_ADDRESS, "misaligned asynchronous copy at %s:%d in %s", file, line,
                    now->kernel->name.c_str()));
  }
  if ((char *)shared < (char *)shared_memory || (char *)shared + 16 > shared_end || !shared_memory) {
    fail_now(report(ILLEGAL_ADDRESS, "asynchronous copy to no shared memory at %s:%d in %s", file, line,
                    now->kernel->name.c_str()));
  }
  Fiber &f = fibers[current];
  f.copies.push_back({shared, valid ? global : nullptr, f.group});
  poison(shared, 16);
}

EXPORT void ciss_cpu_copy_commit(void) { fibers[current].group++; }

EXPORT void ciss_cpu_copy_wait(int groups) {
  Fiber &f = fibers[current];
  size_t kept = 0;
  for (const AsyncCopy &copy : f.copies) {
    if (copy.group >= f.group - groups) {
      f.copies[kept++] = copy;
    } else if (copy.from) {
      memcpy(copy.to, copy.from, 16);
    } else {
      memset(copy.to, 0, 16);
    }
  }
  f.copies.resize(kept);
}

Status report(Status status, const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(last_error, sizeof last_error, format, arguments);
  va_end(arguments);
  fprintf(stderr, "cuda-on-cpu: %s\n", last_error);
  return status;
}

EXPORT const char *ciss_cpu_last_error(void) { return last_error; }
