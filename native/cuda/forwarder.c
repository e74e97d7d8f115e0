/*
 * The look-up behind forwarder.S: TARGET_LIBRARY is the newer library, already opened by the program or found by the loader,
 * NOT_SUPPORTED the status of its kind that a function gets which the newer library no longer has.
 */
#include <dlfcn.h>
#include <stdint.h>
#include <stdio.h>

extern void *ciss_forward_slots[] __attribute__((visibility("hidden")));
extern const char *const ciss_forward_names[] __attribute__((visibility("hidden")));

static int64_t not_supported(void) { return NOT_SUPPORTED; }

/* Threads that come here together store the same address. */
__attribute__((visibility("hidden"))) void *ciss_forward_resolve(int64_t index) {
  void *library = dlopen(TARGET_LIBRARY, RTLD_NOW | RTLD_LOCAL);
  void *function = library == NULL ? NULL : dlsym(library, ciss_forward_names[index]);
  if (function == NULL) {
    const char *reason = dlerror();
    fprintf(stderr, "warning: %s in %s: %s\n", ciss_forward_names[index], TARGET_LIBRARY,
            reason == NULL ? "no such function" : reason);
    function = (void *)not_supported;
  }
  __atomic_store_n(&ciss_forward_slots[index], function, __ATOMIC_RELEASE);
  return function;
}
