package ciss.cli;

import ciss.config.Assembly;
import ciss.config.ConfigLoader;
import ciss.config.DatasetName;
import ciss.config.Experiments;
import ciss.config.ModelConfig;
import ciss.config.ResolvedConfig;
import ciss.config.Schema;
import ciss.config.SchemaKey;
import ciss.error.ConfigException;
import ciss.model.Segmentors;
import ciss.report.ModuleTree;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss config}: what settings there are, what a configuration resolves to, and who set each value. */
@Command(
    name = "config",
    header = {"Show, check and compare configurations.", "", "  ciss config show cityscapes_to_acdc --sources", ""},
    subcommands = {
      ConfigCommand.Show.class,
      ConfigCommand.Check.class,
      ConfigCommand.Diff.class,
      ConfigCommand.Keys.class,
      ConfigCommand.Listing.class
    })
final class ConfigCommand extends CissCommand {
  private static final JsonMapper JSON = JsonMapper.builder().enable(SerializationFeature.INDENT_OUTPUT).build();

  /** Forms of {@code config show}. */
  enum Format {
    YAML,
    JSON,
    FLAT
  }

  @Override
  public Integer call() {
    throw usageError("say what to do: show, check, diff, keys or list");
  }

  /** Columns as wide as their widest cell, two spaces apart; the last one is not padded. */
  private static String table(List<List<String>> rows) {
    int columns = rows.stream().mapToInt(List::size).max().orElse(0);
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int i = 0; i < row.size() - 1; i++) {
        widths[i] = Math.max(widths[i], row.get(i).length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (List<String> row : rows) {
      for (int i = 0; i < row.size(); i++) {
        boolean last = i == row.size() - 1;
        text.append(last ? row.get(i) : row.get(i) + " ".repeat(widths[i] - row.get(i).length() + 2));
      }
      text.append('\n');
    }
    return text.toString();
  }

  private static <T> Map<String, T> below(String prefix, Map<String, T> byPath) {
    Map<String, T> kept = new LinkedHashMap<>(byPath);
    kept.keySet().retainAll(Schema.keysBelow(prefix).stream().map(SchemaKey::path).collect(Collectors.toSet()));
    return kept;
  }

  /** {@code ciss config show}. */
  @Command(
      name = "show",
      header = {"Show a configuration with every default filled in.", "", "  ciss config show camvid_day2dusk", ""})
  static final class Show extends CissCommand {
    @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "File, work directory or built-in name.")
    private String config;

    @Option(names = "--experiment", paramLabel = "ID[:INDEX]", description = "A run of the paper instead of CONFIG.")
    private String experiment;

    @Option(
        names = "--format",
        paramLabel = "yaml|json|flat",
        defaultValue = "yaml",
        description = "yaml (default), json, or flat: the keys of the reference as one map.")
    private Format format;

    @Option(names = "--sources", description = "Say for each value where it comes from.")
    private boolean sources;

    @Option(names = "--only", paramLabel = "PREFIX", defaultValue = "", description = "Only the keys below this path.")
    private String prefix;

    @Option(names = "--graph", description = "Show the modules of the network with shapes and parameters instead.")
    private boolean graph;

    @Option(names = "--out", paramLabel = "FILE", description = "Write to a file, yaml with sources as comments.")
    private Path file;

    @Override
    public Integer call() throws IOException {
      Schema.requireKnown(prefix);
      ResolvedConfig resolved = load();
      if (graph && (global().json() || sources || !prefix.isEmpty())) {
        throw usageError("--graph shows the network, not keys: no --json, --sources or --only with it");
      }
      String text = graph ? network(resolved) : text(resolved);
      if (file == null) {
        out().print(text);
        out().flush();
      } else {
        write(text);
      }
      return 0;
    }

    private String text(ResolvedConfig resolved) {
      return switch (global().json() ? Format.JSON : format) {
        case YAML -> yaml(resolved);
        case JSON -> json(resolved);
        case FLAT -> JSON.writeValueAsString(below(prefix, resolved.toFlat())) + "\n";
      };
    }

    private static String network(ResolvedConfig resolved) {
      ModelConfig model = resolved.config().model();
      String name = resolved.text("model.type") + " " + resolved.text("model.backbone.type");
      return ModuleTree.of(name, Segmentors.tables(Assembly.segmentor(model)));
    }

    private ResolvedConfig load() {
      if ((config == null) == (experiment == null)) {
        throw usageError("name a configuration, or a run with --experiment ID:INDEX");
      }
      if (config != null) {
        return configuration(config);
      }
      ExperimentId id = ExperimentId.parse(experiment);
      int index = id.index() == null ? 0 : id.index();
      return announced(ConfigLoader.loadExperiment(id.id(), index, configOverrides()));
    }

    private String yaml(ResolvedConfig resolved) {
      if (sources) {
        return table(
            below(prefix, resolved.origins()).entrySet().stream()
                .map(entry -> List.of(entry.getKey(), resolved.text(entry.getKey()), entry.getValue().toString()))
                .toList());
      }
      return file != null && prefix.isEmpty() ? resolved.toYaml() : resolved.toYaml(prefix);
    }

    private String json(ResolvedConfig resolved) {
      Map<String, Object> document = new LinkedHashMap<>();
      Map<String, Object> plain = resolved.toPlain();
      for (String path : below(prefix, plain).keySet()) {
        Object value = plain.get(path);
        if (sources) {
          Map<String, Object> withSource = new LinkedHashMap<>();
          withSource.put("value", value);
          withSource.put("source", resolved.origins().get(path).toString());
          value = withSource;
        }
        document.put(path, value);
      }
      return JSON.writeValueAsString(document) + "\n";
    }

    private void write(String text) throws IOException {
      if (Files.exists(file) && !global().yes()) {
        throw new ConfigException(file + " exists\n  add --yes to overwrite it");
      }
      Files.writeString(file, text);
      wrote(file);
    }
  }

  /** {@code ciss config check}. */
  @Command(
      name = "check",
      header = {"Check configurations; print nothing but what is wrong.", "", "  ciss config check mine.yaml", ""})
  static final class Check extends CissCommand {
    @Parameters(paramLabel = "CONFIG", arity = "1..*", description = "Files or built-in names.")
    private List<String> configs;

    @Override
    public Integer call() {
      ConfigException first = null;
      for (String config : configs) {
        try {
          configuration(config);
        } catch (ConfigException e) {
          if (first != null) {
            err().println("error: " + e.getMessage());
          } else {
            first = e;
          }
        }
      }
      if (first != null) {
        throw first;
      }
      return 0;
    }
  }

  /** {@code ciss config diff}. */
  @Command(
      name = "diff",
      header = {"Show the keys in which two configurations differ.", "",
        "  ciss config diff cityscapes_to_acdc hrda/cityscapes_to_acdc", ""})
  static final class Diff extends CissCommand {
    @Parameters(paramLabel = "A", description = "File, work directory or built-in name.")
    private String first;

    @Parameters(paramLabel = "B", description = "What to compare it with.")
    private String second;

    @Override
    public Integer call() {
      ResolvedConfig a = configuration(first);
      ResolvedConfig b = configuration(second);
      List<String> differing =
          a.origins().keySet().stream().filter(path -> !Objects.equals(a.plain(path), b.plain(path))).toList();
      if (global().json()) {
        Map<String, Object> document = new LinkedHashMap<>();
        differing.forEach(path -> document.put(path, Arrays.asList(a.plain(path), b.plain(path))));
        out().println(JSON.writeValueAsString(document));
      } else {
        out().print(table(differing.stream().map(path -> List.of(path, a.text(path), b.text(path))).toList()));
      }
      return 0;
    }
  }

  /** {@code ciss config keys}. */
  @Command(
      name = "keys",
      header = {"List the keys with type, default, meaning and the reference's name.", "",
        "  ciss config keys uda.pseudo_label", ""})
  static final class Keys extends CissCommand {
    @Parameters(
        paramLabel = "PREFIX",
        arity = "0..1",
        defaultValue = "",
        description = "Only the keys below this path.")
    private String prefix;

    @Override
    public Integer call() {
      Schema.requireKnown(prefix);
      List<SchemaKey> keys = Schema.keysBelow(prefix);
      if (global().json()) {
        out().println(JSON.writeValueAsString(keys.stream().map(Keys::fields).toList()));
      } else {
        keys.forEach(key -> out().print(description(key)));
        if (prefix.isEmpty()) {
          out().println("base  path|path[]\n    configurations this one starts from; later ones win, the file over all");
        }
      }
      return 0;
    }

    private static Map<String, Object> fields(SchemaKey key) {
      Map<String, Object> fields = new LinkedHashMap<>();
      fields.put("key", key.path());
      fields.put("type", key.typeDescription());
      fields.put("default", key.defaultDescription());
      fields.put("meaning", key.key().doc());
      fields.put("reference", key.reference());
      return fields;
    }

    private static String description(SchemaKey key) {
      String reference = key.reference().isEmpty() ? "" : "    reference: " + key.reference() + "\n";
      return key.path() + "  " + key.typeDescription() + "  [" + key.defaultDescription() + "]\n    " + key.key().doc()
          + "\n" + reference;
    }
  }

  /** {@code ciss config list}. */
  @Command(
      name = "list",
      header = {"List built-in configurations, data set presets and experiments.", "", "  ciss config list", ""})
  static final class Listing extends CissCommand {
    @Override
    public Integer call() {
      List<String> presets = Arrays.stream(DatasetName.values()).map(DatasetName::toString).toList();
      Map<Integer, List<Experiments.Run>> experiments =
          Experiments.all().stream()
              .collect(Collectors.groupingBy(Experiments.Run::id, LinkedHashMap::new, Collectors.toList()));
      if (global().json()) {
        Map<String, Object> document = new LinkedHashMap<>();
        document.put("configurations", ConfigLoader.builtInNames());
        document.put("datasets", presets);
        document.put("experiments", experiments);
        out().println(JSON.writeValueAsString(document));
        return 0;
      }
      out().println("configurations");
      ConfigLoader.builtInNames().forEach(name -> out().println("  " + name));
      out().println("\ndata set presets (data.*.dataset)\n  " + String.join(", ", presets));
      out().println("\nexperiments of the paper (ciss train --experiment ID)");
      Function<List<Experiments.Run>, List<String>> row =
          runs ->
              List.of(
                  "  " + runs.getFirst().id(),
                  runs.size() + " runs",
                  runs.getFirst().paper(),
                  runs.getFirst().purpose());
      out().print(table(experiments.values().stream().map(row).toList()));
      return 0;
    }
  }
}
