/*
 * Streams of the stand-in. Immediate mode runs each operation when it is submitted. Lazy mode (CISS_CPU_LAZY=1)
 * queues it until something synchronises, and then runs no more than that needs: whoever reads a result without
 * waiting for its stream, or misses an event between two streams, gets the memory as it was before. While a stream
 * captures, nothing runs: its operations become a graph.
 */
#include "streams.h"

#include <stdlib.h>
#include <time.h>

#include <set>

std::recursive_mutex execution;

namespace {

std::set<Stream *> streams;
std::set<Capture *> captures;
bool lazy = getenv("CISS_CPU_LAZY") && *getenv("CISS_CPU_LAZY") == '1';
Status first_failure;

double clock_milliseconds() {
  timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return (double)t.tv_sec * 1e3 + (double)t.tv_nsec * 1e-6;
}

Status run(const Operation &operation) {
  if (first_failure) return first_failure;
  Status status = operation();
  if (status) first_failure = status;
  return status;
}

}  // namespace

void set_lazy(bool value) {
  std::lock_guard<std::recursive_mutex> held(execution);
  drain_all();
  lazy = value;
}

Status sticky() { return first_failure; }
void set_sticky(Status status) {
  if (!first_failure) first_failure = status;
}
void clear_sticky() {
  std::lock_guard<std::recursive_mutex> held(execution);
  for (Stream *s : streams) {
    s->queue.clear();
    s->executed = s->submitted;
  }
  first_failure = SUCCESS;
}

Status drain(Stream *stream, uint64_t position) {
  while (stream->executed < position && !stream->queue.empty()) {
    Operation operation = std::move(stream->queue.front());
    stream->queue.pop_front();
    stream->executed++;
    run(operation);
  }
  return first_failure;
}

Status drain_all() {
  std::lock_guard<std::recursive_mutex> held(execution);
  for (Stream *s : streams) drain(s, s->submitted);
  return first_failure;
}

Status enqueue(Stream *stream, Operation operation) {
  std::lock_guard<std::recursive_mutex> held(execution);
  if (stream && stream->capture) {
    stream->capture->graph->operations.push_back(std::move(operation));
    return SUCCESS;
  }
  if (first_failure) return first_failure;
  if (stream && lazy) {
    stream->queue.push_back(std::move(operation));
    stream->submitted++;
    return SUCCESS;
  }
  if (!stream) {
    for (Stream *s : streams) {
      if (s->blocking) drain(s, s->submitted);
    }
  }
  return run(operation);
}

Stream *create_stream(bool blocking, int priority) {
  std::lock_guard<std::recursive_mutex> held(execution);
  Stream *s = new Stream{blocking, priority, {}, 0, 0, nullptr};
  streams.insert(s);
  return s;
}

bool is_stream(Stream *stream) {
  std::lock_guard<std::recursive_mutex> held(execution);
  return !stream || streams.count(stream);
}

/* Its memory stays: events may still name it. */
void destroy_stream(Stream *stream) {
  std::lock_guard<std::recursive_mutex> held(execution);
  drain(stream, stream->submitted);
  streams.erase(stream);
}

Status record(Event *event, Stream *stream) {
  std::lock_guard<std::recursive_mutex> held(execution);
  if (stream && stream->capture) {
    event->capture = stream->capture;
    return SUCCESS;
  }
  event->capture = nullptr;
  event->recorded = true;
  event->done = false;
  event->stream = stream;
  event->position = stream ? stream->submitted + 1 : 0;
  return enqueue(stream, [event] {
    event->done = true;
    event->milliseconds = clock_milliseconds();
    return SUCCESS;
  });
}

Status wait_for(Stream *stream, Event *event) {
  std::lock_guard<std::recursive_mutex> held(execution);
  if (event->capture && stream) {
    stream->capture = event->capture;
    return SUCCESS;
  }
  if (stream && stream->capture) {
    stream->capture->valid = false;
    return report((Status)905, "a capturing stream waits for an event that was recorded outside the capture");
  }
  if (!event->recorded || !event->stream) return first_failure;
  Stream *other = event->stream;
  uint64_t position = event->position;
  return enqueue(stream, [other, position] { return drain(other, position); });
}

Status synchronize_event(Event *event) {
  std::lock_guard<std::recursive_mutex> held(execution);
  return event->recorded && event->stream ? drain(event->stream, event->position) : first_failure;
}

/* Allocation and synchronisation while a capture is under way: refused, and the capture is lost. */
bool unsafe_in_capture() {
  std::lock_guard<std::recursive_mutex> held(execution);
  bool unsafe = false;
  for (Capture *c : captures) {
    if (c->mode == 0 || (c->mode == 1 && pthread_equal(c->thread, pthread_self()))) {
      c->valid = false;
      unsafe = true;
    }
  }
  if (unsafe) report(CAPTURE_UNSUPPORTED, "an allocation or synchronisation while a stream captures");
  return unsafe;
}

Status begin_capture(Stream *stream, int mode) {
  std::lock_guard<std::recursive_mutex> held(execution);
  if (!stream || stream->capture) return report(INVALID_VALUE, "capture of the legacy stream, or of one that captures");
  stream->capture = new Capture{new Graph, stream, mode, pthread_self(), true};
  captures.insert(stream->capture);
  return SUCCESS;
}

Status end_capture(Stream *stream, Graph **graph) {
  std::lock_guard<std::recursive_mutex> held(execution);
  Capture *capture = stream ? stream->capture : nullptr;
  if (!capture || capture->origin != stream) {
    return report(INVALID_VALUE, "end of a capture that this stream did not begin");
  }
  for (Stream *s : streams) {
    if (s->capture == capture) s->capture = nullptr;
  }
  captures.erase(capture);
  *graph = capture->valid ? capture->graph : nullptr;
  return capture->valid ? SUCCESS : CAPTURE_INVALIDATED;
}
