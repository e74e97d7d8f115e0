package ciss.train;

import static ciss.train.GeneratedWeights.add;
import static ciss.train.GeneratedWeights.entries;
import static ciss.train.GeneratedWeights.options;
import static ciss.train.GeneratedWeights.tensor;
import static ciss.train.GeneratedWeights.value;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.StoredTensor;
import ciss.io.TensorFile;
import ciss.io.pth.PickleValue;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Text;
import ciss.io.pth.PthWriter;
import ciss.io.pth.StridedTensor;
import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Tensor;
import ciss.tensor.cpu.CpuBackend;
import ciss.train.WeightFile.Wanted;
import ciss.train.WeightNames.Meaning;
import ciss.verify.BundledCases;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Weight files under the names of the reference: encoders of ImageNet, trainer files, files of one network. */
class WeightFileTest {
  private static final Backend CPU = new CpuBackend(1);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    CPU.close();
  }

  private static ParameterStore store(NetworkTables tables) {
    return new ParameterStore(CPU, tables.parameters(), tables.buffers(), false);
  }

  private static void assertHolds(ParameterStore store, List<ParameterTable.Entry> entries, int seed) {
    for (ParameterTable.Entry entry : entries) {
      boolean parameter = store.values().table().contains(entry.name());
      Tensor tensor = parameter ? store.value(entry.name()) : store.buffer(entry.name());
      float[] values = CPU.download(tensor);
      for (int i = 0; i < values.length; i++) {
        if (values[i] != value(entry.name(), i, seed)) {
          assertEquals(value(entry.name(), i, seed), values[i], entry.name() + " at " + i);
        }
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "model.backbone.norm1.weight, STUDENT, backbone.norm1.weight",
    "module.model.decode_head.head.conv_seg.bias, STUDENT, decode_head.head.conv_seg.bias",
    "model.module.backbone.norm1.weight, STUDENT, backbone.norm1.weight",
    "ema_model.backbone.norm1.weight, TEACHER, backbone.norm1.weight",
    "imnet_model.decode_head.x, IMAGENET, decode_head.x",
    "backbone.norm1.weight, STUDENT, backbone.norm1.weight",
    "decode_head.x, STUDENT, decode_head.x",
    "patch_embed1.proj.weight, STUDENT, backbone.patch_embed1.proj.weight",
    "block1.0.attn.q.weight, STUDENT, backbone.block1.0.attn.q.weight",
    "module.norm4.bias, STUDENT, backbone.norm4.bias"
  })
  void namesOfEveryKindOfFileMeanTheSame(String name, NetworkKind network, String expected) {
    assertEquals(new Meaning.Weight(network, expected), WeightNames.of(name));
  }

  @Test
  void otherNamesAreToldApart() {
    assertEquals(new Meaning.Ignored(), WeightNames.of("head.weight"));
    assertEquals(new Meaning.Moment(), WeightNames.of("exp_avg_sq.backbone.norm1.weight"));
    assertEquals(new Meaning.Unknown(), WeightNames.of("conv1.weight"));
  }

  /** The encoder of the paper in the names of SegFormer's files, written and read at its full size: 326 MB. */
  @Test
  @Timeout(120)
  void fullSizeEncoderIsWrittenAndReadThroughTheZipLayout() {
    NetworkTables tables = Segmentors.encoderTables(options(5, 19));
    Path path = folder.resolve("mit_b5.pth");
    List<ParameterTable.Entry> entries = entries(tables);
    assertEquals(1052, entries.size());
    try (Arena arena = Arena.ofConfined()) {
      Map<PickleValue, PickleValue> state = new LinkedHashMap<>();
      for (ParameterTable.Entry entry : entries) {
        state.put(new Text(entry.name().substring("backbone.".length())), tensor(arena, entry, 1));
      }
      float[] classifier = new float[1000];
      state.put(new Text("head.bias"), new PickleValue.Tensor(StridedTensor.of(
          new StoredTensor("head.bias", ElementType.F32, new long[] {1000}, MemorySegment.ofArray(classifier)))));
      PthWriter.write(path, new Dict(state));
    }
    try (ParameterStore store = store(tables)) {
      long start = System.nanoTime();
      LoadReport report = WeightFile.load(path, CPU, store, Wanted.ENCODER);
      System.out.printf("mit_b5.pth read in %.2f s%n", (System.nanoTime() - start) / 1e9);
      assertEquals("1052 tensors of the student, ignored: head.bias", report.summary());
      assertEquals(List.of(), report.differences());
      assertHolds(store, entries, 1);
    }
  }

  @Test
  void eachNetworkOfATrainerFileCanBeTaken() {
    Path path = GeneratedWeights.trainerFile(folder, 0, 19);
    NetworkTables tables = Segmentors.tables(options(0, 19));
    int seed = 1;
    for (NetworkKind network : NetworkKind.values()) {
      try (ParameterStore store = store(tables)) {
        store.batchCount("decode_head.head.fuse_layer.bottleneck.bn");
        LoadReport report = WeightFile.load(path, CPU, store, Wanted.network(network));
        assertEquals(List.of(), report.differences());
        assertEquals(entries(tables).size(), report.matched());
        assertEquals(2, report.others().size());
        assertHolds(store, entries(tables), seed);
        assertEquals(seed == 1 ? 7 : 0, store.batchCount("decode_head.head.fuse_layer.bottleneck.bn")[0]);
      }
      seed++;
    }
    assertEquals(40000, Checkpoint.iterations(path));
    assertEquals(null, Checkpoint.metadata(path).get("config"), "the reference's own text is no configuration of ours");
  }

  @Test
  void whatDoesNotFitIsListedOrRefused() {
    Path path = GeneratedWeights.trainerFile(folder, 0, 7);
    try (ParameterStore store = store(Segmentors.tables(options(0, 19)))) {
      LoadReport report = WeightFile.load(path, CPU, store, Wanted.START);
      assertEquals(4, report.otherShape().size());
      String line = report.differences().getFirst();
      assertTrue(line.startsWith("4 of another shape, kept as they were: decode_head.head.conv_seg.weight [7, 16, 1, 1]"), line);
      assertArrayEquals(new float[19], CPU.download(store.value("decode_head.head.conv_seg.bias")));
      String refusal = assertThrows(
          CheckpointException.class, () -> WeightFile.load(path, CPU, store, Wanted.network(NetworkKind.STUDENT))).getMessage();
      assertTrue(refusal.contains("4 tensors have other shapes"), refusal);
    }
    // B1 and B2 have the same widths: only the number of blocks tells them apart.
    Path deeper = GeneratedWeights.trainerFile(folder, 2, 19);
    try (ParameterStore store = store(Segmentors.tables(options(1, 19)))) {
      String refusal = assertThrows(
          CheckpointException.class, () -> WeightFile.load(deeper, CPU, store, Wanted.START)).getMessage();
      assertTrue(refusal.contains("its encoder is another one: 0 tensors") && refusal.contains("backbone.block1.2."), refusal);
      assertArrayEquals(new float[64], CPU.download(store.value("backbone.norm1.weight")), "nothing was changed");
    }
  }

  @Test
  void aFileOfOneNetworkHasNoTeacher() {
    Path path = folder.resolve("student.pth");
    NetworkTables tables = Segmentors.tables(options(0, 19));
    try (Arena arena = Arena.ofConfined(); ParameterStore store = store(tables)) {
      Map<PickleValue, PickleValue> state = new LinkedHashMap<>();
      add(state, arena, "", entries(tables), 1);
      PthWriter.write(path, new Dict(state));
      assertEquals(List.of(), WeightFile.load(path, CPU, store, Wanted.network(NetworkKind.STUDENT)).differences());
      String refusal = assertThrows(
          CheckpointException.class, () -> WeightFile.load(path, CPU, store, Wanted.network(NetworkKind.TEACHER))).getMessage();
      assertTrue(refusal.contains("no tensor of the teacher's encoder"), refusal);
    }
  }

  /** A trainer file that the authors' code wrote. */
  @Test
  void momentsOfTheOptimizerGetTheNamesOfTheirParameters() {
    try (BundledCases cases = BundledCases.open();
        TensorFile file = TensorFile.open(cases.folder().resolve("checkpoints/uda_zip.pth"))) {
      int moments = 0;
      for (String name : file.names()) {
        if (name.startsWith("exp_avg.")) {
          String parameter = "model." + name.substring("exp_avg.".length());
          assertArrayEquals(file.tensor(parameter).shape(), file.tensor(name).shape(), name);
          moments++;
        }
      }
      assertEquals(147, moments);
      assertTrue(file.contains("exp_avg.backbone.patch_embed1.proj.weight"));
      assertTrue(file.contains("exp_avg_sq.decode_head.scale_attention.fuse_layer.bn.bias"), "the last");
      assertEquals("4000", file.metadata().get("iteration"));
      assertTrue(file.metadata().containsKey("optimizer_steps"));
    }
  }
}
