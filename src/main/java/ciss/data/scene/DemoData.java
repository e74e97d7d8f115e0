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
    List<Callable<Void>> jobs = new ArrayList<>();
    addSplit(jobs, root.resolve("day"), "train", true, counts.sourceTrain, seed, 1, counts, Condition.DAY);
    addSplit(jobs, root.resolve("day"), "val", true, counts.sourceVal, seed, 2, counts, Condition.DAY);
    addSplit(jobs, root.resolve("adverse"), "train", false, counts.targetTrain, seed, 3, counts, ADVERSE);
    addSplit(jobs, root.resolve("adverse"), "val", true, counts.targetVal, seed, 4, counts, ADVERSE);
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
        throw e.getCause() instanceof RuntimeException cause ? cause : new DataException("drawing " + root, e.getCause());
      } catch (InterruptedException e) {
        pool.shutdownNow();
        Thread.currentThread().interrupt();
        throw new ResourceException("interrupted while drawing pictures into " + root, e);
      }
    }
  }

  private static void addSplit(
      List<Callable<Void>> jobs,
      Path domain,
      String split,
      boolean labelled,
      int count,
      long seed,
      int splitNumber,
      Counts size,
      Condition... conditions) {
    Path images = folder(domain.resolve("images").resolve(split));
    @Nullable Path labels = labelled ? folder(domain.resolve("labels").resolve(split)) : null;
    for (int i = 0; i < count; i++) {
      Condition condition = conditions[i % conditions.length];
      long sceneSeed = SceneRandom.mix(SceneRandom.mix(seed * 8 + splitNumber) + i);
      String name = "%05d_%s.png".formatted(i, condition.id());
      jobs.add(
          () -> {
            ScenePicture picture = new StreetScene(sceneSeed).photograph(condition, size.height, size.width);
            ImageWriting.writePng(images.resolve(name), colours(picture));
            if (labels != null) {
              ImageWriting.writePng(labels.resolve(name), new Pixels(size.height, size.width, 1, picture.labels()), PALETTE);
            }
            return null;
          });
    }
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
