package ciss.verify;

import ciss.error.DataException;
import ciss.io.Safetensors;
import ciss.io.StoredTensor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * One reference ("golden") case: a JSON file with options, bounds and expectations, and beside it a safetensors file
 * with inputs and results.
 *
 * <p>Tensor names start with {@code in.}, {@code param.}, {@code draw.}, {@code out.} or {@code grad.}; layout and
 * shape are those of the reference (NCHW; linear weights [out, in]; pictures of the data kinds {@code [H,W,3]} B,G,R).
 * Inputs that are not stored are generated on request and checked against the check sums of the case.
 */
public final class GoldenCase implements AutoCloseable {
  private static final JsonMapper JSON = new JsonMapper();

  private final Path path;
  private final JsonNode json;
  private final Safetensors tensors;

  private GoldenCase(Path path, JsonNode json, Safetensors tensors) {
    this.path = path;
    this.json = json;
    this.tensors = tensors;
  }

  /**
   * Opens {@code X.json} and, if it exists, {@code X.safetensors}.
   *
   * @throws DataException if the JSON cannot be read or is not a case
   * @throws ciss.error.CheckpointException if the tensors cannot be read
   */
  public static GoldenCase open(Path path) {
    JsonNode json;
    try {
      json = JSON.readTree(path.toFile());
    } catch (JacksonException e) {
      throw new DataException(path + ": cannot be read as a reference case: " + e.getOriginalMessage(), e);
    }
    if (!json.hasNonNull("kind") || !json.hasNonNull("case") || !json.path("options").isObject()) {
      throw new DataException(path + ": not a reference case: 'kind', 'case' or 'options' is missing.");
    }
    String stem = path.getFileName().toString().replaceFirst("\\.json$", "");
    Path data = path.resolveSibling(stem + ".safetensors");
    return new GoldenCase(path, json, Files.exists(data) ? Safetensors.open(data) : null);
  }

  /** The JSON file. */
  public Path path() {
    return path;
  }

  /** The kind, which says what is computed. */
  public String kind() {
    return json.get("kind").asString();
  }

  /** Name of the case within its kind. */
  public String name() {
    return json.get("case").asString();
  }

  /** Everything that is needed to run the case. */
  public JsonNode options() {
    return json.get("options");
  }

  /** Expected scalars and lists; a missing node if there are none. */
  public JsonNode expect() {
    return json.path("expect");
  }

  /** Recorded random decisions that are not tensors; a missing node if there are none. */
  public JsonNode draws() {
    return json.path("draws");
  }

  /** Another top-level entry, such as {@code without_grad}; a missing node if absent. */
  public JsonNode entry(String key) {
    return json.path(key);
  }

  /** Whether the tensor is stored (in full or as a sample) or can be generated from an entry of its own. */
  public boolean has(String name) {
    return isStored(name) || isSampled(name) || json.path("generate").has(name);
  }

  /** Whether the tensor is stored in full. */
  public boolean isStored(String name) {
    return tensors != null && tensors.contains(name);
  }

  /** Whether only every k-th element of the tensor is stored. */
  public boolean isSampled(String name) {
    return json.path("samples").has(name);
  }

  /** The stored tensor. */
  public StoredTensor stored(String name) {
    if (tensors == null) {
      throw new DataException(path + ": tensor '" + name + "' wanted, but the case has no safetensors file.");
    }
    return tensors.tensor(name);
  }

  /** Stride, shape and sums of a sampled tensor. */
  JsonNode sample(String name) {
    return json.path("samples").path(name);
  }

  /** Names of all results: stored or sampled tensors that start with {@code out.} or {@code grad.}. */
  public Set<String> resultNames() {
    Set<String> names = new TreeSet<>();
    if (tensors != null) {
      names.addAll(tensors.names());
      names.removeIf(name -> name.endsWith(".sample") && isSampled(name.substring(0, name.length() - 7)));
    }
    names.addAll(json.path("samples").propertyNames());
    names.removeIf(name -> !name.startsWith("out.") && !name.startsWith("grad."));
    return names;
  }

  /** Names of all stored tensors that start with the prefix; empty without a safetensors file. */
  public Set<String> storedNames(String prefix) {
    Set<String> names = new TreeSet<>();
    if (tensors != null) {
      names.addAll(tensors.names());
      names.removeIf(name -> !name.startsWith(prefix));
    }
    return names;
  }

  /** Shape of a stored, sampled or generated tensor. */
  public long[] shape(String name) {
    if (isStored(name)) {
      return stored(name).shape().clone();
    }
    if (isSampled(name)) {
      return longs(sample(name).get("shape"));
    }
    return generatedShape(name, generateEntry(name));
  }

  /** A stored or generated input as float32, row-major; label maps and masks as whole numbers. */
  public float[] floats(String name) {
    return isStored(name) ? stored(name).toFloats() : generate(name);
  }

  /** A stored or generated input whose values are 0..255, as bytes (label maps, masks, 8-bit pictures). */
  public byte[] bytes(String name) {
    if (isStored(name)) {
      return stored(name).toBytes();
    }
    float[] values = generate(name);
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /**
   * A parameter or buffer of the network of this case: stored as {@code param.<name>}, else generated with the seed of
   * {@code param.*}.
   *
   * @param shape in the layout of the reference
   */
  public float[] parameter(String name, long[] shape) {
    String full = "param." + name;
    if (isStored(full)) {
      return stored(full).toFloats();
    }
    return GoldenGenerator.parameter(name, shape, generateEntry("param.*").get("seed").asLong());
  }

  /**
   * A parameter or buffer generated with another seed (teacher, ImageNet network).
   *
   * @param shape in the layout of the reference
   */
  public static float[] parameter(String name, long[] shape, long seed) {
    return GoldenGenerator.parameter(name, shape, seed);
  }

  /** The bound of a tensor: under its own name, else under the longest prefix that ends in {@code *}. */
  public Bound bound(String name) {
    JsonNode bounds = json.path("bounds");
    String best = bounds.has(name) ? name : null;
    if (best == null) {
      int length = -1;
      for (Map.Entry<String, JsonNode> e : bounds.properties()) {
        String key = e.getKey();
        if (key.endsWith("*") && key.length() > length && name.startsWith(key.substring(0, key.length() - 1))) {
          best = key;
          length = key.length();
        }
      }
    }
    if (best == null) {
      throw new DataException(path + ": has no bound for '" + name + "'.");
    }
    return Bound.of(bounds.get(best));
  }

  private JsonNode generateEntry(String name) {
    JsonNode entry = json.path("generate").get(name);
    if (entry == null) {
      throw new DataException(path + ": tensor '" + name + "' is neither stored nor generated.");
    }
    return entry;
  }

  private long[] generatedShape(String name, JsonNode entry) {
    return entry.path("kind").asString().equals("image_mix")
        ? shape("in." + entry.get("base").asString())
        : longs(entry.get("shape"));
  }

  private float[] generate(String name) {
    JsonNode entry = generateEntry(name);
    long[] shape = generatedShape(name, entry);
    long seed = entry.path("seed").asLong(0);
    String stream = name.substring(name.indexOf('.') + 1);
    float[] values = switch (entry.path("kind").asString()) {
      case "image" -> GoldenGenerator.normalized(GoldenGenerator.imageBytes(stream, shape, seed), shape);
      case "image_mix" -> {
        String base = entry.get("base").asString();
        long baseSeed = generateEntry("in." + base).get("seed").asLong();
        int[] mixed = GoldenGenerator.mixedBytes(
            GoldenGenerator.imageBytes(base, shape, baseSeed), GoldenGenerator.imageBytes(stream, shape, seed));
        yield GoldenGenerator.normalized(mixed, shape);
      }
      case "uniform" -> GoldenGenerator.uniform(stream, shape, seed, entry.get("scale").asDouble());
      case "field" ->
          GoldenGenerator.field(stream, shape, seed, entry.get("lo").asDouble(), entry.get("hi").asDouble());
      case "regions" ->
          GoldenGenerator.regions(stream, shape, seed, entry.get("points").asInt(), ints(entry.get("classes")));
      case "rect_mask" -> GoldenGenerator.rectMask(shape, ints(entry.get("margins")));
      case "scene" -> toFloats(GoldenScene.draw(
          stream, seed, (int) shape[0], (int) shape[1], entry.get("gain").asInt(), ints(entry.get("tint"))));
      default -> throw new DataException(path + ": unknown generator of '" + name + "': " + entry);
    };
    checkGenerated(name, values);
    return values;
  }

  private void checkGenerated(String name, float[] values) {
    JsonNode check = json.path("check").path(name);
    double sum = 0;
    double absSum = 0;
    for (float v : values) {
      sum += v;
      absSum += Math.abs(v);
    }
    double tolerance = 1e-7 * absSum;
    boolean wrong = check.has("sum") && Math.abs(sum - check.get("sum").asDouble()) > tolerance
        || check.has("abs_sum") && Math.abs(absSum - check.get("abs_sum").asDouble()) > tolerance;
    Iterator<JsonNode> first = check.path("first8").iterator();
    for (int i = 0; first.hasNext(); i++) {
      wrong |= values[i] != first.next().asDouble();
    }
    if (wrong) {
      throw new DataException(
          path + ": the generated tensor '" + name + "' has sum " + sum + " and absolute sum " + absSum
              + ", the case says " + check + ".");
    }
  }

  /** The integers of a JSON list. */
  public static int[] ints(JsonNode list) {
    int[] values = new int[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asInt();
    }
    return values;
  }

  private static long[] longs(JsonNode list) {
    long[] values = new long[list.size()];
    for (int i = 0; i < values.length; i++) {
      values[i] = list.get(i).asLong();
    }
    return values;
  }

  /** A number of a case: also {@code "nan"}, {@code "inf"}, {@code "-inf"}, and null for NaN. */
  public static double number(JsonNode node) {
    if (node == null || node.isNull()) {
      return Double.NaN;
    }
    if (node.isString()) {
      return switch (node.asString()) {
        case "nan" -> Double.NaN;
        case "inf" -> Double.POSITIVE_INFINITY;
        case "-inf" -> Double.NEGATIVE_INFINITY;
        default -> Double.parseDouble(node.asString());
      };
    }
    return node.asDouble();
  }

  private static float[] toFloats(int[] values) {
    float[] floats = new float[values.length];
    for (int i = 0; i < floats.length; i++) {
      floats[i] = values[i];
    }
    return floats;
  }

  @Override
  public void close() {
    if (tensors != null) {
      tensors.close();
    }
  }
}
