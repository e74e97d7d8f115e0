package ciss.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.config.ResolvedConfig;
import ciss.data.BytePicture;
import ciss.data.ReinhardStylization;
import ciss.data.StyleTransfer;
import ciss.error.CheckpointException;
import ciss.error.ConfigException;
import ciss.eval.Predictor;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.report.RunDirectory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The facade as somebody uses it who has this program as a library: nothing but public classes. */
class CissTest {
  private static final int SIZE = 64;
  @TempDir private Path folder;

  /** Two halves, bright sky above dark road; the target is the same at dusk. */
  private void draw(String set, int brightness) throws IOException {
    byte[] pixels = new byte[3 * SIZE * SIZE];
    byte[] ids = new byte[SIZE * SIZE];
    for (int i = 0; i < ids.length; i++) {
      boolean sky = i < ids.length / 2;
      ids[i] = (byte) (sky ? 1 : 0);
      for (int c = 0; c < 3; c++) {
        pixels[3 * i + c] = (byte) ((sky ? 2 : 1) * brightness + i * 31 % 7);
      }
    }
    Files.createDirectories(folder.resolve(set).resolve("images"));
    Files.createDirectories(folder.resolve(set).resolve("labels"));
    ImageWriting.writePng(folder.resolve(set).resolve("images/a.png"), new Pixels(SIZE, SIZE, 3, pixels));
    ImageWriting.writePng(folder.resolve(set).resolve("labels/a.png"), new Pixels(SIZE, SIZE, 1, ids));
  }

  private Path configuration() throws IOException {
    draw("day", 80);
    draw("dusk", 40);
    String set = "{dataset: folder, root: %s, images: images, image_suffix: .png, labels: labels, label_suffix: .png%s}";
    return Files.writeString(
        folder.resolve("mine.yaml"),
        """
        base: demo
        model: {classes: 2, head: {channels: 16, embed_dims: 16}, hrda: {detail_crop: 32, attention: {dims: 16}}}
        inference: {window: 64, stride: 32}
        data:
          classes: [{name: road, colour: [128, 64, 128]}, {name: sky, colour: [70, 130, 180]}]
          source: %s
          target: {dataset: folder, root: %s, images: images, image_suffix: .png, crop: 64}
          val: %s
          rare_class_sampling: {enabled: false}
        train: {iterations: 2, batch_size: 1, validate: true}
        schedule: {warmup_iterations: 1}
        """
            .formatted(
                set.formatted(folder.resolve("day"), ", crop: 64"),
                folder.resolve("dusk"),
                set.formatted(folder.resolve("dusk"), "")));
  }

  @Test
  void trainTestAndLabelAsInTheExample() throws IOException {
    ResolvedConfig config = Ciss.configuration(configuration().toString(), List.of("train.threads=1"));
    RunDirectory run = RunDirectory.createAt(folder.resolve("runs/mine"));
    TrainingRun.Outcome outcome = Ciss.train(config, run);
    assertTrue(outcome.complete());
    assertEquals(2, outcome.iterations());

    try (Ciss network = Ciss.open(run.path())) {
      BytePicture picture = Ciss.picture(folder.resolve("dusk/images/a.png"));
      Predictor.Prediction prediction = network.label(picture);
      assertEquals(SIZE, prediction.label().height());
      assertEquals(SIZE * SIZE, prediction.confidence().length);
      assertTrue(List.of("road", "sky").contains(network.classes().get(prediction.label().at(3, 5))));
      assertEquals(0x804080, network.palette()[0]);

      Path weights = run.latestCheckpoint().orElseThrow();
      var request =
          new TestRun.Request(
              network.config(), weights, false, false, null, true, false, TestRun.Outputs.NONE);
      List<String> warnings = new ArrayList<>();
      TestRun.Result result = Ciss.test(request, warnings::add, (done, pictures) -> {}, () -> false);
      assertEquals(List.of(), warnings);
      assertEquals(1, result.pictures());
      long agreeing = 0;
      for (int y = 0; y < SIZE; y++) {
        for (int x = 0; x < SIZE; x++) {
          agreeing += prediction.label().at(y, x) == (y < SIZE / 2 ? 1 : 0) ? 1 : 0;
        }
      }
      assertEquals(agreeing, result.counts().count(0, 0) + result.counts().count(1, 1), "label and test agree");
    }
  }

  @Test
  void stylizedPicturesTakeTheBrightnessOfTheStyle() throws IOException {
    configuration();
    var pair = new StyleTransfer.Pair(folder.resolve("day/images/a.png"), folder.resolve("dusk/images/a.png"));
    Pixels result = Ciss.stylize(pair, List.of(new ReinhardStylization()), false, false).result();
    assertEquals(mean(Ciss.picture(pair.style()).bgr()), mean(result.values()), 4);
  }

  private static double mean(byte[] values) {
    double sum = 0;
    for (byte value : values) {
      sum += value & 0xff;
    }
    return sum / values.length;
  }

  @Test
  void mistakesAreExceptionsWithWhatToDo() throws IOException {
    ConfigException unknown =
        assertThrows(ConfigException.class, () -> Ciss.configuration("demo", List.of("uda.metod=ciss")));
    assertTrue(unknown.getMessage().contains("did you mean 'uda.method'?"), unknown.getMessage());
    Path text = Files.writeString(folder.resolve("weights.safetensors"), "no weights");
    ResolvedConfig config = Ciss.configuration(configuration().toString(), List.of());
    assertThrows(CheckpointException.class, () -> Ciss.open(config.config(), text, false, line -> {}));
  }
}
