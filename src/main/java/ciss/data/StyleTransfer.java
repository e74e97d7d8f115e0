package ciss.data;

import ciss.data.Resize.Size;
import ciss.error.DataException;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.RandomStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** Stylizes picture files outside of training: pairs contents with styles and makes 8-bit results or sheets. */
public final class StyleTransfer {
  private StyleTransfer() {}

  /** A content and the style it gets. */
  public record Pair(Path content, Path style) {}

  /**
   * Two pictures ready to be stylized.
   *
   * @param cut whether they were cut to their common size
   */
  public record Pictures(BytePicture content, BytePicture style, boolean cut) {}

  /**
   * Pairs the pictures of two files or folders; the styles are cycled.
   *
   * @param seed shuffles the styles; null = in the order of their names
   * @throws DataException if a folder holds no PNG or JPEG
   */
  public static List<Pair> pairs(Path content, Path style, Long seed) {
    List<Path> styles = new ArrayList<>(pictures(style));
    if (seed != null) {
      RandomStream stream = new Draws(seed).stream(Draws.Purpose.SHUFFLE, 0, 0);
      List<Path> ordered = List.copyOf(styles);
      int[] order = stream.permutation(ordered.size());
      for (int i = 0; i < order.length; i++) {
        styles.set(i, ordered.get(order[i]));
      }
    }
    List<Pair> pairs = new ArrayList<>();
    for (Path picture : pictures(content)) {
      pairs.add(new Pair(picture, styles.get(pairs.size() % styles.size())));
    }
    return pairs;
  }

  /**
   * The file itself, or all PNG and JPEG files of a folder, sorted.
   *
   * @throws DataException if there are none
   */
  public static List<Path> pictures(Path fileOrFolder) {
    if (!Files.isDirectory(fileOrFolder)) {
      return List.of(fileOrFolder);
    }
    List<Path> found = Stream.of(".png", ".jpg", ".jpeg", ".PNG", ".JPG", ".JPEG")
        .flatMap(suffix -> PictureFiles.below(fileOrFolder, suffix).stream().map(name -> name + suffix))
        .map(fileOrFolder::resolve)
        .sorted()
        .toList();
    if (found.isEmpty()) {
      throw new DataException(fileOrFolder + ": holds no PNG or JPEG file.");
    }
    return found;
  }

  /**
   * Reads a pair.
   *
   * @param sameSize cut both to the common part in their middle if they differ in size
   */
  public static Pictures read(Pair pair, boolean sameSize) {
    BytePicture content = picture(pair.content());
    BytePicture style = picture(pair.style());
    boolean differ = content.height() != style.height() || content.width() != style.width();
    if (!sameSize || !differ) {
      return new Pictures(content, style, false);
    }
    Size common =
        new Size(Math.min(content.height(), style.height()), Math.min(content.width(), style.width()));
    return new Pictures(
        content.region(RandomCrop.central(content.height(), content.width(), common)),
        style.region(RandomCrop.central(style.height(), style.width(), common)),
        true);
  }

  private static BytePicture picture(Path file) {
    Pixels pixels = ImageFiles.readColor(file);
    return new BytePicture(pixels.height(), pixels.width(), pixels.values());
  }

  /**
   * The stylized content, or with {@code sheet} one row of content, style, result per stylization.
   */
  public static Pixels render(
      Backend backend, Pictures pictures, List<Stylization> stylizations, boolean sheet) {
    List<List<BytePicture>> rows = new ArrayList<>();
    for (Stylization stylization : stylizations) {
      BytePicture result = stylization.apply(backend, pictures.content(), pictures.style());
      rows.add(sheet ? List.of(pictures.content(), pictures.style(), result) : List.of(result));
    }
    return PictureSheet.of(rows);
  }
}
