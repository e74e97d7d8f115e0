package ciss.train;

import ciss.io.ElementType;
import ciss.io.StoredTensor;
import ciss.io.pth.PickleValue;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Text;
import ciss.io.pth.PthWriter;
import ciss.io.pth.StridedTensor;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.ParameterTable;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Weight files in the names of the reference, of networks of any size, filled with numbers that a formula gives. */
final class GeneratedWeights {
  private GeneratedWeights() {}

  /** HRDA with a narrow DAFormer head. */
  static SegmentorOptions options(int variant, int classes) {
    var fusion = new SegmentorOptions.FusionOptions(SegmentorOptions.FusionType.ASPP, true, new int[] {1, 6, 12, 18}, 1);
    var head = new SegmentorOptions.HeadOptions(SegmentorOptions.HeadType.DAFORMER, 16, 16, 0.1, fusion);
    var hrda = new SegmentorOptions.HrdaOptions(0.5, 64, 64, 8, false, true, true, false, true, 16, Double.NaN, 0.1, 0);
    return new SegmentorOptions(variant, 0.1, classes, head, hrda);
  }

  static List<ParameterTable.Entry> entries(NetworkTables tables) {
    List<ParameterTable.Entry> entries = new ArrayList<>(tables.parameters().entries());
    entries.addAll(tables.buffers().entries());
    return entries;
  }

  /** Element i of a tensor of a network: different for each tensor and each network. */
  static float value(String name, long i, int seed) {
    return (name.hashCode() % 1000) / 1000f + seed + (i % 997) / 4096f;
  }

  static PickleValue tensor(Arena arena, ParameterTable.Entry entry, int seed) {
    long[] shape = new long[entry.shape().rank()];
    for (int d = 0; d < shape.length; d++) {
      shape[d] = entry.shape().size(d);
    }
    long n = entry.shape().elements();
    MemorySegment data = arena.allocate(4 * n, 64);
    for (long i = 0; i < n; i++) {
      data.setAtIndex(ValueLayout.JAVA_FLOAT, i, value(entry.name(), i, seed));
    }
    return new PickleValue.Tensor(StridedTensor.of(new StoredTensor(entry.name(), ElementType.F32, shape, data)));
  }

  static void add(
      Map<PickleValue, PickleValue> state, Arena arena, String prefix, List<ParameterTable.Entry> entries, int seed) {
    for (ParameterTable.Entry entry : entries) {
      state.put(new Text(prefix + entry.name()), tensor(arena, entry, seed));
    }
  }

  /** A file of a training of all three networks, filled with the seeds 1, 2 and 3. */
  static Path trainerFile(Path folder, int variant, int classes) {
    NetworkTables tables = Segmentors.tables(options(variant, classes));
    Path path = folder.resolve("iter_40000.pth");
    try (Arena arena = Arena.ofConfined()) {
      Map<PickleValue, PickleValue> state = new LinkedHashMap<>();
      add(state, arena, "model.", entries(tables), 1);
      state.put(new Text("model.decode_head.head.fuse_layer.bottleneck.bn.num_batches_tracked"), new PickleValue.Tensor(
          StridedTensor.of(new StoredTensor("n", ElementType.I64, new long[0], MemorySegment.ofArray(new long[] {7})))));
      add(state, arena, "ema_model.", entries(tables), 2);
      add(state, arena, "imnet_model.", entries(tables), 3);
      Dict meta = new Dict(Map.of(new Text("iter"), Int.of(40000), new Text("config"), new Text("model = dict()")));
      PthWriter.write(path, new Dict(Map.of(new Text("meta"), meta, new Text("state_dict"), new Dict(state))));
    }
    return path;
  }
}
