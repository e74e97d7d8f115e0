/*
 * Plants faults in kernels and in calls of the driver and checks that the stand-in finds each one, and finds nothing in
 * what is right. A line per check, 'ok' or 'FAILED' first; exit status 1 if any failed.
 */
#include <math.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <string>
#include <vector>

extern "C" {
int cuInit(unsigned);
int cuDevicePrimaryCtxRetain(void **, int);
int cuDevicePrimaryCtxReset_v2(int);
int cuCtxSetCurrent(void *);
int cuCtxSynchronize(void);
int cuModuleLoadData(void **, const void *);
int cuModuleGetFunction(void **, void *, const char *);
int cuMemAlloc_v2(void **, size_t);
int cuMemFree_v2(void *);
int cuMemcpyHtoD_v2(void *, const void *, size_t);
int cuMemcpyDtoH_v2(void *, const void *, size_t);
int cuMemHostAlloc(void **, size_t, unsigned);
int cuMemcpyHtoDAsync_v2(void *, const void *, size_t, void *);
int cuMemsetD8_v2(void *, unsigned char, size_t);
int cuStreamCreate(void **, unsigned);
int cuStreamSynchronize(void *);
int cuStreamBeginCapture_v2(void *, int);
int cuStreamEndCapture(void *, void **);
int cuStreamWaitEvent(void *, void *, unsigned);
int cuEventCreate(void **, unsigned);
int cuEventRecord(void *, void *);
int cuGraphInstantiateWithFlags(void **, void *, unsigned long long);
int cuGraphLaunch(void *, void *);
int cuArrayDestroy(void *);
int cuLaunchKernel(void *, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, unsigned, void *, void **,
                   void **);
const char *ciss_cpu_last_error(void);
void ciss_cpu_set_seed(uint64_t);
void ciss_cpu_set_lazy(int);
}

namespace {

void *module;
int failed;
constexpr size_t BYTES = 256 * sizeof(float);

void check(bool right, const char *name, const char *found) {
  printf("%s %s: %s\n", right ? "ok" : "FAILED", name, found);
  failed += !right;
}

void *device(const std::vector<float> &values) {
  void *p;
  cuMemAlloc_v2(&p, values.size() * sizeof(float));
  cuMemcpyHtoD_v2(p, values.data(), values.size() * sizeof(float));
  return p;
}

std::vector<float> ramp(size_t n) {
  std::vector<float> v(n);
  for (size_t i = 0; i < n; i++) v[i] = (float)((i * 37) % 101) / 16 - 3;
  return v;
}

int launch(const char *name, unsigned threads, std::vector<void *> pointers, void *stream = nullptr) {
  void *function;
  if (cuModuleGetFunction(&function, module, name)) return -1;
  std::vector<void *> arguments;
  for (void *&p : pointers) arguments.push_back(&p);
  return cuLaunchKernel(function, 1, 1, 1, threads, 1, 1, 0, stream, arguments.data(), nullptr);
}

std::vector<float> read(void *p, size_t n) {
  std::vector<float> v(n);
  if (cuMemcpyDtoH_v2(v.data(), p, n * sizeof(float))) v.assign(n, NAN);
  return v;
}

/* The launch has to fail with this status and a message that contains the text. */
void fails(const char *name, unsigned threads, std::vector<void *> pointers, int status, const char *text) {
  int got = launch(name, threads, pointers);
  int after = cuCtxSynchronize();
  std::string message = ciss_cpu_last_error();
  check(got == status && after == status && message.find(text) != std::string::npos, name, message.c_str());
  cuDevicePrimaryCtxReset_v2(0);
}

/* The launch goes through, but what it computes is visibly wrong: NaN, or not the expected values. */
void wrong_result(const char *name, unsigned threads, const std::vector<float> &expected, bool has_input) {
  void *in = device(ramp(256)), *out = device(std::vector<float>(256));
  int status = has_input ? launch(name, threads, {in, out}) : launch(name, threads, {out});
  std::vector<float> got = read(out, expected.size());
  check(status == 0 && got != expected, name, "its result is wrong, as it has to be");
}

void faults_in_kernels() {
  std::vector<float> in = ramp(256), reversed(in.rbegin(), in.rend()), shifted(in);
  for (int i = 255; i > 0; i--) shifted[(size_t)i] = in[(size_t)i - 1];
  shifted[0] = 0;
  void *x = device(in), *out = device(std::vector<float>(256));
  fails("divergent_barrier", 32, {out}, 719, "divergent barrier at");
  fails("two_barriers", 64, {out}, 719, "divergent barrier in two_barriers");
  fails("half_warp_shuffle", 32, {out}, 719,
        "deadlock in half_warp_shuffle block (0,0,0): barrier 0 warp-op 16 gone 16");
  fails("shared_overrun", 32, {out}, 700,
        "behind the end of shared memory in shared_overrun block (0,0,0) thread 31, at shared_overrun+");
  fails("device_overrun", 32, {out}, 700, "access at byte 1024 of device memory of 1024 bytes in device_overrun");
  fails("misaligned", 32, {x, out}, 716, "misaligned access of 16 bytes");
  fails("never_waited", 32, {x, out}, 719, "asynchronous copy without wait");
  wrong_result("missing_barrier", 256, reversed, true);
  wrong_result("uninitialised_shared", 32, std::vector<float>(32), false);
  wrong_result("missing_wait", 32, {in[0], in[4], in[8]}, true);
  launch("order_dependent", 256, {x, out});
  check(read(out, 256) == shifted, "order_dependent, seed 0", "right by luck");
  ciss_cpu_set_seed(3);
  wrong_result("order_dependent", 256, shifted, true);
  ciss_cpu_set_seed(0);
}

void faults_in_calls() {
  void *x = device(ramp(256)), *freed = device(ramp(256));
  float host[257];
  check(cuMemcpyDtoH_v2(host, x, BYTES + 4) == 1, "copy beyond an allocation", ciss_cpu_last_error());
  check(cuMemsetD8_v2((char *)x + 4, 0, BYTES) == 1, "memset beyond an allocation", ciss_cpu_last_error());
  check(launch("right_sum", 128, {x, x}) == 1, "a block of another size than declared", ciss_cpu_last_error());
  check(cuArrayDestroy(nullptr) == 801, "a function of the driver that is not there", "801");
  check(cuModuleLoadData(&freed, "\x50\xed\x55\xba fatbin") == 209, "a fatbin", "209");
  freed = device(ramp(256));
  cuMemFree_v2(freed);
  fails("right_sum", 256, {freed, x}, 700, "access to freed device memory");
  check(cuMemFree_v2(freed) == 1, "free twice", ciss_cpu_last_error());
  std::vector<float> fresh(64);
  cuMemAlloc_v2(&x, 256);
  check(std::isnan(read(x, 64)[63]), "fresh memory", "is NaN");
}

void right_kernels() {
  std::vector<float> in = ramp(256), b = ramp(128);
  void *x = device(in), *y = device(b), *out = device(std::vector<float>(256));
  float sum = 0;
  for (float v : in) sum += v;
  std::vector<float> product(128), copied(32);
  for (int i = 0; i < 128; i++) {
    for (int k = 0; k < 16; k++) product[(size_t)i] += in[(size_t)(i / 8 * 16 + k)] * b[(size_t)(i % 8 * 16 + k)];
  }
  for (int i = 0; i < 32; i++) copied[(size_t)i] = 31 - i < 16 ? in[(size_t)(4 * (31 - i))] : 0;
  for (int seed = 0; seed < 4; seed++) {
    ciss_cpu_set_seed((uint64_t)seed);
    launch("right_sum", 256, {x, out});
    check(fabsf(read(out, 1)[0] - sum) < 1e-3f, "right_sum", "sum of a block");
    launch("right_copy", 32, {x, out});
    check(read(out, 32) == copied, "right_copy", "asynchronous copy with zeros");
    for (const char *name : {"right_mma", "right_mma_tf32"}) {
      launch(name, 32, {x, y, out});
      check(read(out, 128) == product, name, "exact in these values");
    }
  }
  ciss_cpu_set_seed(0);
}

void streams_and_graphs() {
  void *stream, *other, *event, *graph, *executable, *out = device({0, 0});
  cuStreamCreate(&stream, 1);
  cuStreamCreate(&other, 1);
  cuEventCreate(&event, 2);
  cuStreamBeginCapture_v2(stream, 1);
  launch("count_up", 32, {out}, stream);
  check(read(out, 1)[0] != 0 && cuStreamEndCapture(stream, &graph) == 901, "a copy during a capture", "901");
  cuStreamBeginCapture_v2(stream, 1);
  launch("count_up", 32, {out}, stream);
  cuEventRecord(event, stream);
  cuStreamWaitEvent(other, event, 0);
  launch("count_up", 32, {out}, other);
  check(cuStreamEndCapture(stream, &graph) == 0 && read(out, 1)[0] == 0, "capture", "executes nothing");
  cuGraphInstantiateWithFlags(&executable, graph, 0);
  for (int i = 0; i < 3; i++) cuGraphLaunch(executable, stream);
  cuStreamSynchronize(stream);
  check(read(out, 1)[0] == 6, "three replays of two launches", "6");

  ciss_cpu_set_lazy(1);
  launch("count_up", 32, {out}, stream);
  check(read(out, 1)[0] == 6, "lazy: a result that is read too early", "is the old one");
  cuStreamSynchronize(other);
  check(read(out, 1)[0] == 6, "lazy: another stream's synchronisation", "does not help");
  cuEventRecord(event, stream);
  cuStreamWaitEvent(other, event, 0);
  cuStreamSynchronize(other);
  check(read(out, 1)[0] == 7, "lazy: an event between two streams", "7");
  float *pinned;
  cuMemHostAlloc((void **)&pinned, sizeof(float), 0);
  *pinned = 20;
  cuMemcpyHtoDAsync_v2(out, pinned, sizeof(float), other);
  launch("count_up", 32, {out}, stream);
  cuStreamSynchronize(stream);
  check(read(out, 1)[0] == 8, "lazy: an upload on another stream that is not waited for", "is not there yet");
  *pinned = 30;
  cuEventRecord(event, other);
  cuStreamWaitEvent(stream, event, 0);
  launch("count_up", 32, {out}, stream);
  cuStreamSynchronize(stream);
  check(read(out, 1)[0] == 31, "lazy: pinned memory that is written before its copy is done", "goes up as written");
  check(launch("divergent_barrier", 32, {out}, stream) == 0 && cuStreamSynchronize(stream) == 719,
        "lazy: a launch that fails", "says so at the synchronisation");
  cuDevicePrimaryCtxReset_v2(0);
  ciss_cpu_set_lazy(0);
}

}  // namespace

int main(int count, char **arguments) {
  void *context, *file = nullptr;
  if (count != 2) return 2;
  FILE *f = fopen(arguments[1], "rb");
  if (!f) return 2;
  fseek(f, 0, SEEK_END);
  size_t size = (size_t)ftell(f);
  rewind(f);
  file = malloc(size);
  if (fread(file, 1, size, f) != size) return 2;
  fclose(f);
  cuInit(0);
  cuDevicePrimaryCtxRetain(&context, 0);
  cuCtxSetCurrent(context);
  if (cuModuleLoadData(&module, file)) return 2;
  faults_in_kernels();
  faults_in_calls();
  right_kernels();
  streams_and_graphs();
  return failed ? 1 : 0;
}
