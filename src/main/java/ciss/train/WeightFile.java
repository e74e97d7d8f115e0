package ciss.train;

import ciss.error.CheckpointException;
import ciss.io.ElementType;
import ciss.io.StoredTensor;
import ciss.io.TensorFile;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Shape;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads the weights of one network from a file by name (method.md 5.1, 5.4); {@link WeightNames} says what the names mean. One
 * tensor is in memory at a time, whatever the file holds besides.
 */
public final class WeightFile {
  private static final String BATCHES = ".num_batches_tracked";

  /**
   * What is taken from a file.
   *
   * @param network whose weights
   * @param encoderOnly only the encoder's part of the network
   * @param headMayDiffer tensors of the decode head with another shape are left out instead of refused: the start of a
   *     training with other classes
   */
  public record Wanted(NetworkKind network, boolean encoderOnly, boolean headMayDiffer) {
    /** The encoder as it comes from ImageNet. */
    public static final Wanted ENCODER = new Wanted(NetworkKind.STUDENT, true, false);

    /** A student to train further. */
    public static final Wanted START = new Wanted(NetworkKind.STUDENT, false, true);

    /** A network as it was. */
    public static Wanted network(NetworkKind network) {
      return new Wanted(network, false, false);
    }
  }

  private WeightFile() {}

  /**
   * Fills parameters, running statistics and batch counters.
   *
   * @throws CheckpointException if the file lacks the network or its encoder is another one, a shape differs that may not, or a
   *     value is not finite; all but the last are found before anything is changed
   */
  public static LoadReport load(Path path, Backend backend, ParameterStore store, Wanted wanted) {
    try (TensorFile file = TensorFile.open(path)) {
      return new Loader(file, backend, store, wanted).load();
    }
  }

  static void requireFinite(TensorFile file, StoredTensor tensor) {
    long i = tensor.firstNotFinite();
    if (i >= 0) {
      throw new CheckpointException(
          "%s: tensor '%s' holds %s at element %d; the file is damaged or its training had diverged"
              .formatted(file.path(), tensor.name(), tensor.valueAt(i), i));
    }
  }

  private static final class Loader {
    private final TensorFile file;
    private final Backend backend;
    private final ParameterStore store;
    private final Wanted wanted;
    private final Map<NetworkKind, Map<String, String>> networks = new LinkedHashMap<>();
    private final List<String> unknown = new ArrayList<>();
    private final List<String> ignored = new ArrayList<>();
    private final Set<String> left = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private final List<String> otherShape = new ArrayList<>();
    private int matched;

    Loader(TensorFile file, Backend backend, ParameterStore store, Wanted wanted) {
      this.file = file;
      this.backend = backend;
      this.store = store;
      this.wanted = wanted;
      for (String name : file.names()) {
        switch (WeightNames.of(name)) {
          case WeightNames.Meaning.Weight weight ->
              networks.computeIfAbsent(weight.network(), k -> new LinkedHashMap<>()).putIfAbsent(weight.name(), name);
          case WeightNames.Meaning.Ignored i -> ignored.add(name);
          case WeightNames.Meaning.Unknown u -> unknown.add(name);
          case WeightNames.Meaning.Moment m -> {}
        }
      }
    }

    LoadReport load() {
      Map<String, String> names = networks.getOrDefault(wanted.network(), Map.of());
      List<ParameterTable.Entry> entries = new ArrayList<>(store.values().table().entries());
      entries.addAll(store.buffers().table().entries());
      entries.removeIf(entry -> !isWanted(entry.name()));
      List<String> unexpected = new ArrayList<>(unknown);
      Set<String> known = new HashSet<>();
      // A BatchNorm layer has a counter beside its statistics, also where no layers were made of the store.
      for (ParameterTable.Entry entry : entries) {
        known.add(entry.name());
        known.add(entry.name().replaceFirst("\\.running_mean$", BATCHES));
      }
      names.keySet().stream().filter(name -> isWanted(name) && !known.contains(name)).forEach(unexpected::add);
      // Checked as a whole first, so that a file that does not fit leaves the network as it was.
      entries.forEach(entry -> check(entry, names));
      requireFit(names, unexpected);
      fill(store.values(), names);
      fill(store.buffers(), names);
      for (Map.Entry<String, long[]> count : store.batchCounts().entrySet()) {
        String name = names.get(count.getKey() + BATCHES);
        if (name != null && isWanted(count.getKey())) {
          count.getValue()[0] = file.tensor(name).toLongs()[0];
        }
      }
      Map<NetworkKind, Integer> others = new LinkedHashMap<>();
      networks.forEach((network, theirs) -> {
        if (network != wanted.network()) {
          others.put(network, theirs.size());
        }
      });
      return new LoadReport(wanted.network(), matched, missing, unexpected, otherShape, ignored, others);
    }

    private boolean isWanted(String name) {
      return !wanted.encoderOnly() || WeightNames.isEncoder(name);
    }

    private void check(ParameterTable.Entry entry, Map<String, String> names) {
      String name = names.get(entry.name());
      if (name == null) {
        missing.add(entry.name());
        return;
      }
      long[] shape = file.tensor(name).shape();
      if (!equal(shape, entry.shape())) {
        left.add(entry.name());
        otherShape.add("%s %s, here %s".formatted(entry.name(), Arrays.toString(shape), entry.shape()));
      }
    }

    private static boolean equal(long[] found, Shape shape) {
      boolean equal = found.length == shape.rank();
      for (int i = 0; equal && i < shape.rank(); i++) {
        equal = found[i] == shape.size(i);
      }
      return equal;
    }

    private void requireFit(Map<String, String> names, List<String> unexpected) {
      if (names.keySet().stream().noneMatch(WeightNames::isEncoder)) {
        throw new CheckpointException(
            "%s: no tensor of the %s's encoder is in the file; its first names are %s"
                .formatted(file.path(), wanted.network().shown(), file.names().stream().limit(3).toList()));
      }
      for (String difference : otherShape) {
        if (!wanted.headMayDiffer() || WeightNames.isEncoder(difference)) {
          throw new CheckpointException(
              ("%s: %d tensors have other shapes than this network's; tensor %s. The file belongs to another architecture:"
                      + " check model.backbone.type, model.head and model.classes")
                  .formatted(file.path(), otherShape.size(), difference.replaceFirst(" ", " has shape ")));
        }
      }
      List<String> lacking = missing.stream().filter(WeightNames::isEncoder).toList();
      List<String> surplus = unexpected.stream().filter(WeightNames::isEncoder).toList();
      if (!lacking.isEmpty() || !surplus.isEmpty()) {
        throw new CheckpointException(
            ("%s: its encoder is another one: %d tensors of this network's are missing and %d are not of this network, like"
                    + " '%s'. Check model.backbone.type")
                .formatted(
                    file.path(), lacking.size(), surplus.size(), lacking.isEmpty() ? surplus.getFirst() : lacking.getFirst()));
      }
    }

    private void fill(FlatBuffer buffer, Map<String, String> names) {
      for (ParameterTable.Entry entry : buffer.table().entries()) {
        String name = names.get(entry.name());
        if (name == null || left.contains(entry.name()) || !isWanted(entry.name())) {
          continue;
        }
        StoredTensor stored = file.tensor(name);
        requireFinite(file, stored);
        boolean asItIs = stored.type() == ElementType.F32;
        backend.upload(asItIs ? stored.data() : MemorySegment.ofArray(stored.toFloats()), buffer.get(entry.name()));
        stored.release();
        matched++;
      }
    }
  }
}
