package ciss.api;

import ciss.config.CissConfig;
import ciss.data.BytePicture;
import ciss.data.PictureSheet;
import ciss.io.Pixels;
import ciss.model.TrainingPass;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.Tensor;
import ciss.train.IterationListener;
import ciss.train.TrainingBatch;
import ciss.train.View;
import java.util.ArrayList;
import java.util.List;

/**
 * Pictures of what one iteration trains on, a sheet for each sample of the batch.
 *
 * <pre>
 * inputs    source        (stylized source)  target         (stylized target)  mixed pictures ...
 *           source label                     pseudo-label   its weight         mixed label ...
 * scores    mixed picture with the detail crop, and the classes of the fused, context and detail scores on it
 * </pre>
 *
 * <p>Supervised training has the first column only. Everything is read from the device while the tensors live.
 */
final class DebugPictures implements IterationListener {
  /** Larger pictures are thinned out to this width. */
  private static final int WIDEST_TILE = 512;

  private final Backend backend;
  private final CissConfig config;
  private final TrainingBatch batch;
  private final int[] palette;
  private final int[][] colours;
  private final List<List<BytePicture>> above = new ArrayList<>();
  private final List<List<BytePicture>> below = new ArrayList<>();
  private final List<List<BytePicture>> scores = new ArrayList<>();

  /**
   * The sheets of one sample.
   *
   * @param scores null in supervised training
   */
  record Sheets(Pixels inputs, Pixels scores) {}

  DebugPictures(Backend backend, CissConfig config, TrainingBatch batch) {
    this.backend = backend;
    this.config = config;
    this.batch = batch;
    this.palette = TestRun.palette(config.data().classes());
    this.colours = new int[256][];
    for (int id = 0; id < 256; id++) {
      int rgb = id < palette.length ? palette[id] : 0;
      colours[id] = new int[] {rgb & 0xff, rgb >> 8 & 0xff, rgb >> 16};
    }
    for (int b = 0; b < batch.source().size(0); b++) {
      List<BytePicture> first = new ArrayList<>(List.of(picture(batch.source(), b)));
      addIfPresent(batch.sourceStylized(), b, first);
      above.add(first);
      List<BytePicture> second = new ArrayList<>(List.of(classes(batch.label(), b)));
      while (second.size() < first.size()) {
        second.add(blank());
      }
      below.add(second);
      scores.add(new ArrayList<>());
    }
  }

  private void addIfPresent(Tensor image, int b, List<BytePicture> row) {
    if (image != Tensor.ABSENT) {
      row.add(picture(image, b));
    }
  }

  @Override
  public void pseudoLabels(Tensor label, Tensor weight) {
    for (int b = 0; b < above.size(); b++) {
      above.get(b).add(picture(batch.target(), b));
      below.get(b).add(classes(label, b));
      if (batch.targetStylized() == Tensor.ABSENT) {
        above.get(b).add(blank());
      } else {
        above.get(b).add(picture(batch.targetStylized(), b));
      }
      below.get(b).add(weights(weight, b));
    }
  }

  @Override
  public void mixed(View.Mix views, Tensor image, Tensor label, Tensor weight) {
    for (int b = 0; b < above.size(); b++) {
      above.get(b).add(picture(image, b));
      below.get(b).add(classes(label, b));
    }
  }

  @Override
  public void mixedScores(View.Mix views, TrainingPass pass) {
    for (int b = 0; b < scores.size(); b++) {
      List<BytePicture> row = scores.get(b);
      if (!row.isEmpty()) {
        continue; // the first mix is enough to see how the network does
      }
      row.add(outlined(above.get(b).getLast(), pass.cropBox()));
      row.add(winners(pass.logits(), b, null));
      if (pass.detailLogits() != Tensor.ABSENT) {
        row.add(winners(pass.contextLogits(), b, null));
        row.add(winners(pass.detailLogits(), b, pass.cropBox()));
      }
    }
  }

  /** The sheets, one per sample; call when the iteration is done. */
  List<Sheets> sheets() {
    List<Sheets> sheets = new ArrayList<>();
    for (int b = 0; b < above.size(); b++) {
      Pixels inputs = PictureSheet.of(List.of(above.get(b), below.get(b)));
      sheets.add(new Sheets(inputs, scores.get(b).isEmpty() ? null : PictureSheet.of(List.of(scores.get(b)))));
    }
    return sheets;
  }

  private int step() {
    return Math.max(1, (batch.source().size(2) + WIDEST_TILE - 1) / WIDEST_TILE);
  }

  private int tileHeight() {
    return batch.source().size(1) / step();
  }

  private int tileWidth() {
    return batch.source().size(2) / step();
  }

  private BytePicture blank() {
    return new BytePicture(tileHeight(), tileWidth(), new byte[3 * tileHeight() * tileWidth()]);
  }

  /** What to paint at a place of the full picture, B,G,R. */
  private interface Painter {
    int[] at(int y, int x);
  }

  private BytePicture paint(Painter painter) {
    BytePicture tile = blank();
    for (int y = 0; y < tile.height(); y++) {
      for (int x = 0; x < tile.width(); x++) {
        int[] bgr = painter.at(y * step(), x * step());
        for (int c = 0; c < 3; c++) {
          tile.bgr()[tile.index(y, x) + c] = (byte) bgr[c];
        }
      }
    }
    return tile;
  }

  /** A normalised picture as it looked before. */
  private BytePicture picture(Tensor image, int b) {
    float[] values = backend.download(image.at(b));
    int w = image.size(2);
    List<Double> mean = config.data().mean();
    List<Double> std = config.data().std();
    int[] bgr = new int[3];
    return paint(
        (y, x) -> {
          for (int c = 0; c < 3; c++) {
            double value = values[3 * (y * w + x) + c] * std.get(c) + mean.get(c);
            bgr[2 - c] = (int) Math.max(0, Math.min(255, Math.round(value)));
          }
          return bgr;
        });
  }

  private BytePicture classes(Tensor label, int b) {
    byte[] ids = backend.downloadBytes(label.at(b));
    int w = label.size(2);
    return paint((y, x) -> colours[ids[y * w + x] & 0xff]);
  }

  private BytePicture weights(Tensor weight, int b) {
    float[] values = backend.download(weight.at(b));
    int w = weight.size(2);
    int[] bgr = new int[3];
    return paint(
        (y, x) -> {
          java.util.Arrays.fill(bgr, Math.round(255 * Math.max(0, Math.min(1, values[y * w + x]))));
          return bgr;
        });
  }

  /**
   * The class of the highest score at each place.
   *
   * @param crop part of the picture that the scores are of; null: all of it
   */
  private BytePicture winners(Tensor logits, int b, Box crop) {
    float[] values = backend.download(logits.at(b));
    int h = logits.size(1);
    int w = logits.size(2);
    int classes = logits.size(3);
    Box box = crop != null ? crop : new Box(0, batch.source().size(1), 0, batch.source().size(2));
    return paint(
        (y, x) -> {
          if (y < box.y1() || y >= box.y2() || x < box.x1() || x >= box.x2()) {
            return colours[255];
          }
          int row = (y - box.y1()) * h / box.height();
          int column = (x - box.x1()) * w / box.width();
          int from = (row * w + column) * classes;
          int best = 0;
          for (int c = 1; c < classes; c++) {
            best = values[from + c] > values[from + best] ? c : best;
          }
          return colours[best];
        });
  }

  /** A copy with a white frame around the detail crop. */
  private BytePicture outlined(BytePicture tile, Box crop) {
    BytePicture copy = new BytePicture(tile.height(), tile.width(), tile.bgr().clone());
    if (crop == null) {
      return copy;
    }
    int y1 = crop.y1() / step();
    int y2 = Math.min(crop.y2() / step(), tile.height()) - 1;
    int x1 = crop.x1() / step();
    int x2 = Math.min(crop.x2() / step(), tile.width()) - 1;
    for (int y = y1; y <= y2; y++) {
      for (int x = x1; x <= x2; x++) {
        if (y == y1 || y == y2 || x == x1 || x == x2) {
          java.util.Arrays.fill(copy.bgr(), copy.index(y, x), copy.index(y, x) + 3, (byte) 255);
        }
      }
    }
    return copy;
  }
}
