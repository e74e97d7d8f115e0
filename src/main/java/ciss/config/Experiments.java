package ciss.config;

import ciss.error.ConfigException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The runs of the paper's experiments, fully resolved, under the ids that the reference's generator gives them. They
 * are in {@code experiments.json}: the keys that most runs share once, and for each run those that differ.
 */
public final class Experiments {
  private static final String RESOURCE = "experiments.json";

  private final Node.Mapping common;
  private final List<StoredRun> runs;

  /**
   * One run.
   *
   * @param id the experiment, for instance 129
   * @param index position in the experiment, from 0: the array index of a cluster job
   * @param name unique over all experiments
   * @param paper the table or figure it belongs to
   */
  public record Run(int id, int index, String name, String paper, String purpose) {}

  private record StoredRun(Run run, Node.Mapping differences) {}

  private Experiments(Node.Mapping document) {
    this.common = (Node.Mapping) document.entries().get("common").value();
    this.runs = new ArrayList<>();
    for (Node item : ((Node.Sequence) document.entries().get("runs").value()).items()) {
      Node.Mapping fields = (Node.Mapping) item;
      Run run =
          new Run(
              Integer.parseInt(text(fields, "id")),
              Integer.parseInt(text(fields, "index")),
              text(fields, "name"),
              text(fields, "paper"),
              text(fields, "purpose"));
      runs.add(new StoredRun(run, (Node.Mapping) fields.entries().get("config").value()));
    }
  }

  private static String text(Node.Mapping fields, String name) {
    return ((Node.Scalar) fields.entries().get(name).value()).text();
  }

  /** Read when first asked for, once. */
  private static final class Holder {
    static final Experiments INSTANCE = read();
  }

  private static Experiments read() {
    try (InputStream in = Experiments.class.getResourceAsStream(RESOURCE)) {
      if (in == null) {
        throw new IllegalStateException(RESOURCE + " is missing from the program");
      }
      String json = new String(in.readAllBytes(), StandardCharsets.UTF_8);
      return new Experiments((Node.Mapping) YamlReader.read(RESOURCE, json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All runs, by experiment and index. */
  public static List<Run> all() {
    return Holder.INSTANCE.runs.stream().map(StoredRun::run).toList();
  }

  /**
   * The runs of one experiment in order.
   *
   * @throws ConfigException if there is no such experiment
   */
  public static List<Run> of(int id) {
    List<Run> found = all().stream().filter(run -> run.id() == id).toList();
    if (found.isEmpty()) {
      List<String> ids = all().stream().map(Run::id).distinct().sorted().map(String::valueOf).toList();
      throw new ConfigException("there is no experiment " + id + "; there is: " + String.join(", ", ids));
    }
    return found;
  }

  /** Everything one run sets, under its name and purpose. */
  static Node.Mapping settings(int id, int index) {
    Experiments experiments = Holder.INSTANCE;
    StoredRun stored =
        experiments.runs.stream()
            .filter(candidate -> candidate.run.id() == id && candidate.run.index() == index)
            .findFirst()
            .orElseThrow(
                () ->
                    new ConfigException(
                        "experiment " + id + " has the runs 0 to " + (of(id).size() - 1) + ", found " + index));
    Place place = Place.of("experiment " + id + ":" + index);
    Map<String, Node.Entry> entries = new LinkedHashMap<>();
    entries.put("name", new Node.Entry(place, new Node.Scalar(stored.run.name(), stored.run.name(), place)));
    entries.put(
        "description", new Node.Entry(place, new Node.Scalar(stored.run.purpose(), stored.run.purpose(), place)));
    experiments.common.entries().forEach((key, entry) -> entries.put(key, new Node.Entry(place, entry.value())));
    stored.differences.entries().forEach((key, entry) -> entries.put(key, new Node.Entry(place, entry.value())));
    return new Node.Mapping(entries, place);
  }
}
