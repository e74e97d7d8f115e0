package ciss.train;

import ciss.error.CheckpointException;
import ciss.io.Safetensors;
import ciss.io.StoredTensor;
import ciss.tensor.Backend;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.Shape;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Loads the weights of one network from a file by name (method.md 5.1, 5.4). */
public final class WeightFile {
  private static final String BATCHES = ".num_batches_tracked";

  private WeightFile() {}

  /**
   * What fitted. Lists are in the order of the network or the file.
   *
   * @param missing parameters and buffers of the network that the file lacks; they keep their values
   * @param unexpected names of the file that the network lacks
   */
  public record Report(int matched, List<String> missing, List<String> unexpected) {}

  /**
   * Fills parameters, running statistics and batch counters.
   *
   * @param prefixes tried in order before each name: {@code "", "model.", "module."}; a name {@code backbone.x} is also
   *     looked for as {@code x} (ImageNet encoder files)
   * @throws CheckpointException if a shape differs, a value is not finite, or nothing of the encoder fits
   */
  public static Report load(Path path, Backend backend, ParameterStore store, List<String> prefixes) {
    requireSafetensors(path);
    try (Safetensors file = Safetensors.open(path)) {
      return new Loader(file, backend, store, prefixes).load();
    }
  }

  private static void requireSafetensors(Path path) {
    String name = path.getFileName().toString();
    if (name.endsWith(".pth") || name.endsWith(".pt")) {
      throw new CheckpointException(
          path
              + ": PyTorch files are not read by this version. Save the tensors as safetensors (in Python:"
              + " safetensors.torch.save_file) and give that file");
    }
  }

  static void requireFinite(Safetensors file, String name, float[] values) {
    for (int i = 0; i < values.length; i++) {
      if (!Float.isFinite(values[i])) {
        throw new CheckpointException(
            "%s: tensor '%s' holds %s at element %d; the file is damaged or its training had diverged"
                .formatted(file.path(), name, values[i], i));
      }
    }
  }

  private static final class Loader {
    private final Safetensors file;
    private final Backend backend;
    private final ParameterStore store;
    private final List<String> prefixes;
    private final Set<String> used = new HashSet<>();
    private final List<String> missing = new ArrayList<>();
    private int matched;

    Loader(Safetensors file, Backend backend, ParameterStore store, List<String> prefixes) {
      this.file = file;
      this.backend = backend;
      this.store = store;
      this.prefixes = prefixes;
    }

    Report load() {
      // Checked as a whole first, so that a file that does not fit leaves the network as it was.
      List<ParameterTable.Entry> entries = new ArrayList<>(store.values().table().entries());
      entries.addAll(store.buffers().table().entries());
      for (ParameterTable.Entry entry : entries) {
        StoredTensor stored = find(entry.name());
        if (stored != null) {
          requireShape(stored, entry.shape());
        }
      }
      fill(store.values());
      fill(store.buffers());
      for (Map.Entry<String, long[]> count : store.batchCounts().entrySet()) {
        StoredTensor stored = find(count.getKey() + BATCHES);
        if (stored != null) {
          count.getValue()[0] = stored.toLongs()[0];
        }
      }
      boolean encoder = store.values().table().entries().stream()
          .anyMatch(e -> e.name().startsWith("backbone.") && !missing.contains(e.name()));
      if (!encoder) {
        throw new CheckpointException(
            "%s: no tensor of this network's encoder is in the file; its first names are %s"
                .formatted(file.path(), file.names().stream().limit(3).toList()));
      }
      List<String> unexpected = file.names().stream().filter(name -> !used.contains(name)).toList();
      return new Report(matched, missing, unexpected);
    }

    private StoredTensor find(String name) {
      for (String prefix : prefixes) {
        String full = prefix + name;
        if (file.contains(full)) {
          used.add(full);
          return file.tensor(full);
        }
      }
      String bare = name.startsWith("backbone.") ? name.substring("backbone.".length()) : name;
      if (file.contains(bare)) {
        used.add(bare);
        return file.tensor(bare);
      }
      return null;
    }

    private void requireShape(StoredTensor stored, Shape shape) {
      boolean equal = stored.shape().length == shape.rank();
      for (int i = 0; equal && i < shape.rank(); i++) {
        equal = stored.shape()[i] == shape.size(i);
      }
      if (!equal) {
        throw new CheckpointException(
            ("%s: tensor '%s' has shape %s, this network needs %s. The file belongs to another architecture: check"
                    + " model.backbone.type, model.head and model.classes")
                .formatted(file.path(), stored.name(), java.util.Arrays.toString(stored.shape()), shape));
      }
    }

    private void fill(FlatBuffer buffer) {
      for (ParameterTable.Entry entry : buffer.table().entries()) {
        StoredTensor stored = find(entry.name());
        if (stored == null) {
          missing.add(entry.name());
          continue;
        }
        float[] values = stored.toFloats();
        requireFinite(file, stored.name(), values);
        backend.upload(values, buffer.get(entry.name()));
        matched++;
      }
    }
  }
}
