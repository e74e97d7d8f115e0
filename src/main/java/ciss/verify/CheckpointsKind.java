package ciss.verify;

import ciss.error.CheckpointException;
import ciss.io.StoredTensor;
import ciss.io.pth.PickleValue;
import ciss.io.pth.PthFile;
import ciss.io.pth.StridedTensor;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Kind {@code checkpoints}: PyTorch files that must be read, value by value and bit by bit, or refused. */
public final class CheckpointsKind implements CaseKind {
  private static final String OUT = "out.";

  @Override
  public String kind() {
    return "checkpoints";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    Path path = golden.path().resolveSibling(golden.options().get("file").asString());
    String outcome = golden.options().get("outcome").asString();
    String refusal = "read";
    try (PthFile file = PthFile.open(path)) {
      out.exact("layout", file.layout().name().toLowerCase(Locale.ROOT), golden.options().get("layout").asString());
      if (outcome.equals("read")) {
        compareTensors(golden, file, out);
        compareEntries(golden, file, out);
      } else {
        file.tensors().forEach((name, tensor) -> tensor.contiguous(name));
      }
    } catch (CheckpointException e) {
      refusal = "refused";
      if (outcome.equals("read")) {
        throw e;
      }
    }
    out.exact("outcome", refusal, outcome);
  }

  private static void compareTensors(GoldenCase golden, PthFile file, Comparison out) {
    Map<String, StridedTensor> tensors = file.tensors();
    out.exact("tensor_count", tensors.size(), golden.expect().get("tensor_count").asInt());
    for (String name : golden.resultNames()) {
      StridedTensor tensor = tensors.get(name.substring(OUT.length()));
      if (tensor != null) {
        StoredTensor stored = tensor.contiguous(name);
        out.bits(name, stored);
      }
    }
  }

  private static void compareEntries(GoldenCase golden, PthFile file, Comparison out) {
    Map<String, PickleValue> values = new HashMap<>();
    collect("", file.root(), values);
    for (JsonNode entry : golden.expect().get("entries")) {
      String path = entry.get(0).asString();
      PickleValue value = values.get(path);
      boolean equal = value != null && matches(value, entry);
      out.exact("entry '" + path + "'", equal ? entry.toString() : String.valueOf(value), entry.toString());
    }
  }

  private static void collect(String path, PickleValue value, Map<String, PickleValue> values) {
    values.put(path, value);
    String prefix = path.isEmpty() ? "" : path + "/";
    switch (value) {
      case PickleValue.Dict dict -> dict.entries().forEach((key, child) -> collect(prefix + text(key), child, values));
      case PickleValue.Sequence list -> {
        for (int i = 0; i < list.elements().size(); i++) {
          collect(prefix + i, list.elements().get(i), values);
        }
      }
      default -> {}
    }
  }

  private static String text(PickleValue key) {
    return key instanceof PickleValue.Text text ? text.value() : ((PickleValue.Int) key).value().toString();
  }

  /** Whether a value is what {@code [path, type, ...]} says. */
  private static boolean matches(PickleValue value, JsonNode entry) {
    JsonNode expected = entry.get(2);
    return switch (entry.get(1).asString()) {
      case "dict" -> value instanceof PickleValue.Dict dict && dict.entries().size() == expected.asInt();
      case "dict_values" -> value instanceof PickleValue.Dict && equal(value, expected);
      case "list" -> value instanceof PickleValue.Sequence list && !list.tuple() && matches(list, expected);
      case "tuple" -> value instanceof PickleValue.Sequence list && list.tuple() && matches(list, expected);
      case "int" -> value instanceof PickleValue.Int && equal(value, expected);
      case "float" -> value instanceof PickleValue.Real && equal(value, expected);
      case "str" -> value instanceof PickleValue.Text && equal(value, expected);
      case "bool" -> value instanceof PickleValue.Bool && equal(value, expected);
      case "none" -> value == PickleValue.Null.NONE;
      case "bytes" -> value instanceof PickleValue.Bytes && equal(value, expected);
      case "tensor" -> value instanceof PickleValue.Tensor tensor
          && tensor.view().type().name().equals(expected.asString())
          && shape(tensor.view()).equals(entry.get(3).toString());
      default -> false;
    };
  }

  private static boolean matches(PickleValue.Sequence list, JsonNode expected) {
    return expected.isArray() ? equal(list, expected) : list.elements().size() == expected.asInt();
  }

  private static String shape(StridedTensor tensor) {
    return java.util.Arrays.toString(tensor.shape()).replace(" ", "");
  }

  private static boolean equal(PickleValue value, JsonNode expected) {
    return switch (value) {
      case PickleValue.Null none -> expected.isNull();
      case PickleValue.Bool bool -> expected.isBoolean() && bool.value() == expected.asBoolean();
      case PickleValue.Int number -> expected.isIntegralNumber() && number.value().equals(expected.bigIntegerValue());
      case PickleValue.Real real -> !expected.isIntegralNumber() && same(real.value(), GoldenCase.number(expected));
      case PickleValue.Text text -> expected.isString() && text.value().equals(expected.asString());
      case PickleValue.Bytes bytes -> HexFormat.of().formatHex(bytes.value()).equals(expected.asString());
      case PickleValue.Sequence list -> {
        boolean same = expected.isArray() && expected.size() == list.elements().size();
        for (int i = 0; same && i < list.elements().size(); i++) {
          same = equal(list.elements().get(i), expected.get(i));
        }
        yield same;
      }
      case PickleValue.Dict dict -> {
        boolean same = expected.isObject() && expected.size() == dict.entries().size();
        for (Map.Entry<PickleValue, PickleValue> e : dict.entries().entrySet()) {
          same = same && expected.has(text(e.getKey())) && equal(e.getValue(), expected.get(text(e.getKey())));
        }
        yield same;
      }
      case PickleValue.Tensor tensor -> false;
    };
  }

  private static boolean same(double a, double b) {
    return Double.doubleToLongBits(a) == Double.doubleToLongBits(b);
  }
}
