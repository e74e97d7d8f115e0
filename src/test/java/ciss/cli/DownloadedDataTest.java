package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.cli.SmallWorkplace.Result;
import ciss.data.BytePicture;
import ciss.data.CityscapesLabels;
import ciss.data.Normalization;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import ciss.io.Safetensors;
import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** From the archives of Cityscapes and ACDC to scores and a submission, with the commands that a user types. */
@Timeout(600)
class DownloadedDataTest {
  @TempDir private static Path folder;
  private static DownloadedData here;
  private static String config;
  private static Result preparedCityscapes;
  private static Result preparedAcdc;

  @BeforeAll
  static void prepareAndTrain() throws IOException {
    here = new DownloadedData(folder);
    here.cityscapes();
    here.acdc();
    config = here.config().toString();
    preparedCityscapes = successful("prepare", "cityscapes", root("cityscapes"));
    preparedAcdc = successful("prepare", "acdc", root("acdc"));
    successful("train", config, "--work-dir", here.run().toString());
  }

  private static String root(String name) {
    return here.data().resolve(name).toString();
  }

  private static Result successful(String... arguments) {
    Result result = here.ciss(arguments);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  private static Result test(String... options) {
    String[] all = Stream.concat(Stream.of("test", here.run().toString()), Stream.of(options)).toArray(String[]::new);
    return successful(all);
  }

  private static Set<String> names(Path directory) throws IOException {
    try (Stream<Path> files = Files.list(directory)) {
      return files.map(file -> file.getFileName().toString()).collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static JsonNode json(Path file) throws IOException {
    return new JsonMapper().readTree(Files.readAllBytes(file));
  }

  @Test
  void prepareSaysWhatThereIs() {
    assertTrue(preparedCityscapes.out().contains("train      4 pictures (published: 2975)   4 labels\n"));
    assertTrue(
        preparedCityscapes.out().endsWith(
            "wrote 8 of 8 label files, sample_class_stats.json (4), train.txt val.txt test.txt\n"));
    assertTrue(preparedAcdc.out().startsWith("10 files linked\n"), preparedAcdc.out());
    assertTrue(preparedAcdc.out().contains("test       2 pictures (published: 2000)   no labels\n"));
  }

  @Test
  void preparedDataPassTheCheck() {
    Result result = successful("data", "check", config, "--deep");
    assertTrue(result.out().contains("0 problems in 14 files"), result.out());
    assertTrue(result.out().contains("labels 0,10,13,255   statistics ok"), result.out());
  }

  @Test
  void aStartupTestTrainsTwoIterations() {
    Result result = successful("train", config, "--startup-test", "--work-dir", folder.resolve("startup").toString());
    assertTrue(result.err().contains("\n      2 "), result.err());
  }

  @Test
  void scoresAreThoseOfTheWrittenLabelPictures() throws IOException {
    Result result = test("--images", "none");
    Path predictions = here.run().resolve("labelTrainIds");
    long[] inter = new long[19];
    long[] union = new long[19];
    long correct = 0;
    long labelled = 0;
    for (String name : names(predictions)) {
      byte[] found = ImageFiles.readLabels(predictions.resolve(name)).values();
      String label = name.replace("_rgb_anon.png", "_gt_labelTrainIds.png");
      byte[] truth = ImageFiles.readLabels(here.data().resolve("acdc/gt/val").resolve(label)).values();
      for (int i = 0; i < truth.length; i++) {
        if (truth[i] != -1) {
          labelled++;
          union[truth[i]]++;
          if (truth[i] == found[i]) {
            correct++;
            inter[truth[i]]++;
          } else {
            union[found[i]]++;
          }
        }
      }
    }
    double sum = 0;
    int classes = 0;
    for (int c = 0; c < 19; c++) {
      sum += union[c] == 0 ? 0 : (double) inter[c] / union[c];
      classes += union[c] == 0 ? 0 : 1;
    }
    JsonNode scores = json(here.run().resolve("evaluation/acdc_val_000002.json"));
    assertEquals(sum / classes, scores.get("mIoU").asDouble(), 1e-12);
    assertEquals((double) correct / labelled, scores.get("aAcc").asDouble(), 1e-12);
    assertTrue(result.out().contains("IoU by condition"), result.out());
    assertTrue(Files.exists(here.run().resolve("evaluation/acdc_night_val_000002.json")));
  }

  @Test
  void aSubmissionIsPackedAsServersWantIt() throws IOException {
    Path zip = folder.resolve("acdc.zip");
    Path labels = folder.resolve("submission/labelTrainIds");
    Result result = test(
        "--split", "test", "--predictions", labels.toString(), "--images", "none", "--zip", zip.toString());
    assertTrue(result.err().contains("acdc test has no labels: predictions only"), result.err());
    assertTrue(result.err().contains("acdc.zip: 2 label pictures, checked"), result.err());
    assertEquals("", result.out());
    Set<String> pictures = names(here.data().resolve("acdc/rgb_anon/test"));
    try (ZipFile archive = new ZipFile(zip.toFile())) {
      List<? extends ZipEntry> entries = archive.stream().toList();
      assertEquals(
          pictures,
          entries.stream().map(e -> e.getName().replace("labelTrainIds/", "")).collect(Collectors.toSet()));
      byte[] png = archive.getInputStream(entries.getFirst()).readAllBytes();
      assertEquals(8, png[24], "bits per pixel");
      assertEquals(3, png[25], "palette");
    }
    assertEquals(2, here.ciss("test", here.run().toString(), "--zip", zip.toString()).code(), "is not replaced unasked");
  }

  @Test
  void labelIdsAreTrainIdsTranslated() throws IOException {
    Path train = folder.resolve("train_ids");
    Path label = folder.resolve("label_ids");
    for (Path to : List.of(train, label)) {
      String ids = to.equals(train) ? "train" : "label";
      test("--no-eval", "--predictions", to.toString(), "--images", "none", "--ids", ids);
    }
    String name = names(train).iterator().next();
    byte[] translated = ImageFiles.readLabels(train.resolve(name)).values();
    for (int i = 0; i < translated.length; i++) {
      translated[i] = CityscapesLabels.labelIds()[translated[i]];
    }
    assertArrayEquals(translated, ImageFiles.readLabels(label.resolve(name)).values());
  }

  @Test
  void anotherDataSetIsTestedWithoutTouchingTheFiles() throws IOException {
    Result val = test("--data", "cityscapes", "--data-root", root("cityscapes"), "--json", "--predictions", "none", "--images", "none");
    JsonNode scores = new JsonMapper().readTree(val.out());
    assertEquals("cityscapes", scores.get("data").asString());
    assertEquals(2, scores.get("pictures").asInt());
    assertFalse(scores.has("conditions"));
    Result unlabelled = test("--data", "cityscapes", "--data-root", root("cityscapes"), "--split", "test", "--images", "none");
    assertTrue(unlabelled.err().contains("cityscapes test has no labels"), "its published labels hold no class");
    assertTrue(
        names(here.run().resolve("labelTrainIds_cityscapes")).contains("berlin_000000_000019_leftImg8bit.png"),
        "folders are dropped");
    assertEquals(2, here.ciss("test", here.run().toString(), "--data", "gta").code());
  }

  @Test
  void oneBranchOrTheAttentionCanBeShown() throws IOException {
    Path context = folder.resolve("context");
    Path detail = folder.resolve("detail");
    Path attention = folder.resolve("attention");
    test("--view", "context", "--limit", "1", "--no-eval", "--raw", context.toString(), "--images", "none");
    test("--view", "detail", "--limit", "1", "--no-eval", "--raw", detail.toString(), "--images", "none");
    test("--view", "attention", "--limit", "1", "--images", attention.toString());
    String name = names(context).iterator().next();
    assertFalse(java.util.Arrays.equals(probabilities(context.resolve(name)), probabilities(detail.resolve(name))));
    Pixels map = ImageFiles.readLabels(attention.resolve(names(attention).iterator().next()));
    assertEquals(DownloadedData.HEIGHT, map.height());
    Result both = here.ciss("test", here.run().toString(), "--view", "attention", "--augment");
    assertEquals(2, both.code(), both.err());
  }

  private static float[] probabilities(Path file) {
    try (Safetensors tensors = Safetensors.open(file)) {
      return tensors.tensor("probabilities").toFloats();
    }
  }

  @Test
  void rawProbabilitiesAreThoseOfTheLabels() throws IOException {
    Path raw = folder.resolve("raw");
    Path labels = folder.resolve("raw_labels");
    test("--augment", "--limit", "1", "--raw", raw.toString(), "--predictions", labels.toString(), "--images", "none");
    float[] p = probabilities(raw.resolve(names(raw).iterator().next()));
    byte[] label = ImageFiles.readLabels(labels.resolve(names(labels).iterator().next())).values();
    int pixels = label.length;
    for (int i = 0; i < pixels; i += 101) {
      double sum = 0;
      int best = 0;
      for (int c = 0; c < 19; c++) {
        sum += p[c * pixels + i];
        best = p[c * pixels + i] > p[best * pixels + i] ? c : best;
      }
      assertEquals(1, sum, 1e-5);
      assertEquals(label[i], best);
    }
  }

  @Test
  void colouredPicturesShowWhatTheNetworkSaw() throws IOException {
    Path shown = folder.resolve("shown");
    test("--limit", "1", "--opacity", "0.25", "--images", shown.toString());
    String name = names(shown).iterator().next();
    Pixels picture = ImageFiles.readColor(here.data().resolve("acdc/rgb_anon/val").resolve(name));
    BytePicture original = new BytePicture(picture.height(), picture.width(), picture.values());
    byte[] seen;
    try (Backend backend = new CpuBackend(1)) {
      seen = Normalization.IMAGENET.seen(backend, original).bgr();
    }
    byte[] ids = ImageFiles.readLabels(here.run().resolve("labelTrainIds_first1").resolve(name)).values();
    byte[] found = ImageFiles.readColor(shown.resolve(name)).values();
    for (int i = 0; i < found.length; i++) {
      int colour = CityscapesLabels.palette()[ids[i / 3]] >> 8 * (i % 3) & 0xff;
      assertEquals((int) ((seen[i] & 0xff) * 0.75 + colour * 0.25), found[i] & 0xff);
    }
  }

  @Test
  void studentAndTeacherAreTestedSideBySide() throws IOException {
    Result result = test("--weights", "both", "--limit", "1", "--metrics", "mIoU,mDice", "--json");
    JsonNode both = new JsonMapper().readTree(result.out());
    assertEquals("teacher", both.get("teacher").get("weights").asString());
    assertTrue(both.get("student").get("metrics").get("mDice").has("Dice.road"), result.out());
    assertTrue(Files.exists(here.run().resolve("evaluation/acdc_teacher_first1_val_000002.json")));
  }

  @Test
  void slidingWindowsOfTheTrainingCropAndTheWholePictureWork() {
    test("--inference", "slide", "--limit", "1", "--predictions", "none", "--images", "none");
    test("--inference", "whole", "--limit", "1", "--predictions", "none", "--images", "none");
  }

  @Test
  void inferSharesTheOptions() throws IOException {
    Path picture = here.data().resolve("acdc/rgb_anon/val").resolve(names(here.data().resolve("acdc/rgb_anon/val")).iterator().next());
    Path out = folder.resolve("inferred");
    String run = here.run().toString();
    successful("infer", picture.toString(), "--run", run, "--out", out.toString(), "--ids", "label", "--scores");
    successful("infer", picture.toString(), "--run", run, "--out", out.toString(), "--view", "attention");
    String base = picture.getFileName().toString().replace(".png", "");
    assertEquals(
        Set.of(base + ".labels.png", base + ".scores.safetensors", base + ".attention.png"), names(out));
    assertEquals(2, here.ciss("infer", "-", picture.toString(), "--run", run).code());
  }
}
