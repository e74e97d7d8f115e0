/* Memory outside the Java heap: zeroed, page aligned, and physical only where it has been touched. */

#define _GNU_SOURCE
#include <malloc.h>
#include <stdint.h>
#include <sys/mman.h>
#include <unistd.h>

#define EXPORT __attribute__((visibility("default")))

/* Address of `bytes` zero bytes, or 0 if the system refuses. */
EXPORT int64_t ciss_memory_map(int64_t bytes) {
  void *address = mmap(0, (size_t)bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  return address == MAP_FAILED ? 0 : (int64_t)address;
}

/* 0, or -1 if [address, address + bytes) is not a mapping. */
EXPORT int32_t ciss_memory_unmap(int64_t address, int64_t bytes) { return munmap((void *)address, (size_t)bytes); }

/*
 * Lets the C library give memory back at once. By itself it stops doing so after the first large blocks were freed, and
 * keeps what the generation of oneDNN's code and the Java compiler used for a moment: 40 MB in a small training.
 */
EXPORT void ciss_memory_return_freed(void) {
  mallopt(M_MMAP_THRESHOLD, 256 << 10);
  mallopt(M_TRIM_THRESHOLD, 1 << 20);
}

/* Bytes of memory of this machine. */
EXPORT int64_t ciss_memory_physical(void) { return (int64_t)sysconf(_SC_PHYS_PAGES) * sysconf(_SC_PAGESIZE); }
