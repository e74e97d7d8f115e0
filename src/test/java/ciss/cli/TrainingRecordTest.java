package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageFiles;
import ciss.io.Pixels;
import ciss.report.EventReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a training leaves beside its log: events for TensorBoard and pictures of what it trained on. */
class TrainingRecordTest {
  private static final int CROP = 64;
  @TempDir private Path folder;

  private static List<String> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.map(file -> file.getFileName().toString()).sorted().toList();
    }
  }

  private static List<EventReader.Event> events(Path run) throws IOException {
    List<EventReader.Event> events = new ArrayList<>();
    for (String name : files(run.resolve("events"))) {
      events.addAll(EventReader.read(run.resolve("events").resolve(name)));
    }
    return events;
  }

  @Test
  void debugPicturesAndEventsFollowTheTraining() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result result =
        workplace.train("run", "-o", "uda.debug_images_interval=3", "-o", "train.validate=true", "-o", "log.interval=2",
            "-o", "evaluation.interval=4");
    assertEquals(0, result.code(), result.err());
    Path run = workplace.run("run");
    assertEquals(
        List.of("000001_0.png", "000001_0_s.png", "000004_0.png", "000004_0_s.png"), files(run.resolve("class_mix_debug")));
    Pixels inputs = ImageFiles.readColor(run.resolve("class_mix_debug/000001_0.png"));
    assertEquals(2 * CROP, inputs.height());
    assertEquals(6 * CROP, inputs.width(), "source, its stylized view, target, its stylized view, two mixes");
    assertPaintedWithClasses(inputs, 1, 0);
    assertPaintedWithClasses(inputs, 1, 4);
    Pixels scores = ImageFiles.readColor(run.resolve("class_mix_debug/000001_0_s.png"));
    assertEquals(4 * CROP, scores.width(), "mixed picture, fused, context and detail scores");
    assertPaintedWithClasses(scores, 0, 1);

    List<EventReader.Event> events = events(run);
    assertEquals(
        List.of(2L, 4L),
        events.stream().filter(e -> e.scalars().containsKey("train/src_orig.decode.loss_seg")).map(e -> e.step()).toList());
    assertEquals(1, events.stream().filter(e -> e.scalars().containsKey("night_val/mIoU")).count());
    assertEquals(1, events.stream().filter(e -> e.scalars().containsKey("night_val/IoU/road")).count());
    assertEquals(
        new TreeSet<>(List.of("class_mix/0", "class_mix/0_s")),
        events.stream().flatMap(e -> e.images().keySet().stream()).collect(Collectors.toCollection(TreeSet::new)));
  }

  /** Labels have few colours, all of them of the palette, black for none. */
  private static void assertPaintedWithClasses(Pixels sheet, int row, int column) {
    TreeSet<Integer> colours = new TreeSet<>();
    for (int y = row * CROP; y < (row + 1) * CROP; y++) {
      for (int x = column * CROP; x < (column + 1) * CROP; x++) {
        int at = 3 * (y * sheet.width() + x);
        byte[] v = sheet.values();
        colours.add((v[at + 2] & 0xff) << 16 | (v[at + 1] & 0xff) << 8 | v[at] & 0xff);
      }
    }
    assertTrue(colours.size() <= 20, "colours: " + colours.size());
    assertTrue(List.of(0x804080, 0x4682B4, 0x00008E).stream().anyMatch(colours::contains)
        || colours.size() > 1, "no class is painted");
  }

  @Test
  void theyChangeNoResultAndCanBeSwitchedOff() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    assertEquals(0, workplace.train("with", "-o", "uda.debug_images_interval=1", "--iterations", "2").code());
    assertEquals(0, workplace.train("without", "-o", "log.tensorboard=false", "--iterations", "2").code());
    assertFalse(Files.exists(workplace.run("without").resolve("events")));
    assertFalse(Files.exists(workplace.run("without").resolve("class_mix_debug")));
    ResumeTest.assertSameTensors(workplace.lastCheckpoint("with"), workplace.lastCheckpoint("without"));
  }

  @Test
  void supervisedTrainingShowsPictureAndLabel() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result result =
        workplace.train("run", "-o", "uda.method=none", "-o", "stylization.type=none", "-o", "uda.debug_images_interval=1",
            "--iterations", "2");
    assertEquals(0, result.code(), result.err());
    assertEquals(List.of("000001_0.png", "000002_0.png"), files(workplace.run("run").resolve("class_mix_debug")));
    Pixels inputs = ImageFiles.readColor(workplace.run("run").resolve("class_mix_debug/000001_0.png"));
    assertEquals(CROP, inputs.width());
    assertEquals(2 * CROP, inputs.height());
  }
}
