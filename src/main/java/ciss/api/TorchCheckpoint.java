package ciss.api;

import ciss.io.StoredTensor;
import ciss.io.pth.PickleValue;
import ciss.io.pth.PickleValue.Dict;
import ciss.io.pth.PickleValue.Int;
import ciss.io.pth.PickleValue.Sequence;
import ciss.io.pth.PickleValue.Text;
import ciss.io.pth.PthTensors;
import ciss.io.pth.PthWriter;
import ciss.io.pth.StridedTensor;
import java.math.BigInteger;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Named tensors as a PyTorch file of the reference: {@code meta} with {@code iter} and {@code CLASSES}, and {@code state_dict}
 * (method.md 5.3); an encoder alone is a flat mapping (5.1). Our own strings are under {@code meta/ciss}.
 */
final class TorchCheckpoint {
  private TorchCheckpoint() {}

  /**
   * @param flat no {@code meta}, no {@code state_dict}
   */
  static void write(Path path, Map<String, StoredTensor> tensors, Map<String, String> metadata, boolean flat) {
    Map<PickleValue, PickleValue> state = new LinkedHashMap<>();
    tensors.forEach((name, tensor) -> state.put(new Text(name), new PickleValue.Tensor(StridedTensor.of(tensor))));
    if (flat) {
      PthWriter.write(path, new Dict(state));
      return;
    }
    Map<PickleValue, PickleValue> root = new LinkedHashMap<>();
    root.put(new Text(PthTensors.META), meta(metadata));
    root.put(new Text(PthTensors.STATE_DICT), new Dict(state));
    PthWriter.write(path, new Dict(root));
  }

  private static Dict meta(Map<String, String> metadata) {
    Map<PickleValue, PickleValue> meta = new LinkedHashMap<>();
    Map<PickleValue, PickleValue> ours = new LinkedHashMap<>();
    metadata.forEach((key, value) -> {
      if (key.equals("iteration") && value.matches("\\d{1,18}")) {
        meta.put(new Text(PthTensors.ITERATION), new Int(new BigInteger(value)));
      } else {
        ours.put(new Text(key), new Text(value));
      }
    });
    if (metadata.containsKey("classes")) {
      List<PickleValue> names = Arrays.stream(metadata.get("classes").split(",")).<PickleValue>map(Text::new).toList();
      meta.put(new Text("CLASSES"), new Sequence(true, names));
    }
    if (!ours.isEmpty()) {
      meta.put(new Text(PthTensors.OURS), new Dict(ours));
    }
    return new Dict(meta);
  }
}
