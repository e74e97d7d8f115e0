package ciss.config;

import ciss.error.ConfigException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonParser;
import tools.jackson.core.JsonToken;
import tools.jackson.core.ObjectReadContext;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.dataformat.yaml.YAMLFactory;
import tools.jackson.dataformat.yaml.YAMLParser;

/**
 * Reads one YAML 1.2 document to a tree of {@link Node}s with places, from the tokens of Jackson's parser (whose own
 * tree keeps no places). JSON is YAML and reads the same way.
 *
 * <p>Aliases stand for the node of their anchor. The merge key {@code <<} of YAML 1.1 is an ordinary key here.
 */
final class YamlReader {
  private static final YAMLFactory FACTORY = new YAMLFactory();

  /** The parser's message: the problem, then its line and column; the last such pair is the problem's. */
  private static final Pattern PROBLEM =
      Pattern.compile("(?m)^(\\S.*)\\R in reader, line (\\d+), column (\\d+):");

  private static final Pattern ANCHOR = Pattern.compile("&([^\\s,\\[\\]{}]+)");

  /** Numbers of YAML 1.2 that Jackson takes for text: with a plus sign, or beginning with the point. */
  private static final Pattern NUMBER = Pattern.compile("[-+]?(\\d+|\\.\\d+|\\d+\\.\\d*)([eE][-+]?\\d+)?");

  private final String source;
  private final String[] lines;
  private final Map<String, Node> anchors = new HashMap<>();
  private YAMLParser parser;

  private YamlReader(String source, String text) {
    this.source = source;
    this.lines = text.split("\\R", -1);
  }

  /**
   * Reads a document.
   *
   * @param source name for messages, usually the file
   * @return the root, or null for an empty document
   * @throws ConfigException with line and column for malformed YAML, a repeated key, an alias without anchor, or a
   *     second document
   */
  static Node read(String source, String text) {
    return new YamlReader(source, text).readDocument(text);
  }

  private Node readDocument(String text) {
    try (JsonParser opened = FACTORY.createParser(ObjectReadContext.empty(), new StringReader(text))) {
      parser = (YAMLParser) opened;
      JsonToken token = parser.nextToken();
      if (token == null) {
        return null;
      }
      Node root = readNode(token);
      if (parser.nextToken() != null) {
        throw new ConfigException(place() + ": a second document begins here; one file holds one configuration");
      }
      return root;
    } catch (JacksonException e) {
      throw malformed(e);
    }
  }

  private Node readNode(JsonToken token) {
    Place place = place();
    String anchor = anchorAt(place);
    Node node =
        switch (token) {
          case START_OBJECT -> readMapping(place);
          case START_ARRAY -> readSequence(place);
          default -> parser.isCurrentAlias() ? resolveAlias(place) : readScalar(token, place);
        };
    if (anchor != null) {
      anchors.put(anchor, node);
    }
    return node;
  }

  private Node.Mapping readMapping(Place place) {
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    while (parser.nextToken() == JsonToken.PROPERTY_NAME) {
      Place keyPlace = place();
      String key = parser.currentName();
      Node.Entry earlier = entries.get(key);
      if (earlier != null) {
        throw duplicate(keyPlace, key, earlier.keyPlace());
      }
      entries.put(key, new Node.Entry(keyPlace, readNode(parser.nextToken())));
    }
    return new Node.Mapping(entries, place);
  }

  private Node.Sequence readSequence(Place place) {
    List<Node> items = new ArrayList<>();
    for (JsonToken token = parser.nextToken(); token != JsonToken.END_ARRAY; token = parser.nextToken()) {
      items.add(readNode(token));
    }
    return new Node.Sequence(items, place);
  }

  private Node resolveAlias(Place place) {
    Node node = anchors.get(parser.getString());
    if (node == null) {
      throw new ConfigException(place + ": alias '*" + parser.getString() + "' has no anchor before it");
    }
    return node;
  }

  private Node.Scalar readScalar(JsonToken token, Place place) {
    String text = parser.getString();
    Object value =
        switch (token) {
          case VALUE_NULL -> null;
          case VALUE_TRUE -> true;
          case VALUE_FALSE -> false;
          case VALUE_NUMBER_INT -> wholeNumber(text, place);
          case VALUE_NUMBER_FLOAT -> floatingPoint(text);
          default -> isPlain(place) ? coreSchema(text, place) : text;
        };
    return new Node.Scalar(value, text == null ? "" : text, place);
  }

  private static Long wholeNumber(String text, Place place) {
    try {
      return Long.valueOf(text.replace("_", ""));
    } catch (NumberFormatException e) {
      throw new ConfigException(place + ": the number " + text + " does not fit in 64 bits", e);
    }
  }

  private static Double floatingPoint(String text) {
    return switch (text) {
      case ".inf", ".Inf", ".INF" -> Double.POSITIVE_INFINITY;
      case "-.inf", "-.Inf", "-.INF" -> Double.NEGATIVE_INFINITY;
      case ".nan", ".NaN", ".NAN" -> Double.NaN;
      default -> Double.valueOf(text);
    };
  }

  /** Spellings of YAML 1.2's core schema that Jackson hands over as text. */
  private static Object coreSchema(String text, Place place) {
    if (NUMBER.matcher(text).matches()) {
      return text.matches("\\+\\d+") ? (Object) wholeNumber(text, place) : Double.valueOf(text);
    }
    return switch (text) {
      case "~", "Null", "NULL" -> null;
      case "True", "TRUE" -> true;
      case "False", "FALSE" -> false;
      default -> text;
    };
  }

  /** False for quoted and block scalars, which are text whatever they look like. */
  private boolean isPlain(Place place) {
    String rest = restOfLine(place);
    return rest.isEmpty() || "'\"|>&!".indexOf(rest.charAt(0)) < 0;
  }

  /** The anchor written at a place, which Jackson tells for maps and lists but not for scalars; null if none. */
  private String anchorAt(Place place) {
    Matcher matcher = ANCHOR.matcher(restOfLine(place));
    return matcher.lookingAt() ? matcher.group(1) : null;
  }

  private String restOfLine(Place place) {
    if (place.line() < 1 || place.line() > lines.length) {
      return "";
    }
    String line = lines[place.line() - 1];
    return line.substring(Math.clamp(place.column() - 1L, 0, line.length()));
  }

  private Place place() {
    TokenStreamLocation location = parser.currentTokenLocation();
    return new Place(source, location.getLineNr(), location.getColumnNr());
  }

  static ConfigException duplicate(Place place, String key, Place earlier) {
    return new ConfigException(place + ": key '" + key + "' is set twice\n  first at " + earlier);
  }

  private ConfigException malformed(JacksonException e) {
    Matcher matcher = PROBLEM.matcher(e.getOriginalMessage());
    String problem = e.getOriginalMessage().lines().findFirst().orElse("");
    TokenStreamLocation at = e.getLocation();
    Place place = at == null ? Place.of(source) : new Place(source, at.getLineNr(), at.getColumnNr());
    while (matcher.find()) {
      problem = matcher.group(1);
      place = new Place(source, Integer.parseInt(matcher.group(2)), Integer.parseInt(matcher.group(3)));
    }
    return new ConfigException(place + ": not valid YAML: " + problem, e);
  }
}
