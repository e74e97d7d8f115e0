package ciss.io.pth;

import ciss.error.CheckpointException;
import ciss.io.StoredTensor;
import ciss.io.TensorFile;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Tensor;
import ciss.io.pth.PickleValue.Text;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * A PyTorch file as named tensors and strings, as a checkpoint of ours in a safetensors file has them.
 *
 * <p>The names are those of the mapping under {@code state_dict}, else {@code model}, else of the whole file (method.md 5.1). If
 * there is an {@code optimizer}, its moments get the names {@code exp_avg.NAME} and {@code exp_avg_sq.NAME} of the student's
 * parameters: number i belongs to the i-th name that is no BatchNorm statistic (5.3). The strings are those that we stored
 * under {@code meta/ciss}, and {@code iteration} and {@code optimizer_steps} of a trainer file.
 */
public final class PthTensors implements TensorFile {
  /** Key of the names and tensors. */
  public static final String STATE_DICT = "state_dict";

  /** Key of what is known about the training. */
  public static final String META = "meta";

  /** Key in {@link #META} of our own strings. */
  public static final String OURS = "ciss";

  /** Key in {@link #META} of the number of finished iterations. */
  public static final String ITERATION = "iter";

  private static final String OPTIMIZER = "optimizer";
  private static final String STATE = "state";
  private static final String STEP = "step";
  private static final List<String> MOMENTS = List.of("exp_avg", "exp_avg_sq");
  private static final String MODEL = "model";
  private static final String STUDENT = "model.";
  private static final List<String> STATISTICS = List.of(".running_mean", ".running_var", ".num_batches_tracked");

  private final Path path;
  private final PthFile file;
  private final Map<String, StridedTensor> tensors = new LinkedHashMap<>();
  private final Map<String, String> metadata = new LinkedHashMap<>();

  private PthTensors(Path path, PthFile file) {
    this.path = path;
    this.file = file;
    Dict root = file.root() instanceof Dict dict ? dict : new Dict(Map.of());
    Dict state = dict(root, STATE_DICT) != null ? dict(root, STATE_DICT) : dict(root, MODEL) != null ? dict(root, MODEL) : root;
    state.entries().forEach((key, value) -> {
      if (value instanceof Tensor tensor) {
        tensors.put(PickleTree.nameOf(key), tensor.view());
      }
    });
    if (tensors.isEmpty()) {
      List<String> keys = root.entries().keySet().stream().limit(3).map(PickleTree::nameOf).toList();
      throw new CheckpointException("%s: holds no named tensors; its first keys are %s".formatted(path, keys));
    }
    readMeta(dict(root, META));
    readOptimizer(dict(root, OPTIMIZER));
  }

  /**
   * Opens and checks a file.
   *
   * @throws CheckpointException as {@link PthFile#open}, or if it holds no named tensors
   */
  public static PthTensors open(Path path) {
    PthFile file = PthFile.open(path);
    try {
      return new PthTensors(path, file);
    } catch (RuntimeException e) {
      file.close();
      throw e;
    }
  }

  private static Dict dict(Dict parent, String key) {
    return parent.get(key) instanceof Dict child ? child : null;
  }

  private void readMeta(Dict meta) {
    if (meta == null) {
      return;
    }
    if (meta.get(ITERATION) instanceof Int iteration) {
      metadata.put("iteration", iteration.value().toString());
    }
    Dict ours = dict(meta, OURS);
    if (ours != null) {
      ours.entries().forEach((key, value) -> {
        if (value instanceof Text text) {
          metadata.put(PickleTree.nameOf(key), text.value());
        }
      });
    }
  }

  /** Moments of parameters that were never trained are absent, as are those of the other networks. */
  private void readOptimizer(Dict optimizer) {
    Dict state = optimizer == null ? null : dict(optimizer, STATE);
    if (state == null) {
      return;
    }
    List<String> parameters = new ArrayList<>();
    for (String name : tensors.keySet()) {
      if (STATISTICS.stream().noneMatch(name::endsWith)) {
        parameters.add(name);
      }
    }
    String steps = null;
    for (Map.Entry<PickleValue, PickleValue> entry : state.entries().entrySet()) {
      String number = PickleTree.nameOf(entry.getKey());
      int index = number.matches("\\d{1,9}") ? Integer.parseInt(number) : Integer.MAX_VALUE;
      if (index >= parameters.size() || !(entry.getValue() instanceof Dict moments)) {
        throw new CheckpointException("%s: damaged: the optimizer has a state '%s', the file %d parameters"
            .formatted(path, number.substring(0, Math.min(20, number.length())), parameters.size()));
      }
      String name = parameters.get(index);
      for (String moment : MOMENTS) {
        addMoment(moment, name, moments.get(moment));
      }
      steps = steps(moments.get(STEP));
    }
    if (steps != null) {
      metadata.putIfAbsent("optimizer_steps", steps);
    }
  }

  private void addMoment(String moment, String name, PickleValue value) {
    if (!(value instanceof Tensor tensor)
        || !java.util.Arrays.equals(tensor.view().shape(), tensors.get(name).shape())) {
      throw new CheckpointException("%s: damaged: the optimizer's %s of '%s' does not fit".formatted(path, moment, name));
    }
    String bare = name.startsWith(STUDENT) ? name.substring(STUDENT.length()) : name;
    tensors.put(moment + "." + bare, tensor.view());
  }

  /** A number in older files, a tensor in newer ones. */
  private String steps(PickleValue step) {
    return switch (step) {
      case Int number -> number.value().toString();
      case Tensor tensor when tensor.view().elementCount() == 1 ->
          Long.toString((long) tensor.view().contiguous(STEP).valueAt(0));
      case null, default -> throw new CheckpointException(path + ": damaged: the optimizer's number of steps");
    };
  }

  @Override
  public Path path() {
    return path;
  }

  @Override
  public Set<String> names() {
    return Collections.unmodifiableSet(tensors.keySet());
  }

  @Override
  public Map<String, String> metadata() {
    return Collections.unmodifiableMap(metadata);
  }

  @Override
  public boolean contains(String name) {
    return tensors.containsKey(name);
  }

  @Override
  public StoredTensor tensor(String name) {
    StridedTensor tensor = tensors.get(name);
    if (tensor == null) {
      throw new CheckpointException(
          "%s: has no tensor '%s' (it has %d others).".formatted(path, name, tensors.size()));
    }
    return tensor.contiguous(name);
  }

  @Override
  public void close() {
    file.close();
  }
}
