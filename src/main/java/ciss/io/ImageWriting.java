package ciss.io;

import ciss.error.ResourceException;
import ciss.error.ShapeException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import javax.imageio.IIOImage;
import javax.imageio.ImageIO;
import javax.imageio.ImageWriteParam;
import javax.imageio.ImageWriter;
import javax.imageio.stream.MemoryCacheImageOutputStream;

/**
 * Writes 8-bit pictures: colour PNG and JPEG, palette PNG, grey PNG. Missing folders are made; a file is there complete
 * or not at all. Thread-safe.
 */
public final class ImageWriting {
  static {
    ImageIO.setUseCache(false);
  }

  private ImageWriting() {}

  /**
   * Writes a PNG: three channels B,G,R as colour, one channel as grey.
   *
   * @throws ResourceException if the file cannot be written
   */
  public static void writePng(Path path, Pixels pixels) {
    write(path, encodePng(pixels));
  }

  /**
   * Writes a one-channel picture as 8-bit palette PNG; the stored indices are the values.
   *
   * @param palette colour of each value, 0xRRGGBB; values beyond it are black
   */
  public static void writePng(Path path, Pixels labels, int[] palette) {
    write(path, encodePng(labels, palette));
  }

  /** Writes a JPEG of three channels. {@code quality} 0..1. */
  public static void writeJpeg(Path path, Pixels pixels, double quality) {
    write(path, encodeJpeg(pixels, quality));
  }

  /** The bytes of a JPEG of three channels. {@code quality} 0..1. */
  public static byte[] encodeJpeg(Pixels pixels, double quality) {
    ImageWriter writer = ImageIO.getImageWritersByFormatName("jpeg").next();
    ImageWriteParam parameters = writer.getDefaultWriteParam();
    parameters.setCompressionMode(ImageWriteParam.MODE_EXPLICIT);
    parameters.setCompressionQuality((float) quality);
    return encode(writer, parameters, wrap(pixels, BufferedImage.TYPE_3BYTE_BGR));
  }

  /** The bytes of the PNG that {@link #writePng(Path, Pixels)} writes. */
  public static byte[] encodePng(Pixels pixels) {
    int type = pixels.channels() == 3 ? BufferedImage.TYPE_3BYTE_BGR : BufferedImage.TYPE_BYTE_GRAY;
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    return encode(writer, writer.getDefaultWriteParam(), wrap(pixels, type));
  }

  /** The bytes of the palette PNG. */
  public static byte[] encodePng(Pixels labels, int[] palette) {
    byte[] r = new byte[256];
    byte[] g = new byte[256];
    byte[] b = new byte[256];
    for (int i = 0; i < palette.length; i++) {
      r[i] = (byte) (palette[i] >> 16);
      g[i] = (byte) (palette[i] >> 8);
      b[i] = (byte) palette[i];
    }
    BufferedImage image = new BufferedImage(
        labels.width(), labels.height(), BufferedImage.TYPE_BYTE_INDEXED, new IndexColorModel(8, 256, r, g, b));
    fill(image, labels);
    ImageWriter writer = ImageIO.getImageWritersByFormatName("png").next();
    return encode(writer, writer.getDefaultWriteParam(), image);
  }

  private static BufferedImage wrap(Pixels pixels, int type) {
    BufferedImage image = new BufferedImage(pixels.width(), pixels.height(), type);
    fill(image, pixels);
    return image;
  }

  private static void fill(BufferedImage image, Pixels pixels) {
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    if (data.length != pixels.values().length) {
      throw new ShapeException(
          "picture " + pixels.height() + "x" + pixels.width() + "x" + pixels.channels() + " has "
              + pixels.values().length + " values, expected " + data.length);
    }
    System.arraycopy(pixels.values(), 0, data, 0, data.length);
  }

  private static byte[] encode(ImageWriter writer, ImageWriteParam parameters, BufferedImage image) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (MemoryCacheImageOutputStream out = new MemoryCacheImageOutputStream(bytes)) {
      writer.setOutput(out);
      writer.write(null, new IIOImage(image, null, null), parameters);
    } catch (IOException e) {
      throw new IllegalStateException("encoding to memory failed", e);
    } finally {
      writer.dispose();
    }
    return bytes.toByteArray();
  }

  /**
   * Writes an encoded picture.
   *
   * @throws ResourceException if the file cannot be written
   */
  public static void write(Path path, byte[] bytes) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      AtomicFile.write(path, bytes);
    } catch (IOException e) {
      throw new ResourceException(
          path + ": cannot be written: " + e.getMessage() + ". Check the free space and rights of the folder.", e);
    }
  }
}
