package ciss.api;

import ciss.error.CheckpointException;
import ciss.error.ConfigException;
import ciss.io.ElementType;
import ciss.io.SafetensorsWriter;
import ciss.io.StoredTensor;
import ciss.io.TensorFile;
import ciss.train.NetworkKind;
import ciss.train.WeightNames;
import ciss.train.WeightNames.Meaning;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.foreign.MemorySegment;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Writes the weights of a file as another file: PyTorch's or safetensors, all of it or the part that a purpose needs. */
public final class WeightConversion {
  private static final String ITERATION = "iteration";
  private static final String STEPS = "optimizer_steps";

  /** What the new file is for. */
  public enum Purpose {
    /** Everything, as it is called in the file: a training can go on from it. */
    RESUME,
    /** One network under the names of the trainer's student, nothing else: what the reference publishes. */
    PUBLISH,
    /** One network under its own names, with what is known about its training. */
    TEST,
    /** The encoder under the names of ImageNet files. */
    PRETRAINED
  }

  /**
   * @param network which network is kept; has no meaning for {@code RESUME}
   * @param half store floating-point numbers as float16
   */
  public record Request(Path in, Path out, Purpose purpose, NetworkKind network, boolean half) {}

  /**
   * @param found what the file holds, in words
   * @param tensors kept, with {@code values} elements
   * @param dropped what was left out, in words
   * @param sha256 of the written file
   */
  public record Result(List<String> found, int tensors, long values, List<String> dropped, long bytes, String sha256) {}

  private final Request request;
  private final TensorFile file;
  private final boolean toPth;
  private final Map<String, StoredTensor> kept = new LinkedHashMap<>();
  private final Map<NetworkKind, Integer> networks = new EnumMap<>(NetworkKind.class);
  private final List<String> dropped = new ArrayList<>();
  private int moments;
  private int others;

  private WeightConversion(Request request, TensorFile file) {
    this.request = request;
    this.file = file;
    this.toPth = isPth(request.out());
  }

  /**
   * @throws ConfigException if the new file ends in neither {@code .pth} nor {@code .safetensors}, or is the old one
   * @throws CheckpointException if the file cannot be read or lacks what is to be kept
   * @throws ciss.error.ResourceException if the disk is full or the folder cannot be written
   */
  public static Result run(Request request) {
    Path out = request.out();
    if (!isPth(out) && !out.toString().endsWith(".safetensors")) {
      throw new ConfigException(out + ": the name must end in .pth or .safetensors, which says how it is written");
    }
    try (TensorFile file = TensorFile.open(request.in())) {
      if (Files.exists(out) && Files.isSameFile(request.in(), out)) {
        throw new ConfigException(out + ": is the file to be converted; give the new one another name");
      }
      return new WeightConversion(request, file).run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static boolean isPth(Path path) {
    return path.toString().endsWith(".pth") || path.toString().endsWith(".pt");
  }

  private Result run() throws IOException {
    for (String name : file.names()) {
      Meaning meaning = WeightNames.of(name);
      count(meaning);
      String newName = newName(name, meaning);
      if (newName != null) {
        kept.put(newName, request.half() ? half(file.tensor(name)) : file.tensor(name));
      }
    }
    if (kept.isEmpty()) {
      throw new CheckpointException("%s: holds nothing of the %s".formatted(file.path(), request.network().shown()));
    }
    noteDropped();
    Map<String, String> metadata = metadata();
    if (toPth) {
      TorchCheckpoint.write(request.out(), kept, metadata, request.purpose() == Purpose.PRETRAINED);
    } else {
      SafetensorsWriter writer = new SafetensorsWriter();
      metadata.forEach(writer::metadata);
      kept.forEach((name, tensor) -> writer.add(name, tensor.type(), tensor.shape(), tensor.data()));
      writer.write(request.out());
    }
    long values = kept.values().stream().mapToLong(StoredTensor::elementCount).sum();
    return new Result(found(), kept.size(), values, dropped, Files.size(request.out()), sha256(request.out()));
  }

  private void count(Meaning meaning) {
    switch (meaning) {
      case Meaning.Weight weight -> networks.merge(weight.network(), 1, Integer::sum);
      case Meaning.Moment moment -> moments++;
      case Meaning.Ignored ignored -> others++;
      case Meaning.Unknown unknown -> others++;
    }
  }

  /** The name in the new file, or null. */
  private String newName(String name, Meaning meaning) {
    if (request.purpose() == Purpose.RESUME) {
      // PyTorch keeps moments by number and with settings per parameter, which a file of ours does not have.
      return meaning instanceof Meaning.Moment && toPth ? null : name;
    }
    if (!(meaning instanceof Meaning.Weight weight) || weight.network() != request.network()) {
      return null;
    }
    return switch (request.purpose()) {
      case PUBLISH -> NetworkKind.STUDENT.prefix() + weight.name();
      case PRETRAINED -> WeightNames.isEncoder(weight.name()) ? WeightNames.encoderFileName(weight.name()) : null;
      default -> weight.name();
    };
  }

  private void noteDropped() {
    if (request.purpose() != Purpose.RESUME) {
      networks.keySet().stream().filter(network -> network != request.network()).forEach(network -> dropped.add(network.shown()));
      if (others > 0) {
        dropped.add(others + " other tensors");
      }
    }
    if (request.purpose() == Purpose.PRETRAINED && kept.size() < networks.get(request.network())) {
      dropped.add("decode head");
    }
    if (moments > 0 && (request.purpose() != Purpose.RESUME || toPth)) {
      dropped.add("optimizer");
    }
    if (metadata().isEmpty() && !file.metadata().isEmpty()) {
      dropped.add("metadata");
    }
  }

  private Map<String, String> metadata() {
    Map<String, String> all = new LinkedHashMap<>();
    if (request.purpose() == Purpose.RESUME || request.purpose() == Purpose.TEST) {
      all.putAll(file.metadata());
    }
    if (request.purpose() == Purpose.TEST || toPth) {
      all.remove(STEPS);
    }
    return all;
  }

  private List<String> found() {
    List<String> found = new ArrayList<>();
    networks.forEach((network, count) -> found.add("%s %d".formatted(network.shown(), count)));
    if (others > 0) {
      found.add("others " + others);
    }
    if (moments > 0) {
      found.add("optimizer");
    }
    if (file.metadata().containsKey(ITERATION)) {
      found.add("iteration " + file.metadata().get(ITERATION));
    }
    return found;
  }

  /** Counters and other whole numbers stay as they are. */
  private StoredTensor half(StoredTensor tensor) {
    ElementType type = tensor.type();
    if (type != ElementType.F32 && type != ElementType.F64 && type != ElementType.BF16) {
      return tensor;
    }
    short[] halves = new short[Math.toIntExact(tensor.elementCount())];
    for (int i = 0; i < halves.length; i++) {
      float value = (float) tensor.valueAt(i);
      halves[i] = Float.floatToFloat16(value);
      if (Float.isFinite(value) && !Float.isFinite(Float.float16ToFloat(halves[i]))) {
        throw new CheckpointException(
            "%s: tensor '%s' holds %s, too large for half precision; convert without --half"
                .formatted(file.path(), tensor.name(), value));
      }
    }
    tensor.release();
    return new StoredTensor(tensor.name(), ElementType.F16, tensor.shape(), MemorySegment.ofArray(halves));
  }

  private static String sha256(Path path) throws IOException {
    try (InputStream in = Files.newInputStream(path)) {
      DigestInputStream digested = new DigestInputStream(in, MessageDigest.getInstance("SHA-256"));
      byte[] buffer = new byte[1 << 20];
      while (digested.read(buffer) >= 0) {}
      return HexFormat.of().formatHex(digested.getMessageDigest().digest());
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
