package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ThreadPoolTest {
  @Test
  void everyTileRunsExactlyOnce() {
    try (ThreadPool pool = new ThreadPool(4, () -> {})) {
      for (int job = 0; job < 20_000; job++) {
        int tiles = job % 23;
        AtomicIntegerArray runs = new AtomicIntegerArray(23);
        pool.run(tiles, (tile, lane) -> runs.incrementAndGet(tile));
        for (int tile = 0; tile < 23; tile++) {
          assertEquals(tile < tiles ? 1 : 0, runs.get(tile), "tile " + tile + " of job " + job);
        }
      }
    }
  }

  @Test
  void aLaneRunsOneTileAtATime() {
    int lanes = 3;
    try (ThreadPool pool = new ThreadPool(lanes, () -> {})) {
      AtomicIntegerArray busy = new AtomicIntegerArray(lanes);
      for (int job = 0; job < 2_000; job++) {
        pool.run(
            16,
            (tile, lane) -> {
              assertEquals(1, busy.incrementAndGet(lane));
              busy.decrementAndGet(lane);
            });
      }
    }
  }

  @Test
  void sleepingWorkersWakeForTheNextJob() throws InterruptedException {
    try (ThreadPool pool = new ThreadPool(2, () -> {})) {
      AtomicIntegerArray runs = new AtomicIntegerArray(2);
      for (int job = 0; job < 20; job++) {
        Thread.sleep(5);
        pool.run(
            2,
            (tile, lane) -> {
              long until = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(3);
              while (System.nanoTime() < until) {
                Thread.onSpinWait();
              }
              runs.incrementAndGet(lane);
            });
      }
      assertTrue(runs.get(1) > 0, "no tile ran on the worker");
    }
  }

  @Test
  void anExceptionOfATileReachesTheCallerAndThePoolGoesOn() {
    try (ThreadPool pool = new ThreadPool(2, () -> {})) {
      assertThrows(
          ArithmeticException.class,
          () ->
              pool.run(
                  8,
                  (tile, lane) -> {
                    if (tile == 5) {
                      throw new ArithmeticException();
                    }
                  }));
      AtomicIntegerArray runs = new AtomicIntegerArray(8);
      pool.run(8, (tile, lane) -> runs.incrementAndGet(tile));
      assertEquals(1, runs.get(5));
    }
  }
}
