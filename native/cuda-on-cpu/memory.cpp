/*
 * Device memory of the stand-in. Every allocation has a mapping of its own that ends at an unreadable page (sizes are
 * rounded to 256 bytes) and starts after one; fresh memory is NaN; freed memory stays unreadable and is not used again.
 */
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>

#include <map>
#include <mutex>

#include "runtime.h"

namespace {

constexpr size_t PAGE = 4096;

struct Area {
  size_t size;    /* as asked for */
  char *mapping;
  size_t mapped;
  bool live;
};

std::mutex lock;
std::map<uintptr_t, Area> areas; /* by first address, freed ones too */
std::map<uintptr_t, size_t> pinned;
size_t used;

size_t round_up(size_t n, size_t to) { return (n + to - 1) / to * to; }

size_t total_memory() {
  const char *given = getenv("CISS_CPU_MEMORY");
  return given ? strtoull(given, nullptr, 10) : (size_t)16 << 30;
}

/* The area whose mapping, guard pages included, holds p. */
const std::pair<const uintptr_t, Area> *area_of(const void *p) {
  auto next = areas.upper_bound((uintptr_t)p + PAGE);
  while (next != areas.begin()) {
    --next;
    const Area &a = next->second;
    if ((char *)p >= a.mapping && (char *)p < a.mapping + a.mapped) return &*next;
    if ((char *)p >= a.mapping + a.mapped) return nullptr;
  }
  return nullptr;
}

}  // namespace

Status allocate(size_t size, void **memory) {
  if (!memory || size == 0) return INVALID_VALUE;
  std::lock_guard<std::mutex> held(lock);
  size_t rounded = round_up(size, 256);
  if (used + rounded > total_memory()) return OUT_OF_MEMORY;
  size_t body = round_up(rounded, PAGE), mapped = body + 2 * PAGE;
  char *mapping = (char *)mmap(nullptr, mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (mapping == MAP_FAILED || mprotect(mapping + PAGE, body, PROT_READ | PROT_WRITE)) return OUT_OF_MEMORY;
  char *first = mapping + PAGE + body - rounded;
  memset(first, 0xff, rounded);
  areas[(uintptr_t)first] = {size, mapping, mapped, true};
  used += rounded;
  *memory = first;
  return SUCCESS;
}

Status release(void *memory) {
  std::lock_guard<std::mutex> held(lock);
  auto found = areas.find((uintptr_t)memory);
  if (found == areas.end() || !found->second.live) {
    return report(INVALID_VALUE, "free of %p, no live allocation", memory);
  }
  Area &a = found->second;
  a.live = false;
  used -= round_up(a.size, 256);
  mmap(a.mapping, a.mapped, PROT_NONE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE | MAP_FIXED, -1, 0);
  return SUCCESS;
}

bool is_device_range(const void *p, void **base, size_t *size) {
  std::lock_guard<std::mutex> held(lock);
  auto next = areas.upper_bound((uintptr_t)p);
  if (next == areas.begin()) return false;
  --next;
  const Area &a = next->second;
  if (!a.live || (uintptr_t)p >= next->first + a.size) return false;
  if (base) *base = (void *)next->first;
  if (size) *size = a.size;
  return true;
}

bool is_device(const void *p, size_t bytes) {
  void *base;
  size_t size;
  return is_device_range(p, &base, &size) && (size_t)((char *)p - (char *)base) + bytes <= size;
}

void memory_info(size_t *free, size_t *total) {
  std::lock_guard<std::mutex> held(lock);
  *total = total_memory();
  *free = *total - used;
}

Status allocate_pinned(size_t size, void **memory) {
  if (!memory || size == 0) return INVALID_VALUE;
  *memory = aligned_alloc(PAGE, round_up(size, PAGE));
  if (!*memory) return OUT_OF_MEMORY;
  pin(*memory, size);
  return SUCCESS;
}

Status release_pinned(void *memory) {
  if (!unpin(memory)) return report(INVALID_VALUE, "free of %p, no pinned memory", memory);
  free(memory);
  return SUCCESS;
}

void pin(const void *p, size_t size) {
  std::lock_guard<std::mutex> held(lock);
  pinned[(uintptr_t)p] = size;
}

bool unpin(const void *p) {
  std::lock_guard<std::mutex> held(lock);
  return pinned.erase((uintptr_t)p) > 0;
}

bool is_pinned(const void *p, size_t bytes) {
  std::lock_guard<std::mutex> held(lock);
  auto next = pinned.upper_bound((uintptr_t)p);
  if (next == pinned.begin()) return false;
  --next;
  return (uintptr_t)p + bytes <= next->first + next->second;
}

void describe_address(const void *p, char *text, size_t size) {
  const auto *found = area_of(p);
  if (!found) {
    snprintf(text, size, "access to %p, no device memory", p);
    return;
  }
  const Area &a = found->second;
  long long offset = (long long)((uintptr_t)p - found->first);
  if (!a.live) {
    snprintf(text, size, "access to freed device memory (byte %lld of %zu)", offset, a.size);
  } else if (offset < 0) {
    snprintf(text, size, "access %lld bytes before device memory of %zu bytes", -offset, a.size);
  } else {
    snprintf(text, size, "access at byte %lld of device memory of %zu bytes", offset, a.size);
  }
}
