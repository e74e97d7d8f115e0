/* Streams, events and graphs as the driver's functions see them. */
#pragma once
#include <pthread.h>

#include <deque>
#include <mutex>

#include "runtime.h"

struct Graph {
  std::vector<Operation> operations;
};

struct Capture {
  Graph *graph;
  Stream *origin;
  int mode; /* 0 global, 1 this thread, 2 relaxed */
  pthread_t thread;
  bool valid;
};

struct Stream {
  bool blocking; /* waits for the legacy stream and is waited for */
  int priority;
  std::deque<Operation> queue;
  uint64_t submitted, executed;
  Capture *capture;
};

struct Event {
  Stream *stream; /* where it was recorded last, and as which operation */
  uint64_t position;
  bool recorded, done, timed;
  double milliseconds;
  Capture *capture;
};

/* Held while anything runs or is queued: one launch at a time. */
extern std::recursive_mutex execution;

void set_lazy(bool lazy);
/* Runs the queue up to and including the operation of this number. */
Status drain(Stream *stream, uint64_t position);
Stream *create_stream(bool blocking, int priority);
bool is_stream(Stream *stream); /* null is one: the legacy stream */
void destroy_stream(Stream *stream);
Status record(Event *event, Stream *stream);
Status wait_for(Stream *stream, Event *event);
Status synchronize_event(Event *event);
Status begin_capture(Stream *stream, int mode);
Status end_capture(Stream *stream, Graph **graph);
