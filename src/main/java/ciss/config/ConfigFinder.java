package ciss.config;

import ciss.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLConnection;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Finds configurations by path or by the name of a built-in one. An existing file wins. */
final class ConfigFinder {
  private static final String FOLDER = "configs";
  private static final String ENDING = ".yaml";

  /** A plain name that exists in several folders means the one of the method this program is about. */
  private static final String PREFERRED = "ciss/";

  /** A configuration that is always inside the program and leads to the others there. */
  private static final String ANCHOR = "ciss/cityscapes_to_acdc";

  private final Environment environment;

  ConfigFinder(Environment environment) {
    this.environment = environment;
  }

  /**
   * The configuration of that name.
   *
   * @param name a file, a folder that holds {@code config.yaml}, or a built-in name such as
   *     {@code ciss/cityscapes_to_acdc} or {@code cityscapes_to_acdc}
   * @throws ConfigException if there is none, or if the name fits several
   */
  ConfigSource find(String name) {
    Path file = environment.workingDirectory().resolve(name);
    if (Files.isDirectory(file) && Files.isRegularFile(file.resolve("config.yaml"))) {
      return readFile(file.resolve("config.yaml"), Path.of(name, "config.yaml").toString());
    }
    return Files.isRegularFile(file) ? readFile(file, name) : builtIn(name);
  }

  /** The configuration that {@code base:} of another names: relative to that file, or a built-in name. */
  ConfigSource findBase(String base, ConfigSource from) {
    if (from.file() != null) {
      Path file = from.file().resolveSibling(base);
      if (Files.isRegularFile(file)) {
        return readFile(file, display(base, from));
      }
    }
    if (from.builtInName() != null) {
      String sibling = Path.of(from.builtInName()).resolveSibling(withoutEnding(base)).normalize().toString();
      if (builtInNames().contains(sibling)) {
        return readBuiltIn(sibling);
      }
    }
    return builtIn(base);
  }

  private static String display(String base, ConfigSource from) {
    Path sibling = Path.of(from.display()).resolveSibling(base).normalize();
    return sibling.toString();
  }

  private ConfigSource builtIn(String name) {
    String wanted = withoutEnding(name).replaceFirst("^" + FOLDER + "/", "");
    TreeSet<String> all = builtInNames();
    if (all.contains(wanted)) {
      return readBuiltIn(wanted);
    }
    List<String> fitting = all.stream().filter(known -> known.endsWith("/" + wanted)).toList();
    if (fitting.size() > 1) {
      fitting = fitting.contains(PREFERRED + wanted) ? List.of(PREFERRED + wanted) : fitting;
    }
    if (fitting.size() > 1) {
      throw new ConfigException("'" + name + "' fits several configurations: " + String.join(", ", fitting));
    }
    if (fitting.isEmpty()) {
      throw notFound(name, all);
    }
    return readBuiltIn(fitting.getFirst());
  }

  private static ConfigException notFound(String name, TreeSet<String> all) {
    Stream<String> names = all.stream().flatMap(known -> Stream.of(known, known.substring(known.indexOf('/') + 1)));
    Optional<String> near = Suggestion.nearest(name, names.toList());
    return new ConfigException(
        "'" + name + "' is neither a file nor a built-in configuration"
            + near.map(known -> "\n  did you mean '" + known + "'?").orElse("")
            + "\n  all built-in ones: ciss config list");
  }

  private static String withoutEnding(String name) {
    return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
  }

  /** Names of the files under {@code configs/} here and inside the program, such as {@code ciss/cityscapes_to_acdc}. */
  TreeSet<String> builtInNames() {
    TreeSet<String> names = new TreeSet<>();
    Path folder = environment.workingDirectory().resolve(FOLDER);
    URL resource = ConfigFinder.class.getResource("/" + FOLDER + "/" + ANCHOR + ENDING);
    try {
      if (Files.isDirectory(folder)) {
        addFolder(folder, names);
      }
      if (resource != null) {
        addResources(resource, names);
      }
    } catch (IOException | URISyntaxException e) {
      throw new ConfigException("cannot list the built-in configurations: " + e.getMessage(), e);
    }
    return names;
  }

  private static void addFolder(Path folder, TreeSet<String> names) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      files
          .filter(file -> file.toString().endsWith(ENDING))
          .map(file -> withoutEnding(folder.relativize(file).toString().replace('\\', '/')))
          .forEach(names::add);
    }
  }

  private static void addResources(URL resource, TreeSet<String> names) throws IOException, URISyntaxException {
    URLConnection connection = resource.openConnection();
    if (connection instanceof JarURLConnection jar) {
      jar.getJarFile().stream()
          .map(entry -> entry.getName())
          .filter(entry -> entry.startsWith(FOLDER + "/") && entry.endsWith(ENDING))
          .map(entry -> withoutEnding(entry.substring(FOLDER.length() + 1)))
          .forEach(names::add);
    } else {
      Path root = Path.of(resource.toURI());
      for (int i = Path.of(ANCHOR).getNameCount(); i > 0; i--) {
        root = root.getParent();
      }
      addFolder(root, names);
    }
  }

  private ConfigSource readBuiltIn(String name) {
    String path = FOLDER + "/" + name + ENDING;
    Path file = environment.workingDirectory().resolve(path);
    if (Files.isRegularFile(file)) {
      ConfigSource source = readFile(file, path);
      return new ConfigSource(path, source.identity(), source.text(), file, name);
    }
    try (InputStream in = ConfigFinder.class.getResourceAsStream("/" + path)) {
      if (in == null) {
        throw new ConfigException("built-in configuration " + path + " is missing from the program");
      }
      return new ConfigSource(path, path, new String(in.readAllBytes(), StandardCharsets.UTF_8), null, name);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static ConfigSource readFile(Path file, String display) {
    try {
      String identity = file.toRealPath().toString();
      return new ConfigSource(display, identity, Files.readString(file), file, null);
    } catch (IOException e) {
      throw new ConfigException("cannot read " + display + ": " + e, e);
    }
  }
}
