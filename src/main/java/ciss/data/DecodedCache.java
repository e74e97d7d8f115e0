package ciss.data;

import ciss.io.Pixels;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * Decoded pictures that are kept instead of being decoded again: the first ones that fit into the limit. Nothing is
 * evicted: with random access that has the same hit rate as replacing, without its churn. Thread-safe.
 */
public final class DecodedCache {
  /** Enough for all of a small data set; large ones profit little. */
  public static final long DEFAULT_LIMIT_BYTES = 256L << 20;

  private final long limitBytes;
  private final AtomicLong heldBytes = new AtomicLong();
  private final ConcurrentHashMap<Path, Pixels> held = new ConcurrentHashMap<>();

  /**
   * @param limitBytes 0 keeps nothing
   */
  public DecodedCache(long limitBytes) {
    this.limitBytes = limitBytes;
  }

  /** The kept pixels, or those that the decoder returns. The values must not be changed. */
  Pixels get(Path path, Function<Path, Pixels> decoder) {
    Pixels known = held.get(path);
    if (known != null) {
      return known;
    }
    Pixels decoded = decoder.apply(path);
    long bytes = decoded.values().length;
    if (heldBytes.addAndGet(bytes) > limitBytes || held.putIfAbsent(path, decoded) != null) {
      heldBytes.addAndGet(-bytes);
    }
    return decoded;
  }

  /** Bytes of pixels held now. */
  public long heldBytes() {
    return heldBytes.get();
  }
}
