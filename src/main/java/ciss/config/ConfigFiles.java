package ciss.config;

import ciss.error.ConfigException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** Reads a configuration file with its bases: later bases win over earlier ones, the file over all. */
final class ConfigFiles {
  private static final int DEEPEST = 16;

  private final Environment environment;
  private final ConfigFinder finder;

  ConfigFiles(Environment environment) {
    this.environment = environment;
    this.finder = new ConfigFinder(environment);
  }

  /** What a file and its bases say; only the file's own settings are marked as such. */
  Settings read(ConfigSource source) {
    return read(source, List.of());
  }

  private Settings read(ConfigSource source, List<ConfigSource> below) {
    Node root = YamlReader.read(source.display(), source.text());
    if (root == null) {
      return Settings.of(new Node.Mapping(Map.of(), Place.of(source.display())), Origin.Kind.FILE);
    }
    if (!(root instanceof Node.Mapping map)) {
      throw new ConfigException(root.place() + ": expected keys and values, found " + root.describe());
    }
    Node.Entry base = map.entries().get("base");
    Settings settings = new Settings();
    if (base != null) {
      List<ConfigSource> chain = new ArrayList<>(below);
      chain.add(source);
      for (Node.Scalar name : baseNames(base.value())) {
        settings.overlay(readBase(name, source, chain).inherited());
      }
    }
    Map<String, Node.Entry> own = new LinkedHashMap<>(map.entries());
    own.remove("base");
    settings.overlay(Settings.of(new Node.Mapping(own, map.place()), Origin.Kind.FILE));
    return settings;
  }

  private Settings readBase(Node.Scalar name, ConfigSource from, List<ConfigSource> chain) {
    ConfigSource base;
    try {
      base = finder.findBase(environment.expand(name.text(), name.place()), from);
    } catch (ConfigException e) {
      throw new ConfigException(name.place() + ": base: " + e.getMessage(), e);
    }
    boolean cycle = chain.stream().anyMatch(source -> source.identity().equals(base.identity()));
    if (cycle) {
      List<String> names = new ArrayList<>(chain.stream().map(ConfigSource::display).toList());
      names.add(base.display());
      throw new ConfigException(name.place() + ": base goes in a circle: " + String.join(" -> ", names));
    }
    if (chain.size() > DEEPEST) {
      throw new ConfigException(name.place() + ": more than " + DEEPEST + " bases one upon the other");
    }
    return read(base, chain);
  }

  private static List<Node.Scalar> baseNames(Node value) {
    List<Node> nodes = value instanceof Node.Sequence list ? list.items() : List.of(value);
    List<Node.Scalar> names = new ArrayList<>();
    for (Node node : nodes) {
      if (!(node instanceof Node.Scalar scalar) || scalar.value() == null) {
        throw new ConfigException(node.place() + ": base: expected a path, a name or a list of them, found "
            + node.describe());
      }
      names.add(scalar);
    }
    return names;
  }
}
