package ciss.report;

import java.util.Base64;
import java.util.Locale;

/** Text for HTML. */
final class Html {
  private final StringBuilder page = new StringBuilder();

  /** Text with the five special characters of HTML replaced. */
  static String escape(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\"", "&quot;")
        .replace("'", "&#39;");
  }

  /** A picture as the value of a {@code src} attribute. */
  static String dataUrl(byte[] picture) {
    String type = picture.length > 1 && (picture[0] & 255) == 0xFF && (picture[1] & 255) == 0xD8 ? "jpeg" : "png";
    return "data:image/" + type + ";base64," + Base64.getEncoder().encodeToString(picture);
  }

  /** Appends markup; each {@code %s} takes a value, which is escaped unless it is itself {@link Markup}. */
  Html add(String markup, Object... values) {
    Object[] safe = new Object[values.length];
    for (int i = 0; i < values.length; i++) {
      safe[i] = values[i] instanceof String text ? escape(text) : values[i];
    }
    page.append(String.format(Locale.ROOT, markup, safe)).append('\n');
    return this;
  }

  /** Appends text as it is. */
  Html raw(String markup) {
    page.append(markup).append('\n');
    return this;
  }

  /** A piece that is already HTML. */
  record Markup(String html) {
    @Override
    public String toString() {
      return html;
    }
  }

  @Override
  public String toString() {
    return page.toString();
  }
}
