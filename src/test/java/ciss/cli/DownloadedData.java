package ciss.cli;

import ciss.cli.SmallWorkplace.Result;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Random;

/**
 * Small data sets in the layouts of their archives, a configuration of a very small network that names them by preset, and
 * the commands run there.
 *
 * <pre>
 * data/cityscapes/leftImg8bit/{train,val,test}/CITY/*.png    data/cityscapes/gtFine/{train,val,test}/CITY/*.json
 * data/acdc/rgb_anon/{fog,night}/{train,train_ref,val,val_ref,test,test_ref}/SEQUENCE/*.png    data/acdc/gt/...
 * </pre>
 */
final class DownloadedData {
  static final int HEIGHT = 128;
  static final int WIDTH = 160;

  private final Path folder;
  private final Random random = new Random(5);

  DownloadedData(Path folder) {
    this.folder = folder;
  }

  Path data() {
    return folder.resolve("data");
  }

  Path run() {
    return folder.resolve("run");
  }

  void cityscapes() throws IOException {
    for (String place : List.of("train/aachen", "train/bochum", "val/frankfurt", "test/berlin")) {
      String city = place.substring(place.indexOf('/') + 1);
      for (int i = 0; i < 2; i++) {
        String name = "%s/%s_%06d_000019".formatted(place, city, i);
        picture("cityscapes/leftImg8bit/" + name + "_leftImg8bit.png", 100);
        Path file = data().resolve("cityscapes/gtFine/" + name + "_gtFine_polygons.json");
        Files.createDirectories(file.getParent());
        Files.writeString(file, annotation(place.startsWith("test"), 40 + 10 * i));
      }
    }
  }

  /** Sky above road, a group of cars, and last the own car without class; of test pictures only that is published. */
  private static String annotation(boolean test, int horizon) {
    String scene =
        """
        {"label":"sky","polygon":[[0,0],[159,0],[159,%1$d],[0,%1$d]]},
        {"label":"road","polygon":[[0,%1$d],[159,%1$d],[159,127],[0,127]]},
        {"label":"cargroup","polygon":[[20,%1$d],[90,%1$d],[90,100],[20,100]]},
        """
            .formatted(horizon);
    return "{\"imgHeight\":128,\"imgWidth\":160,\"objects\":[" + (test ? "" : scene)
        + "{\"label\":\"ego vehicle\",\"polygon\":[[0,118],[159,118],[159,127],[0,127]]}]}";
  }

  void acdc() {
    for (String condition : List.of("fog", "night")) {
      for (String split : List.of("train", "val", "test")) {
        for (String ref : List.of("", "_ref")) {
          String name = "GOPR0%d_frame_000161".formatted(condition.hashCode() % 100 + split.length());
          String place = "%s/%s%s/GOPR0%d/%s".formatted(condition, split, ref, split.length(), name);
          picture("acdc/rgb_anon/" + place + "_rgb" + ref + "_anon.png", condition.equals("night") ? 10 : 70);
          if (!split.equals("test")) {
            labels("acdc/gt/" + place + "_gt" + ref + "_labelTrainIds.png", new int[] {10, 0, 13});
            labels("acdc/gt/" + place + "_gt" + ref + "_labelIds.png", new int[] {23, 7, 26});
          }
        }
      }
    }
  }

  private void picture(String name, int bright) {
    byte[] pixels = new byte[3 * HEIGHT * WIDTH];
    for (int i = 0; i < pixels.length; i++) {
      pixels[i] = (byte) (bright + random.nextInt(50) + i / 800);
    }
    ImageWriting.writePng(data().resolve(name), new Pixels(HEIGHT, WIDTH, 3, pixels));
  }

  private void labels(String name, int[] bands) {
    byte[] ids = new byte[HEIGHT * WIDTH];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = (byte) (i % 7 == 0 ? 255 : bands[i / WIDTH * bands.length / HEIGHT]);
    }
    ImageWriting.writePng(data().resolve(name), new Pixels(HEIGHT, WIDTH, 1, ids));
  }

  /** Writes the configuration: presets, and everything small. */
  Path config() throws IOException {
    Path file = folder.resolve("small_acdc.yaml");
    Files.writeString(
        file,
        String.format(
            Locale.ROOT,
            """
            base: ciss/cityscapes_to_acdc
            model:
              backbone: {type: mit_b0, pretrained: null}
              head: {in_channels: [32, 64, 160, 256], channels: 16, embed_dims: 16}
              hrda: {detail_crop: 32, attention: {dims: 16}}
            inference: {window: 128, stride: 64}
            uda: {feature_distance: {weight: 0, classes: null, min_ratio: null}, debug_images_interval: null}
            stylization: {central_crop: null}
            data:
              source: {root: '%1$s/cityscapes', crop: 64, resize: [128, 160]}
              target: {root: '%1$s/acdc', crop: 64, resize: [128, 160]}
              val: {root: '%1$s/acdc', resize: [128, 160]}
              rare_class_sampling: {min_pixels: 20}
            train: {iterations: 2, batch_size: 1, threads: 1, validate: false}
            schedule: {warmup_iterations: 1}
            checkpoint: {interval: 2}
            log: {interval: 1}
            """,
            data()));
    return file;
  }

  /** Runs any command of the program, in this process. */
  Result ciss(String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
    return new Result(code, out.toString(), err.toString());
  }
}
