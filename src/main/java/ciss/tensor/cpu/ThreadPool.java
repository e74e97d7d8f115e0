package ciss.tensor.cpu;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs the tiles of one job at a time on the calling thread and on {@code threads - 1} daemon workers, in such a way that
 * a thread which lost its processor to another program delays nobody but itself:
 *
 * <ol>
 *   <li>Work is claimed, not assigned: one word holds the job's number and how many tiles are left, and a thread takes a
 *       tile by compare-and-swap. A worker that wakes late finds nothing left, or another job.
 *   <li>The caller works too, and waits only for tiles that have been claimed, never for workers to show up.
 *   <li>Spinning is bounded: an idle worker goes to sleep, a waiting caller yields.
 * </ol>
 *
 * <p>One thread at a time calls {@link #run}; a body must not call it again.
 */
final class ThreadPool implements AutoCloseable {
  private static final int SPINS = 4000;
  private static final VarHandle CLAIM;

  static {
    try {
      CLAIM = MethodHandles.lookup().findVarHandle(ThreadPool.class, "claim", long.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  /** Job number in the upper half, tiles not yet claimed in the lower half. */
  private volatile long claim;

  /** Description of the current job. Valid for a thread only after it has claimed one of its tiles. */
  private TileBody body;

  private int tiles;
  private volatile Throwable failure;
  private final AtomicInteger finished = new AtomicInteger();
  private final Worker[] workers;
  private volatile boolean closed;

  /**
   * @param threads lanes, the caller's included; at least 1
   * @param atStart run once on every worker before its first tile
   */
  ThreadPool(int threads, Runnable atStart) {
    workers = new Worker[threads - 1];
    for (int i = 0; i < workers.length; i++) {
      workers[i] = new Worker(i + 1, atStart);
      workers[i].start();
    }
  }

  /** Lanes, the caller's included. */
  int threads() {
    return workers.length + 1;
  }

  /**
   * Runs {@code body} for every tile and returns when all are done; what they wrote is then visible to the caller. The
   * first exception of a tile is thrown here, after the others have finished.
   */
  void run(int tiles, TileBody body) {
    if (workers.length == 0 || tiles <= 1) {
      runAll(tiles, body);
      return;
    }
    this.body = body;
    this.tiles = tiles;
    finished.set(0);
    failure = null;
    claim = ((claim >>> 32) + 1) << 32 | tiles;
    wake(Math.min(workers.length, tiles - 1));
    boolean more;
    do {
      more = runOneTile(0);
    } while (more);
    awaitFinished(tiles);
    this.body = null;
    if (failure != null) {
      rethrow(failure);
    }
  }

  private static void runAll(int tiles, TileBody body) {
    try {
      for (int tile = 0; tile < tiles; tile++) {
        body.run(tile, 0);
      }
    } catch (Throwable e) {
      rethrow(e);
    }
  }

  private void wake(int count) {
    for (int i = 0; i < count; i++) {
      if (workers[i].asleep) {
        LockSupport.unpark(workers[i]);
      }
    }
  }

  private void awaitFinished(int tiles) {
    for (int spins = 0; finished.get() < tiles; spins++) {
      if (spins < SPINS) {
        Thread.onSpinWait();
      } else {
        Thread.yield();
      }
    }
  }

  /** Claims and runs a tile; false if none is left. */
  private boolean runOneTile(int lane) {
    long seen;
    do {
      seen = claim;
      if ((int) seen == 0) {
        return false;
      }
    } while (!CLAIM.compareAndSet(this, seen, seen - 1));
    try {
      body.run(tiles - (int) seen, lane);
    } catch (Throwable e) {
      failure = e;
    } finally {
      finished.incrementAndGet();
    }
    return true;
  }

  private static void rethrow(Throwable failure) {
    if (failure instanceof RuntimeException e) {
      throw e;
    }
    if (failure instanceof Error e) {
      throw e;
    }
    throw new IllegalStateException(failure);
  }

  @Override
  public void close() {
    closed = true;
    for (Worker worker : workers) {
      LockSupport.unpark(worker);
    }
  }

  private final class Worker extends Thread {
    private final int lane;
    private final Runnable atStart;
    private volatile boolean asleep;

    Worker(int lane, Runnable atStart) {
      super("ciss-cpu-" + lane);
      setDaemon(true);
      this.lane = lane;
      this.atStart = atStart;
    }

    @Override
    public void run() {
      atStart.run();
      int spins = 0;
      while (!closed) {
        if (runOneTile(lane)) {
          spins = 0;
        } else if (spins++ < SPINS) {
          Thread.onSpinWait();
        } else {
          sleep();
        }
      }
    }

    /** Announces sleep before looking once more, as the caller publishes a job before it looks who is asleep. */
    private void sleep() {
      asleep = true;
      if ((int) claim == 0 && !closed) {
        LockSupport.park(ThreadPool.this);
      }
      asleep = false;
    }
  }
}
