package ciss.io;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import java.awt.image.BufferedImage;
import java.awt.image.DataBufferByte;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Random;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ImageFilesTest {
  @TempDir Path folder;

  private static byte[] random(int n) {
    byte[] bytes = new byte[n];
    new Random(7).nextBytes(bytes);
    return bytes;
  }

  private Path png(BufferedImage image) throws IOException {
    Path path = folder.resolve("x.png");
    ImageIO.write(image, "png", path.toFile());
    return path;
  }

  private String message(Path path) {
    return assertThrows(DataException.class, () -> ImageFiles.readColor(path)).getMessage();
  }

  @Test
  void colourPngComesBackAsBlueGreenRed() {
    Pixels x = new Pixels(5, 7, 3, random(105));
    Path path = folder.resolve("new/folder/c.png");
    ImageWriting.writePng(path, x);
    Pixels y = ImageFiles.readColor(path);
    assertArrayEquals(x.values(), y.values());
    assertEquals(new ImageFiles.Size(5, 7), ImageFiles.readSize(path));
    assertEquals(x.values()[2] & 0xff, ImageFiles.readBand(path, 0)[0], "band 0 is red");
  }

  @Test
  void greyValuesAreNotBentByAColourCurve() throws IOException {
    BufferedImage image = new BufferedImage(256, 1, BufferedImage.TYPE_BYTE_GRAY);
    byte[] data = ((DataBufferByte) image.getRaster().getDataBuffer()).getData();
    for (int i = 0; i < 256; i++) {
      data[i] = (byte) i;
    }
    Path path = png(image);
    Pixels labels = ImageFiles.readLabels(path);
    Pixels colour = ImageFiles.readColor(path);
    for (int i = 0; i < 256; i++) {
      assertEquals((byte) i, labels.values()[i]);
      assertEquals((byte) i, colour.values()[3 * i + 1]);
    }
  }

  @Test
  void aPalettePngGivesIndicesAsLabelsAndColoursAsPicture() {
    Path path = folder.resolve("p.png");
    ImageWriting.writePng(path, new Pixels(1, 3, 1, new byte[] {0, 1, (byte) 255}), new int[] {0x804080, 0xf423e8});
    assertArrayEquals(new byte[] {0, 1, (byte) 255}, ImageFiles.readLabels(path).values());
    assertArrayEquals(
        new byte[] {(byte) 0x80, 0x40, (byte) 0x80, (byte) 0xe8, 0x23, (byte) 0xf4, 0, 0, 0},
        ImageFiles.readColor(path).values());
  }

  @Test
  void sixteenBitsAreReducedToTheUpperEight() throws IOException {
    BufferedImage image = new BufferedImage(2, 1, BufferedImage.TYPE_USHORT_GRAY);
    image.getRaster().setSample(0, 0, 0, 0x12ff);
    image.getRaster().setSample(1, 0, 0, 0xfe01);
    Path path = png(image);
    assertArrayEquals(
        new byte[] {0x12, 0x12, 0x12, (byte) 0xfe, (byte) 0xfe, (byte) 0xfe}, ImageFiles.readColor(path).values());
    assertEquals(0x12ff, ImageFiles.readBand(path, 0)[0]);
    assertThrows(DataException.class, () -> ImageFiles.readLabels(path));
  }

  @Test
  void alphaIsDroppedWithoutBlending() throws IOException {
    BufferedImage image = new BufferedImage(1, 1, BufferedImage.TYPE_4BYTE_ABGR);
    image.setRGB(0, 0, 0x40102030);
    assertArrayEquals(new byte[] {0x30, 0x20, 0x10}, ImageFiles.readColor(png(image)).values());
  }

  @Test
  void aOneBitPngIsReadAsLabelsZeroAndOne() throws IOException {
    BufferedImage image = new BufferedImage(9, 1, BufferedImage.TYPE_BYTE_BINARY);
    image.getRaster().setSample(8, 0, 0, 1);
    byte[] labels = ImageFiles.readLabels(png(image)).values();
    assertEquals(1, labels[8]);
    assertEquals(0, labels[0]);
  }

  @Test
  void jpegIsCloseToWhatWasWritten() {
    byte[] values = new byte[48 * 64 * 3];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) (i / 192 * 3 + i % 3 * 20);
    }
    Path path = folder.resolve("j.jpg");
    ImageWriting.writeJpeg(path, new Pixels(48, 64, 3, values), 0.95);
    byte[] read = ImageFiles.readColor(path).values();
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i] & 0xff, read[i] & 0xff, 6);
    }
  }

  /** What the eight orientations do to the picture [[1,2],[3,4],[5,6]]. */
  @ParameterizedTest
  @CsvSource({
    "1, 123456", "2, 214365", "3, 654321", "4, 563412", "5, 135246", "6, 531642", "7, 642531", "8, 246135"
  })
  void theOrientationTagTurnsThePicture(int orientation, String expected) {
    Pixels turned = ExifOrientation.apply(new Pixels(3, 2, 1, new byte[] {1, 2, 3, 4, 5, 6}), orientation);
    StringBuilder found = new StringBuilder();
    for (byte b : turned.values()) {
      found.append(b);
    }
    assertEquals(expected, found.toString());
    assertEquals(orientation >= 5 ? 2 : 3, turned.height());
  }

  @Test
  void theOrientationTagIsFoundInAJpegFile() throws IOException {
    BufferedImage image = new BufferedImage(16, 8, BufferedImage.TYPE_3BYTE_BGR);
    ByteArrayOutputStream plain = new ByteArrayOutputStream();
    ImageIO.write(image, "jpg", plain);
    byte[] exif = {
      (byte) 0xff, (byte) 0xe1, 0, 34, 'E', 'x', 'i', 'f', 0, 0, 'M', 'M', 0, 42, 0, 0, 0, 8, 0, 1,
      0x01, 0x12, 0, 3, 0, 0, 0, 1, 0, 6, 0, 0, 0, 0, 0, 0
    };
    ByteArrayOutputStream tagged = new ByteArrayOutputStream();
    tagged.write(plain.toByteArray(), 0, 2);
    tagged.write(exif);
    tagged.write(plain.toByteArray(), 2, plain.size() - 2);
    Pixels turned = ImageFiles.decodeColor(tagged.toByteArray(), "tagged.jpg");
    assertEquals(16, turned.height());
    assertEquals(8, turned.width());
  }

  @Test
  void unreadableFilesAreNamedWithTheReason() throws IOException {
    assertTrue(message(folder.resolve("none.png")).contains("none.png: no such file"));
    assertTrue(message(Files.write(folder.resolve("empty.png"), new byte[0])).contains("empty"));
    assertTrue(message(Files.writeString(folder.resolve("text.png"), "not a picture")).contains("neither a PNG"));
    assertTrue(message(Files.createDirectory(folder.resolve("d.png"))).contains("cannot be read"));
  }

  @Test
  void filesThatEndEarlyAreRefused() throws IOException {
    byte[] png = ImageWriting.encodePng(new Pixels(40, 40, 3, random(4800)));
    assertTrue(message(Files.write(folder.resolve("c.png"), Arrays.copyOf(png, png.length / 2))).contains("cut off"));
    Path jpeg = folder.resolve("c.jpg");
    ImageWriting.writeJpeg(jpeg, new Pixels(40, 40, 3, random(4800)), 0.9);
    byte[] whole = Files.readAllBytes(jpeg);
    assertTrue(message(Files.write(jpeg, Arrays.copyOf(whole, whole.length / 2))).contains("cut off"));
  }
}
