package ciss.data.scene;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntConsumer;
import org.jspecify.annotations.Nullable;

/**
 * Draws a data set in folders: clear day as source, night, fog, rain and snow as target, every picture another scene.
 *
 * <pre>
 * day/images/{train,val}/00012_day.png        day/labels/{train,val}/00012_day.png
 * adverse/images/{train,val}/00012_fog.png    adverse/labels/val/00012_fog.png
 * </pre>
 *
 * Labels are 8-bit palette PNGs of train ids. The target's training pictures have no labels.
 */
public final class DemoData {
  private static final Condition[] ADVERSE = {Condition.NIGHT, Condition.FOG, Condition.RAIN, Condition.SNOW};
  private static final int[] PALETTE = {
    0x804080, 0xF423E8, 0x464646, 0x66669C, 0xBE9999, 0x999999, 0xFAAA1E, 0xDCDC00, 0x6B8E23, 0x98FB98, 0x4682B4,
    0xDC143C, 0xFF0000, 0x00008E, 0x000046, 0x003C64, 0x005064, 0x0000E6, 0x770B20
  };

  private DemoData() {}

  /**
   * How many pictures to draw, and how large.
   *
   * @param sourceTrain labelled day pictures; sourceVal: more of them for testing
   * @param targetTrain unlabelled pictures, the four conditions in turn; targetVal: labelled ones for testing
   */
  public record Counts(int sourceTrain, int sourceVal, int targetTrain, int targetVal, int height, int width) {
    public int total() {
      return sourceTrain + sourceVal + targetTrain + targetVal;
    }
  }

  /**
   * Draws and writes all pictures; existing files of the same name are replaced.
   *
   * @param root folder that holds {@code day} and {@code adverse}; made if missing
   * @param seed same seed, same bytes
   * @param threads number of pictures drawn at a time; does not change the result
   * @param progress called with the number of pictures written so far, from any thread
   * @throws DataException if a file cannot be written
   */
  public static void write(Path root, long seed, Counts counts, int threads, IntConsumer progress) {
    Path day = root.resolve("day");
    Path adverse = root.resolve("adverse");
    Size size = new Size(counts.height, counts.width);
    List<Callable<Void>> jobs = new ArrayList<>();
    add(jobs, new Split(day, "train", 1, counts.sourceTrain, true, Condition.DAY), seed, size);
    add(jobs, new Split(day, "val", 2, counts.sourceVal, true, Condition.DAY), seed, size);
    add(jobs, new Split(adverse, "train", 3, counts.targetTrain, false, ADVERSE), seed, size);
    add(jobs, new Split(adverse, "val", 4, counts.targetVal, true, ADVERSE), seed, size);
    try (ExecutorService pool = Executors.newFixedThreadPool(threads)) {
      List<Future<Void>> pending = jobs.stream().map(pool::submit).toList();
      int done = 0;
      try {
        for (Future<Void> picture : pending) {
          picture.get();
          progress.accept(++done);
        }
      } catch (ExecutionException e) {
        pool.shutdownNow();
        throw e.getCause() instanceof RuntimeException cause ? cause
            : new DataException("drawing " + root, e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new ResourceException("interrupted while drawing pictures into " + root, e);
      }
    }
  }

  private record Size(int height, int width) {}

  /**
   * A folder of pictures.
   *
   * @param number keeps its scenes apart from those of the other splits
   * @param conditions taken in turn
   */
  private record Split(Path domain, String name, int number, int count, boolean labelled, Condition... conditions) {}

  private static void add(List<Callable<Void>> jobs, Split split, long seed, Size size) {
    Path images = folder(split.domain.resolve("images").resolve(split.name));
    Path labels = split.labelled ? folder(split.domain.resolve("labels").resolve(split.name)) : null;
    for (int i = 0; i < split.count; i++) {
      Condition condition = split.conditions[i % split.conditions.length];
      long sceneSeed = SceneRandom.mix(SceneRandom.mix(seed * 8 + split.number) + i);
      String name = "%05d_%s.png".formatted(i, condition.id());
      Path image = images.resolve(name);
      Path label = labels == null ? null : labels.resolve(name);
      jobs.add(() -> draw(sceneSeed, condition, size, image, label));
    }
  }

  private static Void draw(long seed, Condition condition, Size size, Path image, @Nullable Path label) {
    ScenePicture picture = new StreetScene(seed).photograph(condition, size.height, size.width);
    ImageWriting.writePng(image, colours(picture));
    if (label != null) {
      ImageWriting.writePng(label, new Pixels(size.height, size.width, 1, picture.labels()), PALETTE);
    }
    return null;
  }

  private static Path folder(Path path) {
    try {
      return Files.createDirectories(path);
    } catch (IOException e) {
      throw new DataException("cannot make folder " + path + ": " + e.getMessage(), e);
    }
  }

  private static Pixels colours(ScenePicture p) {
    byte[] bgr = new byte[p.rgb().length];
    for (int i = 0; i < bgr.length; i += 3) {
      bgr[i] = p.rgb()[i + 2];
      bgr[i + 1] = p.rgb()[i + 1];
      bgr[i + 2] = p.rgb()[i];
    }
    return new Pixels(p.height(), p.width(), 3, bgr);
  }
}
