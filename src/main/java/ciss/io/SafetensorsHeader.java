package ciss.io;

import ciss.error.CheckpointException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;

/** The JSON header of a safetensors file, read in one pass with a streaming parser, and its consistency checks. */
record SafetensorsHeader(Path path, List<Entry> entries, Map<String, String> metadata) {

  /** One tensor: bytes {@code begin..end} of the data part. */
  record Entry(String name, ElementType type, long[] shape, long begin, long end) {}

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  static SafetensorsHeader parse(Path path, byte[] json) {
    List<Entry> entries = new ArrayList<>();
    Map<String, String> metadata = new LinkedHashMap<>();
    try (JsonParser parser = JSON.createParser(ObjectReadContext.empty(), json)) {
      expect(path, parser, parser.nextToken(), JsonToken.START_OBJECT, "the header");
      while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
        String name = parser.currentName();
        expect(path, parser, parser.nextToken(), JsonToken.START_OBJECT, "'" + name + "'");
        if (name.equals("__metadata__")) {
          while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
            String key = parser.currentName();
            expect(path, parser, parser.nextToken(), JsonToken.VALUE_STRING, "metadata '" + key + "'");
            metadata.put(key, parser.getString());
          }
        } else {
          entries.add(parseEntry(path, parser, name));
        }
      }
    } catch (JacksonException e) {
      throw new CheckpointException(path + ": the header is not valid JSON: " + e.getOriginalMessage(), e);
    }
    return new SafetensorsHeader(path, entries, metadata);
  }

  private static Entry parseEntry(Path path, JsonParser parser, String name) {
    ElementType type = null;
    long[] shape = null;
    long[] offsets = null;
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      String key = parser.currentName();
      JsonToken token = parser.nextToken();
      switch (key) {
        case "dtype" -> {
          expect(path, parser, token, JsonToken.VALUE_STRING, "dtype of tensor '" + name + "'");
          type = typeNamed(path, name, parser.getString());
        }
        case "shape" -> shape = integers(path, parser, token, "shape of tensor '" + name + "'");
        case "data_offsets" -> offsets = integers(path, parser, token, "data_offsets of tensor '" + name + "'");
        default -> parser.skipChildren();
      }
    }
    if (type == null || shape == null || offsets == null || offsets.length != 2) {
      throw new CheckpointException(
          path + ": tensor '" + name + "' needs dtype, shape and two data_offsets in the header.");
    }
    return new Entry(name, type, shape, offsets[0], offsets[1]);
  }

  private static ElementType typeNamed(Path path, String tensor, String name) {
    for (ElementType type : ElementType.values()) {
      if (type.name().equals(name)) {
        return type;
      }
    }
    throw new CheckpointException(
        path + ": tensor '" + tensor + "' has the unknown type '" + name + "'; known: "
            + Arrays.toString(ElementType.values()) + ".");
  }

  private static long[] integers(Path path, JsonParser parser, JsonToken token, String what) {
    expect(path, parser, token, JsonToken.START_ARRAY, what);
    long[] values = new long[8];
    int n = 0;
    while ((token = parser.nextToken()) != JsonToken.END_ARRAY) {
      expect(path, parser, token, JsonToken.VALUE_NUMBER_INT, what);
      values = n == values.length ? Arrays.copyOf(values, 2 * n) : values;
      values[n++] = parser.getLongValue();
    }
    return Arrays.copyOf(values, n);
  }

  private static void expect(Path path, JsonParser parser, JsonToken found, JsonToken expected, String what) {
    if (found != expected) {
      throw new CheckpointException(
          path + ": " + what + ": found " + (found == null ? "the end" : found) + " at "
              + parser.currentTokenLocation().getByteOffset() + " in the header, expected " + expected + ".");
    }
  }

  /**
   * Checks every entry against the data part.
   *
   * @param dataBytes length of the data part of the file
   * @throws CheckpointException naming file and tensor if an extent is negative, the bytes do not match type and shape,
   *     lie outside the file, or overlap those of another tensor
   */
  void checkAgainst(long dataBytes) {
    for (Entry e : entries) {
      long expected = byteCount(e);
      if (e.begin() < 0 || e.end() < e.begin() || e.end() - e.begin() != expected) {
        throw new CheckpointException(
            path + ": tensor '" + e.name() + "' " + e.type() + Arrays.toString(e.shape()) + " needs " + expected
                + " bytes, its data_offsets are " + e.begin() + ".." + e.end() + ".");
      }
      if (e.end() > dataBytes) {
        throw new CheckpointException(
            path + ": cut off: tensor '" + e.name() + "' ends at byte " + e.end() + " of the data, the file has "
                + dataBytes + ". Copy or download it again.");
      }
    }
    List<Entry> byPosition = new ArrayList<>(entries);
    byPosition.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
    for (int i = 1; i < byPosition.size(); i++) {
      Entry before = byPosition.get(i - 1);
      Entry after = byPosition.get(i);
      if (after.begin() < before.end()) {
        throw new CheckpointException(
            path + ": the bytes of tensors '" + before.name() + "' and '" + after.name() + "' overlap.");
      }
    }
  }

  private long byteCount(Entry e) {
    long count = e.type().byteSize();
    try {
      for (long extent : e.shape()) {
        if (extent < 0) {
          throw new CheckpointException(
              path + ": tensor '" + e.name() + "' has a negative extent: " + Arrays.toString(e.shape()) + ".");
        }
        count = Math.multiplyExact(count, extent);
      }
    } catch (ArithmeticException overflow) {
      throw new CheckpointException(
          path + ": tensor '" + e.name() + "' has an impossible shape " + Arrays.toString(e.shape()) + ".", overflow);
    }
    return count;
  }
}
