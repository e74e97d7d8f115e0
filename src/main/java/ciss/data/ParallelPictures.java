package ciss.data;

import ciss.error.CissException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import java.util.function.IntFunction;

/** Does the same with every picture of a set, on several threads. */
public final class ParallelPictures {
  private ParallelPictures() {}

  /**
   * The results for 0..n-1, in order.
   *
   * @param progress receives each index when it is done; called from several threads
   * @throws CissException the first failure, if it is one of ours
   */
  public static <T> List<T> map(int n, int threads, IntFunction<T> work, IntConsumer progress) {
    ExecutorService workers = Executors.newFixedThreadPool(threads, Thread.ofPlatform().daemon().factory());
    try {
      List<Future<T>> running = new ArrayList<>();
      for (int i = 0; i < n; i++) {
        int picture = i;
        running.add(workers.submit(() -> {
          T result = work.apply(picture);
          progress.accept(picture);
          return result;
        }));
      }
      List<T> results = new ArrayList<>();
      for (Future<T> result : running) {
        results.add(result.get());
      }
      return results;
    } catch (ExecutionException e) {
      throw e.getCause() instanceof CissException known ? known : new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException("interrupted while reading pictures", e);
    } finally {
      workers.shutdownNow();
    }
  }
}
