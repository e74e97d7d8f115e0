package ciss.config;

import ciss.config.Origin.Kind;
import java.nio.file.Path;

/**
 * Fills the data sets of a configuration: presets, roots from the environment, and what val takes from target and test
 * from val.
 */
final class DataResolver {
  private final Values values;
  private final Environment environment;

  DataResolver(Values values, Environment environment) {
    this.values = values;
    this.environment = environment;
  }

  /** Sets every key of {@code data.source}, {@code data.target}, {@code data.val} and {@code data.test}. */
  void resolve() {
    values.fallback("data.val.dataset", values.get("data.target.dataset"), sameAs("data.target"));
    values.fallback("data.test.dataset", values.get("data.val.dataset"), sameAs("data.val"));
    boolean valIsTarget = sharesRoot("val", "target");
    boolean testIsVal = sharesRoot("test", "val");
    applyRootOfEnvironment("source", "DIR_SOURCE_DATASET");
    applyRootOfEnvironment("target", "DIR_TARGET_DATASET");
    if (valIsTarget) {
      applyRootOfEnvironment("val", "DIR_TARGET_DATASET");
    }
    if (valIsTarget && testIsVal) {
      applyRootOfEnvironment("test", "DIR_TARGET_DATASET");
    }
    for (String role : new String[] {"source", "target", "val", "test"}) {
      findRoot("data." + role + ".root");
    }
    fillTraining("source");
    fillTraining("target");
    fillVal();
    fillTest();
  }

  private static Origin sameAs(String path) {
    return Origin.computed("= " + path);
  }

  private DatasetName dataset(String role) {
    return values.get("data." + role + ".dataset");
  }

  /** True if two roles name the same data set and nobody gave them different roots. */
  private boolean sharesRoot(String role, String other) {
    String root = "data." + role + ".root";
    return dataset(role) == dataset(other)
        && (!values.has(root)
            || values.has("data." + other + ".root")
                && values.<Path>get(root).equals(values.get("data." + other + ".root"))
            || dataset(role) != DatasetName.FOLDER);
  }

  /** The roots that cluster scripts export win over files, but not over {@code -o}. */
  private void applyRootOfEnvironment(String role, String variable) {
    String path = "data." + role + ".root";
    String root = environment.get(variable);
    boolean overridden = values.has(path) && values.entry(path).origin().kind() == Kind.OVERRIDE;
    if (root != null && !overridden) {
      values.put(path, Path.of(root), new Origin(Kind.ENVIRONMENT, "environment " + variable));
    }
  }

  /** A relative root that is not under the working directory is taken from the folder of all data sets. */
  private void findRoot(String path) {
    if (!values.has(path) || values.get(path) == null || values.entry(path).origin().kind() == Kind.ENVIRONMENT) {
      return;
    }
    Path root = values.get(path);
    Path below = environment.dataFolder().resolve(root);
    if (!root.isAbsolute() && !environment.exists(root) && environment.exists(below)) {
      Values.Value written = values.entry(path);
      values.put(path, new Values.Value(below, written.origin(), written.place(), written.own()));
    }
  }

  private void fillTraining(String role) {
    String section = "data." + role;
    DatasetPreset preset = DatasetPreset.of(dataset(role));
    boolean readsLabels = role.equals("source");
    if (preset != null) {
      Origin origin = presetOrigin(role);
      values.fallback(section + ".root", environment.dataFolder().resolve(preset.folder()), origin);
      fallbackPath(section + ".images", preset.trainImages(), origin);
      values.fallback(section + ".image_suffix", preset.imageSuffix(), origin);
      if (readsLabels) {
        fallbackPath(section + ".labels", preset.trainLabels(), origin);
        values.fallback(section + ".label_suffix", preset.labelSuffix(), origin);
      }
      values.fallback(section + ".resize", preset.resize(), origin);
    }
    if (!readsLabels) {
      values.fallback(section + ".labels", null, Origin.DEFAULT);
      values.fallback(section + ".label_suffix", null, Origin.DEFAULT);
    }
    values.fallback(section + ".resize", null, Origin.DEFAULT);
    values.fallback(section + ".pad", values.get(section + ".crop"), sameAs(section + ".crop"));
    requireAll(section, readsLabels);
  }

  private void fillVal() {
    boolean sameSet = dataset("val") == dataset("target");
    boolean folder = dataset("val") == DatasetName.FOLDER;
    if (sameSet && (folder || values.isExplicit("data.target.root"))) {
      values.fallback("data.val.root", values.get("data.target.root"), sameAs("data.target.root"));
    }
    if (sameSet && folder) {
      values.fallback("data.val.image_suffix", values.get("data.target.image_suffix"), sameAs("data.target"));
    }
    fillFromPreset("val");
  }

  private void fillTest() {
    if (dataset("test") == dataset("val")) {
      Schema.keysBelow("data.val")
          .forEach(
              key -> {
                String path = "data.test." + key.name();
                values.fallback(path, values.get(key.path()), sameAs(key.path()));
              });
    }
    fillFromPreset("test");
  }

  private void fillFromPreset(String role) {
    String section = "data." + role;
    DatasetPreset preset = DatasetPreset.of(dataset(role));
    if (preset != null) {
      Origin origin = presetOrigin(role);
      values.fallback(section + ".root", environment.dataFolder().resolve(preset.folder()), origin);
      fallbackPath(section + ".images", preset.valImages(), origin);
      values.fallback(section + ".image_suffix", preset.imageSuffix(), origin);
      fallbackPath(section + ".labels", preset.valLabels(), origin);
      values.fallback(section + ".label_suffix", preset.labelSuffix(), origin);
      values.fallback(section + ".resize", preset.resize(), origin);
    }
    values.fallback(section + ".labels", null, Origin.DEFAULT);
    values.fallback(section + ".resize", null, Origin.DEFAULT);
    if (values.get(section + ".labels") == null) {
      values.fallback(section + ".label_suffix", null, Origin.DEFAULT);
    }
    values.fallback(section + ".list", null, Origin.DEFAULT);
    requireAll(section, values.get(section + ".labels") != null);
  }

  private Origin presetOrigin(String role) {
    return new Origin(Kind.PRESET, "preset " + Names.of(dataset(role)));
  }

  private void fallbackPath(String path, String folder, Origin origin) {
    if (folder != null) {
      values.fallback(path, Path.of(folder), origin);
    }
  }

  private void requireAll(String section, boolean labels) {
    require(section, "root");
    require(section, "images");
    require(section, "image_suffix");
    if (labels) {
      require(section, "labels");
      require(section, "label_suffix");
    }
  }

  private void require(String section, String name) {
    if (!values.has(section + "." + name)) {
      String dataset = Names.of(values.<DatasetName>get(section + ".dataset"));
      throw values.mistake(
          section + "." + name, "not set, and the preset of " + section + ".dataset (" + dataset + ") does not say it");
    }
  }
}
