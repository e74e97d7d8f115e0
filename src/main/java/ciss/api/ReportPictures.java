package ciss.api;

import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.error.DataException;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.report.ReportContent.Panel;
import ciss.report.ReportContent.Tile;
import ciss.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * Pictures that an evaluation keeps for the report: {@code evaluation/pictures/<name>.input.jpg}, {@code .truth.png}
 * and {@code .prediction.png}, the last one replaced by each evaluation.
 */
final class ReportPictures {
  private static final String FOLDER = "evaluation/pictures";
  private static final String INPUT = ".input.jpg";
  private static final String TRUTH = ".truth.png";
  private static final String PREDICTION = ".prediction.png";
  private static final double QUALITY = 0.85;
  /** Larger pictures are thinned out to this width: a report is one file. */
  private static final int WIDEST = 640;

  private ReportPictures() {}

  /**
   * Keeps one picture.
   *
   * @param name of the picture in its data set
   * @param truth null if there is none
   */
  static void keep(
      RunDirectory run, String name, BytePicture picture, LabelMap prediction, LabelMap truth, int[] palette) {
    Path folder = run.file(FOLDER);
    String flat = name.replace('/', '_');
    int step = Math.max(1, (picture.width() + WIDEST - 1) / WIDEST);
    ImageWriting.writeJpeg(folder.resolve(flat + INPUT), thinned(picture, step), QUALITY);
    ImageWriting.writePng(folder.resolve(flat + PREDICTION), thinned(prediction, step), palette);
    if (truth != null) {
      ImageWriting.writePng(folder.resolve(flat + TRUTH), thinned(truth, step), palette);
    }
  }

  private static Pixels thinned(BytePicture picture, int step) {
    int h = picture.height() / step;
    int w = picture.width() / step;
    byte[] bgr = new byte[3 * h * w];
    for (int y = 0; y < h; y++) {
      for (int x = 0; x < w; x++) {
        System.arraycopy(picture.bgr(), picture.index(y * step, x * step), bgr, 3 * (y * w + x), 3);
      }
    }
    return new Pixels(h, w, 3, bgr);
  }

  private static Pixels thinned(LabelMap label, int step) {
    int h = label.height() / step;
    int w = label.width() / step;
    byte[] ids = new byte[h * w];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) label.at(i / w * step, i % w * step);
    }
    return new Pixels(h, w, 1, ids);
  }

  /**
   * The kept pictures of runs, each with the predictions of all runs that have it.
   *
   * @param names of the runs
   */
  static List<Panel> panels(List<RunDirectory> runs, List<String> names) {
    Map<String, List<Tile>> panels = new LinkedHashMap<>();
    for (int i = 0; i < runs.size(); i++) {
      Path folder = runs.get(i).file(FOLDER);
      for (Path input : inputs(folder)) {
        String name = input.getFileName().toString().replace(INPUT, "");
        List<Tile> tiles = panels.computeIfAbsent(name, key -> new ArrayList<>());
        if (tiles.isEmpty()) {
          tiles.add(new Tile("input", read(input)));
          Path truth = folder.resolve(name + TRUTH);
          if (Files.exists(truth)) {
            tiles.add(new Tile("truth", read(truth)));
          }
        }
        tiles.add(new Tile(names.get(i), read(folder.resolve(name + PREDICTION))));
      }
    }
    return panels.entrySet().stream().map(entry -> new Panel(entry.getKey(), entry.getValue())).toList();
  }

  private static List<Path> inputs(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(INPUT)).sorted().toList();
    } catch (IOException e) {
      throw new DataException(folder + ": cannot be listed: " + e.getMessage(), e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new DataException(file + ": cannot be read: " + e.getMessage(), e);
    }
  }
}
