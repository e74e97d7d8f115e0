package ciss.data;

import ciss.tensor.Box;

/**
 * Gives one picture the look of another. Split in three steps so that nothing is computed twice: what the method needs
 * to know of a picture ({@link #measure}, expensive, independent of the partner except for {@link #detail}), the
 * pairing of two such measurements, and the pixels of the wanted part only.
 *
 * <p>Implementations are immutable and thread-safe.
 */
public sealed interface Stylization permits FourierStylization, ReinhardStylization {

  /** What was measured of one picture; small compared with it. */
  sealed interface Statistics permits LowFrequencies, ReinhardStylization.LabStatistics {
    /** Bytes of memory held. */
    long byteSize();
  }

  /** Computes stylized pixels. */
  interface Restyling {
    /** The stylized pixels of a part of the content; values are not clipped to 0..255 unless the method does. */
    FloatPicture region(Box box);
  }

  /** How finely both pictures must be measured when a content of this size is stylized. */
  int detail(int height, int width);

  /** Measures a picture. */
  Statistics measure(Picture picture, int detail);

  /**
   * Pairs content and style.
   *
   * @param contentStatistics of {@code content}, with the detail of its size
   * @param styleStatistics of the style, with the same detail
   * @throws ciss.error.DataException if the two sizes cannot be combined
   */
  Restyling restyle(Picture content, Statistics contentStatistics, Statistics styleStatistics);

  /** The whole content in the look of the style. */
  default FloatPicture apply(Picture content, Picture style) {
    int detail = detail(content.height(), content.width());
    return restyle(content, measure(content, detail), measure(style, detail)).region(content.bounds());
  }
}
