package ciss.config;

import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds what the user may have meant by a name that does not exist. */
final class Suggestion {
  /** A name with more than this many wrong letters is no typing mistake. */
  private static final int FARTHEST = 3;

  private Suggestion() {}

  /**
   * The lines to put below "unknown key": the key or section that was meant, if one is near, and where all are listed.
   *
   * <p>A name of the reference is recognised first; then the nearest last segment counts, among the keys of the same
   * section before all others, then the nearest whole path.
   */
  static String forKey(String unknown) {
    StringBuilder lines = new StringBuilder();
    String reference = keyOfReference(unknown);
    if (reference != null) {
      lines.append("\n  '" + unknown + "' is the reference's name of '" + reference + "'");
    } else {
      nearestKey(unknown).ifPresent(key -> lines.append("\n  did you mean '" + key + "'?"));
    }
    String section = unknown;
    do {
      section = section.substring(0, Math.max(0, section.lastIndexOf('.')));
    } while (!section.isEmpty() && !Schema.isSection(section));
    String listing = section.isEmpty() ? "all keys: ciss config keys" : "all keys there: ciss config keys " + section;
    return lines.append("\n  " + listing).toString();
  }

  /** The nearest of some names, or empty if none is near. */
  static Optional<String> nearest(String wrong, Collection<String> names) {
    return names.stream()
        .filter(name -> distance(wrong, name) <= tolerance(wrong))
        .min(Comparator.comparingInt(name -> distance(wrong, name)));
  }

  private static Optional<String> nearestKey(String unknown) {
    String last = lastSegment(unknown);
    String parent = unknown.substring(0, Math.max(0, unknown.lastIndexOf('.')));
    List<String> all =
        Stream.concat(
                Schema.keys().stream().map(SchemaKey::path), Schema.sections().stream())
            .toList();
    Comparator<String> bySegment = Comparator.comparingInt(path -> distance(last, lastSegment(path)));
    Comparator<String> byPath = Comparator.comparingInt(path -> distance(unknown, path));
    List<String> siblings = all.stream().filter(path -> path.equals(Schema.join(parent, lastSegment(path)))).toList();
    return siblings.stream()
        .filter(path -> distance(last, lastSegment(path)) <= tolerance(last))
        .min(bySegment)
        .or(() -> siblings.stream().filter(path -> lastSegment(path).startsWith(last)).findFirst())
        .or(
            () ->
                all.stream()
                    .filter(path -> distance(last, lastSegment(path)) <= 1)
                    .min(bySegment.thenComparing(byPath)))
        .or(() -> all.stream().filter(path -> distance(unknown, path) <= tolerance(unknown)).min(byPath));
  }

  /** The key whose reference name is the unknown one, or ends with it; null if none. */
  private static String keyOfReference(String unknown) {
    return Schema.keys().stream()
        .filter(key -> key.reference().lines().flatMap(Suggestion::names).anyMatch(unknown::equals))
        .map(SchemaKey::path)
        .findFirst()
        .orElse(null);
  }

  private static Stream<String> names(String reference) {
    return Arrays.stream(reference.split(" / |, | or "));
  }

  private static String lastSegment(String path) {
    return path.substring(path.lastIndexOf('.') + 1);
  }

  /** Half of a short name's letters may be wrong, and three of a long one's. */
  private static int tolerance(String name) {
    return Math.min(FARTHEST, name.length() / 2);
  }

  /** Levenshtein distance: the fewest insertions, deletions and replacements that turn one text into the other. */
  static int distance(String a, String b) {
    int[] previous = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      previous[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int[] current = new int[b.length() + 1];
      current[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = previous[j - 1] + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        current[j] = Math.min(replaced, Math.min(previous[j], current[j - 1]) + 1);
      }
      previous = current;
    }
    return previous[b.length()];
  }
}
