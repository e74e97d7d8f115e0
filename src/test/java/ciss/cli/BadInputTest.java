package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.cli.SmallWorkplace.Result;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.io.Safetensors;
import ciss.io.SafetensorsWriter;
import ciss.verify.BundledCases;
import java.awt.Graphics2D;
import java.awt.image.BufferedImage;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.stream.Stream;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What is wrong with data, weights and settings is said in one clear line, with the exit code of its kind. */
@Timeout(900)
class BadInputTest {
  private static final int CONFIG = 2;
  private static final int DATA = 3;

  @TempDir private Path folder;
  private SmallWorkplace workplace;

  @BeforeEach
  void draw() throws IOException {
    workplace = SmallWorkplace.in(folder);
  }

  private Result refused(int code, String... parts) {
    return refused(code, workplace.train("run"), parts);
  }

  /** Asserts exit code, no stack trace, exactly one line of error that has all the parts. */
  private static Result refused(int code, Result result, String... parts) {
    assertEquals(code, result.code(), result.err());
    assertEquals(1, result.err().lines().filter(line -> line.startsWith("error:")).count(), result.err());
    assertFalse(result.err().contains("\tat "), result.err());
    for (String part : parts) {
      assertTrue(result.error().contains(part), () -> "'" + part + "' in: " + result.err());
    }
    return result;
  }

  private Path dayImage(int i) {
    return workplace.data("day").resolve("images/train/" + i + ".png");
  }

  private Path dayLabel(int i) {
    return workplace.data("day").resolve("labels/train/" + i + ".png");
  }

  private static void truncate(Path file) throws IOException {
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, Arrays.copyOf(bytes, bytes.length / 2));
  }

  @Test
  void missingFolder() throws IOException {
    Files.move(workplace.data("night"), folder.resolve("elsewhere"));
    refused(DATA, "data.target", workplace.data("night").toString(), "does not exist");
  }

  @Test
  void afterAMissingFolderIsThereTheSameCommandWorks() throws IOException {
    Files.move(workplace.data("night"), folder.resolve("elsewhere"));
    refused(DATA, "does not exist");
    Files.move(folder.resolve("elsewhere"), workplace.data("night"));
    Result second = workplace.train("run", "--iterations", "2");
    assertEquals(0, second.code(), second.err());
  }

  @Test
  void noTargetPictures() throws IOException {
    for (int i = 0; i < 4; i++) {
      Files.delete(workplace.data("night").resolve("images/train/" + i + ".png"));
    }
    refused(DATA, "no picture whose name ends in '.png'", "data.target.images");
  }

  @Test
  void missingLabelOfAPair() throws IOException {
    Files.delete(dayLabel(3));
    refused(DATA, dayLabel(3).toString(), "the label of a picture is missing");
  }

  @Test
  void truncatedPng() throws IOException {
    truncate(dayImage(0));
    refused(DATA, dayImage(0).toString(), "cut off or damaged");
  }

  @Test
  void truncatedJpeg() throws IOException {
    Path images = workplace.data("night").resolve("images/train");
    for (int i = 0; i < 4; i++) {
      BufferedImage picture = ImageIO.read(images.resolve(i + ".png").toFile());
      Path jpeg = images.resolve(i + ".jpg");
      ImageIO.write(picture, "jpg", jpeg.toFile());
      truncate(jpeg);
    }
    refused(DATA, workplace.train("run", "-o", "data.target.image_suffix=.jpg"), ".jpg", "cut off or damaged");
  }

  @Test
  void labelOfAnotherSizeThanItsPicture() {
    ImageWriting.writePng(dayLabel(0), new Pixels(50, 60, 1, new byte[3000]));
    refused(DATA, dayLabel(0).toString(), "the label is 50x60", "96x96");
  }

  @Test
  void labelValueThatIsNoClass() {
    byte[] ids = new byte[SmallWorkplace.SIZE * SmallWorkplace.SIZE];
    ids[SmallWorkplace.SIZE + 5] = (byte) 200;
    ImageWriting.writePng(dayLabel(1), new Pixels(SmallWorkplace.SIZE, SmallWorkplace.SIZE, 1, ids));
    refused(DATA, dayLabel(1).toString(), "value 200 at (x=5, y=1)");
  }

  @Test
  void aPictureDamagedDuringTheTrainingCostsNoIteration() throws IOException {
    // The first and the last picture are looked at before the start.
    for (int i = 1; i < 4; i++) {
      truncate(dayImage(i));
    }
    Result result = refused(
        DATA, workplace.train("run", "--iterations", "100", "-o", "checkpoint.interval=1000"), "cut off or damaged");
    boolean trained = result.err().contains("\n      1 ");
    assertEquals(trained ? 1 : 0, workplace.checkpoints("run").size(), result.err());
    assertEquals(trained, result.err().contains("go on with: ciss train --resume"), result.err());
  }

  @Test
  void greySixteenBitPaletteAndAlphaPicturesTrain() throws IOException {
    int[] types = {
      BufferedImage.TYPE_BYTE_GRAY,
      BufferedImage.TYPE_USHORT_GRAY,
      BufferedImage.TYPE_BYTE_INDEXED,
      BufferedImage.TYPE_INT_ARGB,
      BufferedImage.TYPE_BYTE_BINARY
    };
    for (int i = 0; i < types.length; i++) {
      BufferedImage picture = ImageIO.read(dayImage(i).toFile());
      BufferedImage other = new BufferedImage(picture.getWidth(), picture.getHeight(), types[i]);
      Graphics2D graphics = other.createGraphics();
      graphics.drawImage(picture, 0, 0, null);
      graphics.dispose();
      ImageIO.write(other, "png", dayImage(i).toFile());
    }
    Result result = workplace.train("run", "--iterations", "6");
    assertEquals(0, result.code(), result.err());
  }

  @Test
  void aClassThatNobodyHasIsLeftOutOfTheRareClassesAndOfTheMean() {
    Result result = workplace.train("run", "--iterations", "2");
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("rare classes: car, road, sky"), result.err());
    Result test = workplace.ciss("test", workplace.run("run").toString());
    assertEquals(0, test.code(), test.err());
    assertTrue(test.out().lines().anyMatch(line -> line.contains("bicycle") && line.contains("nan")), test.out());
  }

  @Test
  void unknownKeyGetsASuggestion() throws IOException {
    Files.writeString(workplace.config(), "optimiser: {lr: 1}\n", StandardOpenOption.APPEND);
    Result result = refused(CONFIG, "small.yaml", "optimiser");
    assertTrue(result.err().contains("optimizer"), result.err());
  }

  @Test
  void unknownKeyOnTheCommandLine() {
    refused(CONFIG, workplace.train("run", "-o", "optimizer.learning_rate=1"), "optimizer.learning_rate");
    assertFalse(Files.exists(workplace.run("run")), "a work directory was made");
  }

  @Test
  void wordWhereANumberIsExpected() {
    refused(CONFIG, workplace.train("run", "-o", "optimizer.lr=fast"), "optimizer.lr", "fast");
  }

  @Test
  void learningRateZeroIsAnExperiment() {
    Result result = workplace.train("run", "--iterations", "2", "-o", "optimizer.lr=0");
    assertEquals(0, result.code(), result.err());
  }

  @Test
  void negativeLearningRate() {
    refused(CONFIG, workplace.train("run", "-o", "optimizer.lr=-1"), "optimizer.lr: expected at least 0");
  }

  @Test
  void notANumberInACheckpoint() throws IOException {
    Path checkpoint = checkpoint();
    Path damaged = folder.resolve("damaged.safetensors");
    copyWithNotANumber(checkpoint, damaged, "model.decode_head.head.conv_seg.weight");
    refused(DATA, workplace.ciss("test", damaged.toString()), damaged.toString(), "conv_seg.weight", "NaN at element 0");
    refused(DATA, workplace.train("from", "--load-from", damaged.toString()), "NaN at element 0");
    copyWithNotANumber(checkpoint, checkpoint, "exp_avg.decode_head.head.conv_seg.weight");
    refused(
        DATA,
        workplace.ciss("train", "--resume", checkpoint.toString(), "-o", "log.interval=2"),
        "exp_avg.decode_head.head.conv_seg.weight",
        "NaN");
  }

  /** A checkpoint in the middle of a training. */
  private Path checkpoint() throws IOException {
    Result trained = workplace.train("run", "-o", "checkpoint.interval=1", "--iterations", "2");
    assertEquals(0, trained.code(), trained.err());
    return workplace.checkpoints("run").getFirst();
  }

  private static void copyWithNotANumber(Path from, Path to, String tensor) {
    SafetensorsWriter writer = new SafetensorsWriter();
    try (Safetensors file = Safetensors.open(from)) {
      file.metadata().forEach(writer::metadata);
      assertTrue(file.contains(tensor), tensor);
      for (String name : file.names()) {
        var stored = file.tensor(name);
        if (name.equals(tensor)) {
          float[] values = stored.toFloats();
          values[0] = Float.NaN;
          writer.add(name, stored.shape(), values);
        } else {
          byte[] bytes = stored.data().toArray(ValueLayout.JAVA_BYTE);
          writer.add(name, stored.type(), stored.shape(), MemorySegment.ofArray(bytes));
        }
      }
    }
    writer.write(to);
  }

  @Test
  void checkpointOfAnotherArchitecture() throws IOException {
    Path checkpoint = checkpoint();
    Result larger = workplace.train(
        "from", "--load-from", checkpoint.toString(), "-o", "model.backbone.type=mit_b1", "-o",
        "model.head.in_channels=[64,128,320,512]");
    refused(DATA, larger, "backbone.patch_embed1.proj.weight has shape [32, 3, 7, 7], here [64,3,7,7]", "another architecture");
    Result head = workplace.ciss("test", checkpoint.toString(), "-o", "model.head.channels=32");
    refused(DATA, head, "decode_head.head.conv_seg.weight has shape", "another architecture");
  }

  @Test
  void truncatedCheckpointIsPassedOverOnResume() throws IOException {
    checkpoint();
    truncate(workplace.checkpoints("run").getLast());
    Result resumed = workplace.ciss("train", "--resume", workplace.run("run").toString());
    assertEquals(0, resumed.code(), resumed.err());
    assertTrue(resumed.err().contains("iter_000001.safetensors (1 iterations)"), resumed.err());
    refused(DATA, workplace.ciss("test", folder.resolve("no.safetensors").toString()), "no such run or checkpoint");
  }

  @Test
  void fileThatIsNoCheckpoint() throws IOException {
    Path file = Files.writeString(folder.resolve("weights.safetensors"), "these are no weights, but long enough to read");
    refused(DATA, workplace.train("run", "--load-from", file.toString()), file.toString());
  }

  @Test
  void hostilePyTorchFile() throws IOException {
    Path file = Files.writeString(folder.resolve("mit_b0.pth"), "weights of the other program");
    refused(DATA, workplace.train("run", "--load-from", file.toString()), file.toString(), "not a file that PyTorch wrote");
    Path hostile = folder.resolve("hostile.pth");
    try (BundledCases cases = BundledCases.open()) {
      Files.copy(cases.folder().resolve("checkpoints/bad_global.pth"), hostile);
    }
    refused(DATA, workplace.train("run", "--load-from", hostile.toString()), hostile.toString(), "asks for 'os.system'");
    refused(DATA, workplace.ciss("convert", hostile.toString(), folder.resolve("x.safetensors").toString()), "'os.system'");
  }

  @Test
  void explodingWeightsEndWithExitCode4AndAnEarlierCheckpointCanGoOn() throws IOException {
    // The first iteration has learning rate 0, so that its checkpoint is sound.
    Result result = workplace.train(
        "run", "-o", "optimizer.lr=1e30", "-o", "schedule.warmup_ratio=0", "-o", "schedule.warmup_iterations=2",
        "-o", "checkpoint.interval=1");
    refused(4, result, "is not finite, so the step was not made", "optimizer.lr");
    Path sound = workplace.checkpoints("run").getFirst();
    Path config = workplace.run("run").resolve("config.yaml");
    String repaired = Files.readString(config).replaceFirst("(?m)^( *)lr: .*$", "$1lr: 1.0e-4");
    Files.writeString(config, repaired);
    Result resumed = workplace.ciss("train", "--resume", sound.toString());
    assertEquals(0, resumed.code(), resumed.err());
  }

  @Test
  void refusedRunsLeaveNoPartOfAFile() throws IOException {
    truncate(dayImage(0));
    refused(DATA, "damaged");
    try (Stream<Path> files = Files.walk(folder)) {
      assertEquals(0, files.filter(file -> file.toString().endsWith(".part")).count());
    }
  }
}
