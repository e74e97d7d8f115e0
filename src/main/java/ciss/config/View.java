package ciss.config;

/**
 * What a picture mixed from source and target is made of: the source in its own or in the target's style, the target
 * in its own or in the source's style. Written {@code original/stylized}: source style, slash, target style.
 */
public record View(Style source, Style target) {
  /** The picture as it is, or in the style of the other domain. */
  public enum Style {
    ORIGINAL,
    STYLIZED
  }

  /** True if either half is stylized, so that the view needs a stylization. */
  public boolean usesStylized() {
    return source == Style.STYLIZED || target == Style.STYLIZED;
  }

  @Override
  public String toString() {
    return Names.of(source) + "/" + Names.of(target);
  }
}
