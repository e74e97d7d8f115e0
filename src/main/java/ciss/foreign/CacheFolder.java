package ciss.foreign;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The folder of this user for files that can be made again at any time: unpacked natives, measured speeds.
 *
 * <p>{@code CISS_CACHE}; else {@code ciss} under {@code XDG_CACHE_HOME}, else under {@code ~/.cache}; else
 * {@code ciss-<user>} under the folder for temporary files.
 */
public final class CacheFolder {
  private CacheFolder() {}

  /** The folders to try, best first; none is created here. With {@code CISS_CACHE} set, only that one. */
  public static List<Path> candidates() {
    String explicit = System.getenv("CISS_CACHE");
    if (explicit != null && !explicit.isBlank()) {
      return List.of(Path.of(explicit).toAbsolutePath());
    }
    List<Path> folders = new ArrayList<>();
    String xdg = System.getenv("XDG_CACHE_HOME");
    if (xdg != null && !xdg.isBlank()) {
      folders.add(Path.of(xdg, "ciss"));
    } else {
      folders.add(Path.of(System.getProperty("user.home"), ".cache", "ciss"));
    }
    Path temporary = Path.of(System.getProperty("java.io.tmpdir"), "ciss-" + System.getProperty("user.name"));
    if (isOurs(temporary)) {
      folders.add(temporary);
    }
    return folders;
  }

  /** Whether nobody else made that folder: libraries are opened from it, and anybody may write to its parent. */
  private static boolean isOurs(Path folder) {
    try {
      return Files.notExists(folder) || Files.getOwner(folder).getName().equals(System.getProperty("user.name"));
    } catch (IOException e) {
      return false;
    }
  }
}
