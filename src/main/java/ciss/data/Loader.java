package ciss.data;

import ciss.error.CissException;
import java.lang.foreign.Arena;
import java.util.ArrayDeque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.atomic.LongAdder;

/**
 * Makes batches ahead of time with several threads and hands them out in order.
 *
 * <p>The content of a batch depends on its iteration alone, so the number of threads, the number of batches made ahead
 * and interruptions do not matter. Memory is taken once, {@code prefetch + 1} batches, and reused: close a batch before
 * asking for more than that. All methods belong to one consumer thread.
 */
public final class Loader implements AutoCloseable {
  private static final long SHUTDOWN_SECONDS = 60;

  private final SampleSource samples;
  private final int prefetch;
  private final ExecutorService workers;
  private final Arena arena = Arena.ofShared();
  private final ArrayDeque<Batch> free = new ArrayDeque<>();
  private final ArrayDeque<Pending> pending = new ArrayDeque<>();
  private final LongAdder sampleNanos = new LongAdder();
  private final LongAdder sampleCount = new LongAdder();
  private int allocated;
  private long scheduleNext;
  private long waitNanos;

  /** A batch that is being made. */
  private record Pending(Batch batch, CountDownLatch left, AtomicReference<Throwable> failure) {}

  /**
   * @param threads at least 1
   * @param prefetch batches made ahead, at least 1
   * @param firstIteration of the first batch
   */
  public Loader(SampleSource samples, int threads, int prefetch, long firstIteration) {
    this.samples = samples;
    this.prefetch = Math.max(1, prefetch);
    this.scheduleNext = firstIteration;
    this.workers = Executors.newFixedThreadPool(
        Math.max(1, threads),
        Thread.ofPlatform().daemon().name("ciss-loader-", 0).priority(Thread.NORM_PRIORITY - 1).factory());
  }

  /**
   * The batch of the next iteration; waits until it is complete.
   *
   * @throws CissException what went wrong while it was made (a file that cannot be read, say)
   */
  public Batch next() {
    schedule();
    Pending first = pending.poll();
    if (first == null) {
      throw new IllegalStateException("all " + allocated + " batches are in use: close one before taking another");
    }
    long start = System.nanoTime();
    await(first);
    waitNanos = System.nanoTime() - start;
    schedule();
    Throwable failure = first.failure.get();
    if (failure != null) {
      first.batch.close();
      throw failure instanceof CissException known
          ? known
          : new IllegalStateException("loading a sample of iteration " + first.batch.iteration() + " failed", failure);
    }
    return first.batch;
  }

  /** Goes on with another iteration; what was made ahead is dropped. */
  public void seek(long iteration) {
    for (Pending dropped : pending) {
      await(dropped);
      dropped.batch.close();
    }
    pending.clear();
    scheduleNext = iteration;
  }

  /** Time the last {@link #next} had to wait, in nanoseconds. */
  public long waitNanos() {
    return waitNanos;
  }

  /** Mean time one thread takes for one sample so far, in milliseconds. */
  public double sampleMillis() {
    return sampleNanos.sum() / 1e6 / Math.max(1, sampleCount.sum());
  }

  private void schedule() {
    while (pending.size() < prefetch && (!free.isEmpty() || allocated <= prefetch)) {
      Batch batch = free.poll();
      if (batch == null) {
        batch = new Batch(samples.layout(), arena, free::add);
        allocated++;
      }
      start(batch, scheduleNext++);
    }
  }

  private void start(Batch batch, long iteration) {
    int n = samples.layout().samples();
    batch.open(iteration);
    Pending made = new Pending(batch, new CountDownLatch(n), new AtomicReference<>());
    pending.add(made);
    for (int slot = 0; slot < n; slot++) {
      int s = slot;
      workers.execute(() -> fill(made, iteration, s));
    }
  }

  private void fill(Pending made, long iteration, int slot) {
    long start = System.nanoTime();
    try {
      Batch batch = made.batch;
      batch.sample(slot, samples.fill(iteration, slot, batch.label(slot), batch.mask(slot)));
      sampleNanos.add(System.nanoTime() - start);
      sampleCount.increment();
    } catch (RuntimeException | Error e) {
      made.failure.compareAndSet(null, e);
    } finally {
      made.left.countDown();
    }
  }

  private static void await(Pending batch) {
    try {
      batch.left.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while waiting for a batch", e);
    }
  }

  /** Stops the threads and frees all batches, those handed out too. */
  @Override
  public void close() {
    workers.shutdownNow();
    try {
      if (workers.awaitTermination(SHUTDOWN_SECONDS, TimeUnit.SECONDS)) {
        arena.close();
      }
    } catch (InterruptedException e) {
      // The memory is left to the end of the process: a thread may still write into it.
      Thread.currentThread().interrupt();
    }
  }
}
