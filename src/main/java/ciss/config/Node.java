package ciss.config;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** A piece of YAML that knows where it was written. */
sealed interface Node {
  /** Where the piece begins. */
  Place place();

  /** What the user would call it in an error message: "text 'abc'", "number 0.5", "a list", "a map", "null". */
  String describe();

  /** True for a YAML null. */
  default boolean isNull() {
    return this instanceof Scalar scalar && scalar.value() == null;
  }

  /**
   * A single value.
   *
   * @param value a String, Long, Double, Boolean or null
   * @param text as written, without quotes
   */
  record Scalar(Object value, String text, Place place) implements Node {
    @Override
    public String describe() {
      return switch (value) {
        case null -> "null";
        case String s -> "text '" + s + "'";
        case Boolean b -> text;
        default -> "number " + text;
      };
    }
  }

  /** A list. */
  record Sequence(List<Node> items, Place place) implements Node {
    @Override
    public String describe() {
      return "a list of " + items.size();
    }
  }

  /** A map; the entries keep their order. */
  record Mapping(Map<String, Entry> entries, Place place) implements Node {
    @Override
    public String describe() {
      return entries.isEmpty() ? "an empty map" : "a map with the keys " + String.join(", ", entries.keySet());
    }

    /**
     * This map with {@code over} laid on it: maps merge entry by entry, everything else is replaced.
     *
     * @return a new map; neither argument changes
     */
    Mapping merge(Mapping over) {
      Map<String, Entry> merged = new LinkedHashMap<>(entries);
      for (Map.Entry<String, Entry> entry : over.entries.entrySet()) {
        merged.merge(entry.getKey(), entry.getValue(), Mapping::mergeEntries);
      }
      return new Mapping(merged, over.place);
    }

    private static Entry mergeEntries(Entry below, Entry above) {
      return below.value instanceof Mapping low && above.value instanceof Mapping high
          ? new Entry(above.keyPlace, low.merge(high))
          : above;
    }

    /** This map without the entries whose value is null. */
    Mapping withoutNulls() {
      Map<String, Entry> kept =
          entries.entrySet().stream()
              .filter(entry -> !entry.getValue().value.isNull())
              .collect(
                  Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue, (a, b) -> b, LinkedHashMap::new));
      return new Mapping(kept, place);
    }
  }

  /** A value of a map, with the place of its key. */
  record Entry(Place keyPlace, Node value) {}
}
