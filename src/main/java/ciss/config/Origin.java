package ciss.config;

/**
 * Who set a value.
 *
 * @param text as shown to the user: {@code configs/mine.yaml:12}, {@code default}, {@code preset acdc}, {@code -o},
 *     {@code environment DIR_TARGET_DATASET}
 */
public record Origin(Kind kind, String text) {
  /** A default of the schema. */
  static final Origin DEFAULT = new Origin(Kind.DEFAULT, "default");

  /** The kinds of origin, from the weakest to the strongest; NOT_APPLICABLE beats all. */
  public enum Kind {
    DEFAULT,
    COMPUTED,
    PRESET,
    FILE,
    ENVIRONMENT,
    OVERRIDE,
    NOT_APPLICABLE
  }

  static Origin computed(String how) {
    return new Origin(Kind.COMPUTED, how);
  }

  /** True if a person said so, in a file, in the environment or by an override. */
  public boolean isExplicit() {
    return kind == Kind.FILE || kind == Kind.ENVIRONMENT || kind == Kind.OVERRIDE;
  }

  @Override
  public String toString() {
    return text;
  }
}
