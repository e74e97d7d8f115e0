package ciss.data;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;

/**
 * Remembers what a stylization measured of a picture: a few kilobytes instead of a pass over all pixels. Holds the
 * first pictures that fit into a fixed limit. Thread-safe.
 */
final class StatisticsCache {
  private static final long LIMIT_BYTES = 64L << 20;

  private record Key(Object picture, int detail) {}

  private final ConcurrentHashMap<Key, Stylization.Statistics> held = new ConcurrentHashMap<>();
  private final AtomicLong heldBytes = new AtomicLong();

  /** What is known, or what {@code measure} finds; nothing is remembered for a null picture. */
  Stylization.Statistics get(Object picture, int detail, Supplier<Stylization.Statistics> measure) {
    if (picture == null) {
      return measure.get();
    }
    Key key = new Key(picture, detail);
    Stylization.Statistics known = held.get(key);
    if (known != null) {
      return known;
    }
    Stylization.Statistics measured = measure.get();
    if (heldBytes.addAndGet(measured.byteSize()) > LIMIT_BYTES || held.putIfAbsent(key, measured) != null) {
      heldBytes.addAndGet(-measured.byteSize());
    }
    return measured;
  }
}
