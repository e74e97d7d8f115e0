package ciss.io;

import ciss.error.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.awt.image.PixelInterleavedSampleModel;
import java.awt.image.Raster;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import javax.imageio.ImageIO;
import javax.imageio.ImageReader;
import javax.imageio.stream.FileImageInputStream;
import javax.imageio.stream.MemoryCacheImageInputStream;

/**
 * Reads PNG and JPEG files as OpenCV's {@code IMREAD_COLOR} does, and label pictures as they are stored.
 *
 * <p>Samples are taken from the decoded raster, never through Java's colour conversion, which bends grey values. Grey
 * is replicated, alpha dropped, 16 bits reduced to the upper 8, a palette looked up, the EXIF orientation of a JPEG
 * applied. The file type is recognised by its first bytes, not by its name. Thread-safe.
 */
public final class ImageFiles {
  private static final int MAX_ARRAY = Integer.MAX_VALUE - 8;

  static {
    // Without this ImageIO may write temporary files.
    ImageIO.setUseCache(false);
  }

  private ImageFiles() {}

  /** Height and width from the header of a file, before any orientation tag is applied. */
  public record Size(int height, int width) {}

  /**
   * A picture as 8-bit B,G,R.
   *
   * @throws DataException if the file is missing, empty, cut off, or neither PNG nor JPEG
   */
  public static Pixels readColor(Path path) {
    byte[] file = bytesOf(path);
    return decodeColor(file, path.toString());
  }

  /**
   * As {@link #readColor}, from memory.
   *
   * @param name what to call the picture in messages
   */
  public static Pixels decodeColor(byte[] file, String name) {
    Pixels upright = color(decode(file, name), name);
    return isJpeg(file) ? ExifOrientation.apply(upright, ExifOrientation.of(file)) : upright;
  }

  /**
   * A label picture: one channel, 8 bits, as stored (palette pictures: the indices).
   *
   * @throws DataException as {@link #readColor}, and if the picture has several channels or more than 8 bits
   */
  public static Pixels readLabels(Path path) {
    return decodeLabels(bytesOf(path), path.toString());
  }

  /** As {@link #readLabels}, from memory. */
  public static Pixels decodeLabels(byte[] file, String name) {
    BufferedImage image = decode(file, name);
    Raster raster = image.getRaster();
    if (raster.getNumBands() != 1 || raster.getSampleModel().getSampleSize(0) > 8) {
      throw new DataException(
          name + ": a label picture must have one channel of 8 bits, this has " + raster.getNumBands() + " of "
              + raster.getSampleModel().getSampleSize(0) + ". 'ciss prepare' converts the labels of known data sets.");
    }
    int h = raster.getHeight();
    int w = raster.getWidth();
    byte[] labels = new byte[h * w];
    if (interleaved(raster) instanceof PixelInterleavedSampleModel model) {
      byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
      for (int y = 0; y < h; y++) {
        System.arraycopy(data, y * model.getScanlineStride(), labels, y * w, w);
      }
    } else {
      int[] row = new int[w];
      for (int y = 0; y < h; y++) {
        raster.getSamples(0, y, w, 1, 0, row);
        for (int x = 0; x < w; x++) {
          labels[y * w + x] = (byte) row[x];
        }
      }
    }
    return new Pixels(h, w, 1, labels);
  }

  /**
   * One channel as stored, with its full bit depth.
   *
   * @param band 0 = red or grey, 1 = green, 2 = blue
   * @return {@code height * width} samples
   */
  public static int[] readBand(Path path, int band) {
    Raster raster = decode(bytesOf(path), path.toString()).getRaster();
    if (band >= raster.getNumBands()) {
      throw new DataException(path + ": has " + raster.getNumBands() + " channels, channel " + band + " is wanted.");
    }
    return raster.getSamples(0, 0, raster.getWidth(), raster.getHeight(), band, (int[]) null);
  }

  /**
   * Reads only the header.
   *
   * @throws DataException as {@link #readColor}
   */
  public static Size readSize(Path path) {
    ImageReader reader = reader(beginningOf(path), path.toString());
    try (FileImageInputStream in = new FileImageInputStream(path.toFile())) {
      reader.setInput(in, true, true);
      return new Size(reader.getHeight(0), reader.getWidth(0));
    } catch (IOException | RuntimeException e) {
      throw damaged(path.toString(), e);
    } finally {
      reader.dispose();
    }
  }

  private static byte[] beginningOf(Path path) {
    try (InputStream in = Files.newInputStream(path)) {
      return in.readNBytes(16);
    } catch (NoSuchFileException e) {
      throw new DataException(path + ": no such file.", e);
    } catch (IOException e) {
      throw new DataException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static byte[] bytesOf(Path path) {
    try {
      return Files.readAllBytes(path);
    } catch (NoSuchFileException e) {
      throw new DataException(path + ": no such file.", e);
    } catch (IOException e) {
      throw new DataException(path + ": cannot be read: " + e.getMessage(), e);
    }
  }

  private static boolean isJpeg(byte[] file) {
    return file.length > 2 && (file[0] & 0xff) == 0xff && (file[1] & 0xff) == 0xd8;
  }

  private static boolean isPng(byte[] file) {
    return file.length > 8 && (file[0] & 0xff) == 0x89 && file[1] == 'P' && file[2] == 'N' && file[3] == 'G';
  }

  private static ImageReader reader(byte[] file, String name) {
    if (file.length == 0) {
      throw new DataException(name + ": the file is empty. Copy or download it again.");
    }
    if (!isPng(file) && !isJpeg(file)) {
      throw new DataException(name + ": neither a PNG nor a JPEG file (by its first bytes).");
    }
    return ImageIO.getImageReadersByFormatName(isPng(file) ? "png" : "jpeg").next();
  }

  private static BufferedImage decode(byte[] file, String name) {
    ImageReader reader = reader(file, name);
    try (MemoryCacheImageInputStream in = new MemoryCacheImageInputStream(new ByteArrayInputStream(file))) {
      reader.setInput(in, true, true);
      requireContent(file, reader.getHeight(0), reader.getWidth(0), name);
      // A JPEG that ends early is only a warning to the decoder, which fills the rest with grey.
      reader.addIIOReadWarningListener((source, warning) -> {
        if (warning.contains("Truncated") || warning.contains("Premature end")) {
          throw new IllegalStateException(warning);
        }
      });
      return reader.read(0);
    } catch (DataException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      throw damaged(name, e);
    } finally {
      reader.dispose();
    }
  }

  /**
   * Refuses a header that claims more pixels than the rest of the file can hold, before memory is taken for them: DEFLATE
   * makes at most 1032 bytes of one, and a JPEG file spends at least one bit on a block of 64 pixels.
   */
  private static void requireContent(byte[] file, long height, long width, String name) {
    long pixelsPerByte = isPng(file) ? 8 * 1032 : 8 * 64;
    if (height * width > pixelsPerByte * file.length || 3 * height * width > MAX_ARRAY) {
      throw new DataException(
          "%s: the header says %dx%d pixels, the file has %,d bytes. Copy or download it again."
              .formatted(name, height, width, file.length));
    }
  }

  private static DataException damaged(String name, Exception cause) {
    Throwable inner = cause.getCause();
    String reason = cause.getMessage() + (inner == null ? "" : ": " + inner.getMessage());
    return new DataException(
        name + ": cannot be decoded, probably cut off or damaged (" + reason + "). Copy or download it again.", cause);
  }

  /** The sample model if the samples are bytes that can be addressed directly, else null. */
  private static PixelInterleavedSampleModel interleaved(Raster raster) {
    return raster.getSampleModel() instanceof PixelInterleavedSampleModel model
            && raster.getDataBuffer() instanceof DataBufferByte
            && raster.getSampleModelTranslateX() == 0
            && raster.getSampleModelTranslateY() == 0
        ? model
        : null;
  }

  private static Pixels color(BufferedImage image, String name) {
    Raster raster = image.getRaster();
    int h = raster.getHeight();
    int w = raster.getWidth();
    byte[] bgr = new byte[3 * h * w];
    if (image.getColorModel() instanceof IndexColorModel palette) {
      lookUp(raster, palette, bgr);
      return new Pixels(h, w, 3, bgr);
    }
    int bands = raster.getNumBands();
    if (bands == 4 && !image.getColorModel().hasAlpha()) {
      throw new DataException(name + ": four-channel colour (CMYK) is not supported. Convert the picture to RGB.");
    }
    int blue = bands >= 3 ? 2 : 0;
    int green = bands >= 3 ? 1 : 0;
    if (interleaved(raster) instanceof PixelInterleavedSampleModel model) {
      copyInterleaved(raster, model, new int[] {blue, green, 0}, bgr);
    } else {
      int shift = Math.max(0, raster.getSampleModel().getSampleSize(0) - 8);
      int[] order = {blue, green, 0};
      int[] row = new int[w];
      for (int y = 0; y < h; y++) {
        for (int c = 0; c < 3; c++) {
          raster.getSamples(0, y, w, 1, order[c], row);
          for (int x = 0; x < w; x++) {
            bgr[3 * (y * w + x) + c] = (byte) (row[x] >>> shift);
          }
        }
      }
    }
    return new Pixels(h, w, 3, bgr);
  }

  private static void copyInterleaved(Raster raster, PixelInterleavedSampleModel model, int[] order, byte[] bgr) {
    byte[] data = ((DataBufferByte) raster.getDataBuffer()).getData();
    int[] offsets = model.getBandOffsets();
    int b = offsets[order[0]];
    int g = offsets[order[1]];
    int r = offsets[order[2]];
    int step = model.getPixelStride();
    int w = raster.getWidth();
    for (int y = 0; y < raster.getHeight(); y++) {
      int from = y * model.getScanlineStride();
      int to = 3 * y * w;
      for (int x = 0; x < w; x++) {
        bgr[to] = data[from + b];
        bgr[to + 1] = data[from + g];
        bgr[to + 2] = data[from + r];
        from += step;
        to += 3;
      }
    }
  }

  private static void lookUp(Raster raster, IndexColorModel palette, byte[] bgr) {
    int w = raster.getWidth();
    int[] row = new int[w];
    for (int y = 0; y < raster.getHeight(); y++) {
      raster.getSamples(0, y, w, 1, 0, row);
      for (int x = 0; x < w; x++) {
        int at = 3 * (y * w + x);
        bgr[at] = (byte) palette.getBlue(row[x]);
        bgr[at + 1] = (byte) palette.getGreen(row[x]);
        bgr[at + 2] = (byte) palette.getRed(row[x]);
      }
    }
  }
}
