package ciss.cli;

import ciss.api.Demo;
import ciss.api.PrepareRun;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.DatasetName;
import ciss.data.ClassIndex;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.data.prepare.FilePlacing;
import ciss.data.prepare.Preparation;
import ciss.data.prepare.SplitCount;
import ciss.data.scene.DemoData;
import ciss.report.Progress;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss prepare}: a downloaded data set becomes what training reads. */
@Command(
    name = "prepare",
    header = {"Convert labels, count classes, bring folders into shape.", "",
      "  ciss prepare cityscapes data/cityscapes", ""})
final class PrepareCommand extends CissCommand {
  private static final Map<FilePlacing.Mode, String> PAST =
      Map.of(FilePlacing.Mode.LINK, "linked", FilePlacing.Mode.COPY, "copied", FilePlacing.Mode.MOVE, "moved");

  /** What can be prepared. */
  enum Kind {
    CITYSCAPES,
    ACDC,
    ACDC_REF,
    DARK_ZURICH,
    BDD100K,
    NIGHTTIME_DRIVING,
    GTA,
    SYNTHIA,
    FOLDER,
    DEMO;

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = {"cityscapes, gta, synthia: labels become train ids, classes are counted.",
        "acdc, acdc_ref, bdd100k: files are brought into the folders of the splits.",
        "dark_zurich, nighttime_driving: files are counted, lists written.",
        "folder: class statistics of the source of --config.",
        "demo: draws the pictures of 'ciss demo'."})
  private Kind kind;

  @Parameters(index = "1", arity = "0..1", paramLabel = "ROOT", description = "Folder of the data set.")
  private Path root;

  @Option(
      names = "--from",
      paramLabel = "DIR",
      description = "Where the archives of acdc, acdc_ref or bdd100k were unpacked. Default: ROOT.")
  private Path from;

  @Option(
      names = "--mode",
      defaultValue = "LINK",
      paramLabel = "link|copy|move",
      description = "How acdc, acdc_ref, bdd100k get their files [link]; a copy where links are impossible.")
  private FilePlacing.Mode mode;

  @Option(
      names = "--list",
      paramLabel = "FILE",
      description = "Of bdd100k only these pictures, one name per line (BDD100K-night).")
  private Path list;

  @Option(
      names = "--count",
      paramLabel = "N",
      defaultValue = "160",
      description = "Of demo: labelled pictures of the day, and as many of the target (${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--seed", paramLabel = "N", defaultValue = "0", description = "Of demo: the streets drawn (${DEFAULT-VALUE}).")
  private long seed;

  @Option(names = "--gt-dir", paramLabel = "DIR", description = "Labels below ROOT, if not in the usual folder.")
  private Path labels;

  @Option(names = "--out-dir", paramLabel = "DIR", description = "Where statistics and lists go. Default: ROOT.")
  private Path index;

  @Option(names = "--config", paramLabel = "CONFIG", description = "With KIND folder: the configuration.")
  private String config;

  @Option(names = "--dry-run", description = "Say what would be done, write nothing.")
  private boolean dryRun;

  @Override
  public Integer call() {
    boolean folder = kind == Kind.FOLDER;
    if (folder == (config == null) || folder != (root == null)) {
      throw usageError("give ROOT, or --config with KIND folder");
    }
    boolean bringsFiles =
        kind == Kind.ACDC || kind == Kind.ACDC_REF || kind == Kind.BDD100K;
    if (count < 1) {
      throw usageError("--count must be at least 1, found " + count);
    }
    if (from != null && !bringsFiles) {
      throw usageError("--from: " + kind + " is prepared where it lies; give its folder as ROOT");
    }
    if (list != null && kind != Kind.BDD100K) {
      throw usageError("--list belongs to bdd100k");
    }
    switch (kind) {
      case FOLDER -> folder(configuration(config).config());
      case DEMO -> demo();
      default -> report(PrepareRun.run(request(), this::stage));
    }
    return 0;
  }

  private PrepareRun.Request request() {
    return new PrepareRun.Request(
        DatasetName.valueOf(kind.name()),
        root,
        from == null ? root : from,
        labels,
        index == null ? root : index,
        mode,
        list,
        threads(),
        global().yes(),
        dryRun);
  }

  private int threads() {
    return global().threads() == null ? Runtime.getRuntime().availableProcessors() : global().threads();
  }

  /** Shows one stage of the work. */
  private IntConsumer stage(String name, int total) {
    if (global().quiet() || total == 0) {
      return file -> {};
    }
    boolean terminal = System.console() != null && System.console().isTerminal();
    Progress progress = new Progress(kind + " " + name, total, err(), terminal);
    AtomicInteger done = new AtomicInteger();
    return file -> {
      int now = done.incrementAndGet();
      progress.at(now, "");
      if (now == total) {
        progress.close();
      }
    };
  }

  private void report(PrepareRun.Result result) {
    if (global().json()) {
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document(result)));
      return;
    }
    if (result.placed() != null) {
      report(result.placed());
    }
    for (SplitCount split : result.splits()) {
      out().println(line(split));
    }
    if (kind == Kind.ACDC_REF && result.labels() == null && !dryRun) {
      note("no labels of the reference pictures were found: they serve as a target, not as a source");
    }
    String lists = result.lists().stream().map(f -> " " + f.getFileName()).collect(Collectors.joining());
    if (result.labels() != null) {
      report(result.labels());
    } else if (!lists.isEmpty()) {
      out().println("wrote" + lists);
    }
  }

  /** The result as members of a JSON object; what was not done is left out. */
  private Map<String, Object> document(PrepareRun.Result result) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("kind", kind.toString());
    document.put("dry_run", dryRun);
    FilePlacing.Report placed = result.placed();
    if (placed != null) {
      document.put("files", new TreeMap<>(Map.of("placed", placed.placed(), "kept", placed.kept(), "copied", placed.copied())));
    }
    Preparation.Report r = result.labels();
    if (r != null) {
      document.put(
          "labels",
          new TreeMap<>(
              Map.of(
                  "files", r.labelFiles(), "converted", r.converted(), "refitted", r.refitted(), "counted", r.counted())));
    }
    Map<String, Object> splits = new LinkedHashMap<>();
    for (SplitCount split : result.splits()) {
      splits.put(
          split.split(),
          new TreeMap<>(
              Map.of("pictures", split.pictures().size(), "labels", split.labels(), "unlabelled", split.unlabelled())));
    }
    document.put("splits", splits);
    return document;
  }

  private void report(FilePlacing.Report r) {
    String verb = dryRun ? "to " + mode.name().toLowerCase(Locale.ROOT) : PAST.get(mode);
    out().println(r.placed() + " files " + verb + (r.kept() > 0 ? ", " + r.kept() + " were in place" : ""));
    if (r.copied() > 0) {
      note(r.copied() + " of them are copies: the file system has no hard links from there to here");
    }
  }

  /** A split in one line; a number that differs from the published one is said. */
  private String line(SplitCount split) {
    int pictures = split.pictures().size();
    int official = official(split.split());
    String expected = official > 0 && pictures != official ? " (published: " + official + ")" : "";
    String labelled = split.labels() == 0 ? "no labels" : split.labels() + " labels";
    String missing = split.unlabelled() == 0 ? "" : ", " + split.unlabelled() + " pictures have none";
    return String.format(Locale.ROOT, "%-6s %5d pictures%s   %s%s", split.split(), pictures, expected, labelled, missing);
  }

  /** Number of pictures in the published data set; 0 where nothing is fixed. */
  private int official(String split) {
    int[] counts =
        switch (kind) {
          case CITYSCAPES -> new int[] {2975, 500, 1525};
          case ACDC, ACDC_REF -> new int[] {1600, 406, 2000};
          case DARK_ZURICH -> new int[] {2416, 50, 151};
          case NIGHTTIME_DRIVING -> new int[] {0, 50, 0};
          case GTA -> new int[] {24966, 0, 0};
          case SYNTHIA -> new int[] {9400, 0, 0};
          case BDD100K, FOLDER, DEMO -> new int[3];
        };
    return counts[List.of("train", "val", "test").indexOf(split)];
  }

  private void report(Preparation.Report r) {
    if (r.refitted() > 0) {
      note(r.refitted() + " labels had another size than their picture: cut, or filled with 'not labelled', at its right"
          + " and lower side");
    }
    String lists = r.lists().stream().map(f -> " " + f.getFileName()).collect(Collectors.joining());
    out().println(
        (dryRun ? "would write " : "wrote ") + r.converted() + " of " + r.labelFiles() + " label files"
            + (dryRun ? "" : ", sample_class_stats.json (" + r.counted() + ")" + (lists.isEmpty() ? "" : "," + lists)));
  }

  private void demo() {
    DemoData.Counts counts = Demo.pictures(count);
    if (dryRun) {
      out().println("would draw " + counts.total() + " pictures");
      return;
    }
    IntConsumer progress = stage("pictures", counts.total());
    DemoData.write(root, seed, counts, threads(), progress);
    out().println("drew " + counts.total() + " pictures in " + root.resolve("day") + " and " + root.resolve("adverse"));
  }

  private void folder(CissConfig resolved) {
    DataSet set = DataSet.open(DataAssembly.source(resolved), new DecodedCache(0));
    if (dryRun) {
      out().println("would count classes in " + set.size() + " label pictures");
      return;
    }
    ClassIndex.of(set, threads(), stage("statistics", set.size()), this::note);
    out().println("statistics of " + set.size() + " label pictures are in " + set.spec().root());
  }
}
