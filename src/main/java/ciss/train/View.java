package ciss.train;

/** How an image is shown: as it is, or in the style of the other domain. */
public enum View {
  ORIGINAL,
  STYLIZED;

  /** The word of the reference's log names and of the configuration. */
  public String word() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  /** A mixed image: this view of the source pasted on that view of the target. */
  public record Mix(View source, View target) {
    public static final Mix ORIGINALS = new Mix(ORIGINAL, ORIGINAL);

    /** {@code original_stylized}: the part of a log name. */
    public String words(String separator) {
      return source.word() + separator + target.word();
    }
  }

  /** Two mixed images whose features should agree. */
  public record MixPair(Mix first, Mix second) {}
}
