package ciss.config;

import ciss.error.ConfigException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Loads configurations. From weak to strong: defaults of the schema, data set presets, bases, the file, the roots of
 * the environment, overrides.
 */
public final class ConfigLoader {
  private final Environment environment;

  ConfigLoader(Environment environment) {
    this.environment = environment;
  }

  /**
   * Loads a configuration for a new run.
   *
   * @param nameOrPath a YAML file, a work directory, or the name of a built-in configuration
   * @param overrides {@code KEY=VALUE} each, VALUE in YAML; later ones win
   * @throws ConfigException for whatever is wrong, with file, line, column and key
   */
  public static ResolvedConfig load(String nameOrPath, List<String> overrides) {
    return new ConfigLoader(Environment.ofProcess()).loadNamed(nameOrPath, overrides);
  }

  /**
   * Reads a resolved configuration back, to go on with a run. The environment's roots do not change it.
   *
   * @param file {@code config.yaml} of a work directory
   */
  public static ResolvedConfig parse(Path file) {
    return new ConfigLoader(new Environment(name -> null, Path.of(""))).loadNamed(file.toString(), List.of());
  }

  /**
   * Resolves YAML text that is in no file.
   *
   * @param name used in messages and, without ending, as the default of the key {@code name}
   */
  public static ResolvedConfig loadText(String name, String yaml, List<String> overrides) {
    ConfigSource source = new ConfigSource(name, name, yaml, null, null);
    return new ConfigLoader(Environment.ofProcess()).loadSource(source, overrides);
  }

  /**
   * Loads one run of an experiment of the paper.
   *
   * @param index position in the experiment, from 0
   * @throws ConfigException if there is no such run, or for a wrong override
   */
  public static ResolvedConfig loadExperiment(int id, int index, List<String> overrides) {
    return new ConfigLoader(Environment.ofProcess()).loadRun(id, index, overrides);
  }

  /** The names of the built-in configurations, in alphabetical order. */
  public static Set<String> builtInNames() {
    return new ConfigFinder(Environment.ofProcess()).builtInNames();
  }

  ResolvedConfig loadRun(int id, int index, List<String> overrides) {
    Settings settings = Settings.of(Experiments.settings(id, index), Origin.Kind.FILE);
    return resolve("experiment " + id + ":" + index, "experiment", settings, overrides);
  }

  ResolvedConfig loadNamed(String nameOrPath, List<String> overrides) {
    return loadSource(new ConfigFinder(environment).find(nameOrPath), overrides);
  }

  ResolvedConfig loadSource(ConfigSource source, List<String> overrides) {
    return resolve(source.display(), source.name(), new ConfigFiles(environment).read(source), overrides);
  }

  /**
   * @param display name of the configuration in messages
   * @param name default of the key {@code name}
   * @param settings what the configuration says; changed
   */
  private ResolvedConfig resolve(String display, String name, Settings settings, List<String> overrides) {
    for (String override : overrides) {
      settings.overlay(readOverride(override));
    }
    Values values = new Values(display);
    for (Settings.Setting setting : withDefaultEntries(settings)) {
      Object value = ValueReader.read(setting.key(), setting.value(), environment);
      String path = setting.key().path();
      if (value == null && !setting.key().key().nullable()) {
        values.refuseNull(path, setting.value().place());
      } else {
        values.put(path, new Values.Value(value, setting.origin(), setting.value().place(), setting.own()));
      }
    }
    Resolver.resolve(values, name, environment);
    List<String> warnings = new ArrayList<>(Applicability.apply(values));
    warnings.addAll(Checks.run(values));
    Map<String, Origin> origins = new LinkedHashMap<>();
    Schema.keys().forEach(key -> origins.put(key.path(), values.entry(key.path()).origin()));
    return new ResolvedConfig(
        RecordBuilder.build(values), Collections.unmodifiableMap(origins), List.copyOf(warnings));
  }

  /** Open maps with a default merge with it entry by entry, as they do with a base. */
  private static List<Settings.Setting> withDefaultEntries(Settings settings) {
    List<Settings.Setting> merged = new ArrayList<>();
    for (Settings.Setting setting : settings.all()) {
      Node value = setting.value();
      if (setting.key().isOpenMap() && value instanceof Node.Mapping map) {
        value = Schema.defaultOf(setting.key().path()) instanceof Node.Mapping below ? below.merge(map) : map;
      }
      merged.add(new Settings.Setting(setting.key(), value, setting.keyPlace(), setting.origin(), setting.own()));
    }
    return merged;
  }

  private static Settings readOverride(String override) {
    int equals = override.indexOf('=');
    if (equals < 1) {
      throw new ConfigException("-o " + override + ": expected KEY=VALUE, for instance -o train.seed=1");
    }
    Place place = Place.of("-o " + override);
    Node value = YamlReader.read(place.source(), override.substring(equals + 1));
    Node present = value == null ? new Node.Scalar(null, "", place) : value;
    Node.Entry entry = new Node.Entry(place, present);
    String key = override.substring(0, equals).strip();
    return Settings.of(new Node.Mapping(Map.of(key, entry), place), Origin.Kind.OVERRIDE);
  }
}
