package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.cli.SmallWorkplace.Result;
import ciss.io.ElementType;
import ciss.io.TensorFile;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Weights of a small training in every form, and used in each. */
class ConvertCommandTest {
  @TempDir static Path folder;

  private static SmallWorkplace workplace;
  private static Path checkpoint;

  @BeforeAll
  static void train() throws IOException {
    workplace = SmallWorkplace.in(folder);
    Result trained = workplace.train("run", "--iterations", "2");
    assertEquals(0, trained.code(), trained.err());
    checkpoint = workplace.lastCheckpoint("run");
  }

  private static Result converted(Path in, Path out, String... options) {
    String[] all = new String[options.length + 3];
    all[0] = "convert";
    all[1] = in.toString();
    all[2] = out.toString();
    System.arraycopy(options, 0, all, 3, options.length);
    Result result = workplace.ciss(all);
    assertEquals(0, result.code(), result.err());
    return result;
  }

  /** Every tensor of the second file is in the first under the same name, bit for bit. */
  private static void assertSameTensors(Path expected, Path found) {
    try (TensorFile a = TensorFile.open(expected);
        TensorFile b = TensorFile.open(found)) {
      assertFalse(b.names().isEmpty());
      for (String name : b.names()) {
        assertEquals(a.tensor(name).type(), b.tensor(name).type(), name);
        assertEquals(-1, a.tensor(name).data().mismatch(b.tensor(name).data()), name);
      }
    }
  }

  @Test
  void everythingButTheOptimizerGoesToPyTorchAndBack() {
    Path torch = folder.resolve("all.pth");
    Path back = folder.resolve("back.safetensors");
    Result result = converted(workplace.run("run"), torch);
    assertTrue(result.err().contains("read  " + checkpoint + ": student "), result.err());
    assertTrue(result.err().contains(", optimizer, iteration 2"), result.err());
    assertTrue(result.err().contains("dropped  optimizer"), result.err());
    converted(torch, back);
    assertSameTensors(checkpoint, torch);
    assertSameTensors(torch, back);
    try (TensorFile original = TensorFile.open(checkpoint);
        TensorFile file = TensorFile.open(back)) {
      Set<String> names = file.names();
      assertEquals(original.names().stream().filter(name -> !name.startsWith("exp_avg")).toList(), names.stream().toList());
      assertEquals(original.metadata().get("config"), file.metadata().get("config"));
      assertEquals("2", file.metadata().get("iteration"));
    }
  }

  @Test
  void testsGiveTheSameScoresFromEveryForm() throws IOException {
    Path torch = folder.resolve("test.pth");
    Path safetensors = folder.resolve("test.safetensors");
    converted(checkpoint, torch, "--for", "test");
    converted(torch, safetensors);
    String expected = workplace.ciss("test", checkpoint.toString(), "--predictions", "none", "--images", "none").out();
    assertTrue(expected.contains("mIoU"), expected);
    assertEquals(expected, workplace.ciss("test", torch.toString()).out());
    assertEquals(expected, workplace.ciss("test", safetensors.toString()).out());
    // As the reference leaves it: a folder with latest.pth, whose configuration is not one of ours.
    Path reference = Files.createDirectories(folder.resolve("reference"));
    converted(checkpoint, reference.resolve("latest.pth"), "--for", "publish");
    Result unknown = workplace.ciss("test", reference.toString());
    assertEquals(2, unknown.code(), unknown.err());
    assertTrue(unknown.error().contains("Add --config CONFIG"), unknown.err());
    assertEquals(expected, workplace.ciss("test", reference.toString(), "--config", workplace.config().toString()).out());
  }

  @Test
  void theTeacherCanBeTakenAlone() {
    Path torch = folder.resolve("teacher.pth");
    Result result = converted(checkpoint, torch, "--for", "publish", "--weights", "teacher");
    assertTrue(result.err().contains("kept  teacher: "), result.err());
    assertTrue(result.err().contains("dropped  student"), result.err());
    assertTrue(result.err().contains("metadata"), result.err());
    try (TensorFile original = TensorFile.open(checkpoint);
        TensorFile file = TensorFile.open(torch)) {
      String name = "backbone.block1.0.attn.q.weight";
      assertEquals(-1, original.tensor("ema_model." + name).data().mismatch(file.tensor("model." + name).data()));
      assertFalse(file.contains("ema_model." + name));
      assertTrue(file.metadata().isEmpty());
    }
  }

  @Test
  void anEncoderAloneStartsATraining() {
    Path encoder = folder.resolve("mit_b0_of_ours.pth");
    converted(checkpoint, encoder, "--for", "pretrained");
    Result result = workplace.train("pre", "--startup-test", "-o", "model.backbone.pretrained=" + encoder);
    assertEquals(0, result.code(), result.err());
    assertTrue(result.err().contains("encoder from " + encoder + ": 176 tensors of the student"), result.err());
    Result from = workplace.train("from", "--startup-test", "--load-from", encoder.toString());
    assertEquals(0, from.code(), from.err());
    assertTrue(from.err().contains("not in the file, kept as they were: decode_head.head.conv_seg.weight"), from.err());
  }

  @Test
  void halfPrecisionHalvesTheFile() throws IOException {
    Path half = folder.resolve("half.pth");
    Path full = folder.resolve("full.pth");
    converted(checkpoint, full, "--for", "test");
    converted(checkpoint, half, "--for", "test", "--half");
    assertTrue(Files.size(half) < 0.6 * Files.size(full));
    try (TensorFile file = TensorFile.open(half)) {
      assertEquals(ElementType.F16, file.tensor("backbone.norm1.weight").type());
      assertEquals(ElementType.I64, file.tensor("decode_head.head.fuse_layer.bottleneck.bn.num_batches_tracked").type());
    }
    Result tested = workplace.ciss("test", half.toString());
    assertEquals(0, tested.code(), tested.err());
  }

  @Test
  void mistakesAreExplained() throws IOException {
    assertRefused(2, "must end in .pth or .safetensors", checkpoint.toString(), folder.resolve("x.onnx").toString());
    assertRefused(2, "exists already", checkpoint.toString(), checkpoint.toString());
    assertRefused(2, "is the file to be converted", checkpoint.toString(), checkpoint.toString(), "--yes");
    assertRefused(2, "add --for", checkpoint.toString(), folder.resolve("x.pth").toString(), "--weights", "teacher");
    assertRefused(3, "no such weight file", folder.resolve("none.pth").toString(), folder.resolve("x.pth").toString());
    Path noTeacher = folder.resolve("no_teacher.pth");
    converted(checkpoint, noTeacher, "--for", "test");
    assertRefused(
        3, "nothing of the teacher", noTeacher.toString(), folder.resolve("x.pth").toString(), "--for", "test", "--weights",
        "teacher");
    assertFalse(Files.exists(folder.resolve("x.pth")));
  }

  private static void assertRefused(int code, String part, String... arguments) {
    String[] all = new String[arguments.length + 1];
    all[0] = "convert";
    System.arraycopy(arguments, 0, all, 1, arguments.length);
    Result result = workplace.ciss(all);
    assertEquals(code, result.code(), result.err());
    assertTrue(result.error().contains(part), result.err());
  }
}
