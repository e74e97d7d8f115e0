package ciss.io;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The orientation tag of a JPEG file (EXIF, tag 0x0112) and its effect.
 *
 * <p>1 upright, 2 mirrored, 3 turned by 180 degrees, 4 upside down, 5 transposed, 6 to be turned 90 degrees clockwise,
 * 7 transposed over the other diagonal, 8 to be turned 90 degrees counter-clockwise.
 */
final class ExifOrientation {
  private static final int TAG = 0x0112;

  private ExifOrientation() {}

  /** The tag's value, 1 if there is none or the EXIF data is damaged (as other decoders treat it). */
  static int of(byte[] jpeg) {
    int at = 2;
    while (at + 4 <= jpeg.length && (jpeg[at] & 0xff) == 0xff) {
      int marker = jpeg[at + 1] & 0xff;
      int length = (jpeg[at + 2] & 0xff) << 8 | jpeg[at + 3] & 0xff;
      if (marker == 0xda || length < 2 || at + 2 + length > jpeg.length) {
        return 1;
      }
      if (marker == 0xe1 && length >= 16 && isExif(jpeg, at + 4)) {
        return inTiff(ByteBuffer.wrap(jpeg, at + 10, length - 8).slice());
      }
      at += 2 + length;
    }
    return 1;
  }

  private static boolean isExif(byte[] jpeg, int at) {
    return jpeg[at] == 'E' && jpeg[at + 1] == 'x' && jpeg[at + 2] == 'i' && jpeg[at + 3] == 'f' && jpeg[at + 4] == 0;
  }

  private static int inTiff(ByteBuffer tiff) {
    tiff.order(tiff.get(0) == 'I' ? ByteOrder.LITTLE_ENDIAN : ByteOrder.BIG_ENDIAN);
    long directory = tiff.getInt(4) & 0xffffffffL;
    if (directory + 2 > tiff.limit()) {
      return 1;
    }
    int entries = tiff.getShort((int) directory) & 0xffff;
    for (int i = 0; i < entries; i++) {
      long entry = directory + 2 + 12L * i;
      if (entry + 12 > tiff.limit()) {
        return 1;
      }
      if ((tiff.getShort((int) entry) & 0xffff) == TAG) {
        int value = tiff.getShort((int) entry + 8) & 0xffff;
        return value >= 1 && value <= 8 ? value : 1;
      }
    }
    return 1;
  }

  /** The picture as it should be seen; the same object if it is upright already. */
  static Pixels apply(Pixels x, int orientation) {
    if (orientation == 1) {
      return x;
    }
    boolean transposed = orientation >= 5;
    int h = transposed ? x.width() : x.height();
    int w = transposed ? x.height() : x.width();
    int channels = x.channels();
    byte[] out = new byte[x.values().length];
    for (int y = 0; y < h; y++) {
      for (int i = 0; i < w; i++) {
        int row = transposed ? i : y;
        int column = transposed ? y : i;
        boolean fromBottom = orientation == 3 || orientation == 4 || orientation == 6 || orientation == 7;
        boolean fromRight = orientation == 2 || orientation == 3 || orientation == 7 || orientation == 8;
        row = fromBottom ? x.height() - 1 - row : row;
        column = fromRight ? x.width() - 1 - column : column;
        System.arraycopy(
            x.values(), (row * x.width() + column) * channels, out, (y * w + i) * channels, channels);
      }
    }
    return new Pixels(h, w, channels, out);
  }
}
