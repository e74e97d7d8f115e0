package ciss.cli;

import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.data.ClassIndex;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.data.prepare.AcdcLayout;
import ciss.data.prepare.Preparation;
import ciss.report.Progress;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntConsumer;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss prepare}: a downloaded data set becomes what training reads. */
@Command(
    name = "prepare",
    header = {"Convert labels, count classes, bring folders into shape.", "",
      "  ciss prepare cityscapes data/cityscapes", ""})
final class PrepareCommand extends CissCommand {

  /** What can be prepared, with the usual folder of the labels. */
  enum Kind {
    CITYSCAPES("gtFine"),
    ACDC("gt"),
    ACDC_REF("gt"),
    GTA("labels"),
    SYNTHIA("GT/LABELS"),
    FOLDER("");

    private final String labels;

    Kind(String labels) {
      this.labels = labels;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  @Parameters(
      index = "0",
      paramLabel = "KIND",
      description = "cityscapes, acdc, acdc_ref, gta, synthia, or folder: class statistics of the source of --config.")
  private Kind kind;

  @Parameters(index = "1", arity = "0..1", paramLabel = "ROOT", description = "Folder of the data set.")
  private Path root;

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
    if ((kind == Kind.FOLDER) == (config == null) || (kind == Kind.FOLDER) != (root == null)) {
      throw usageError("give ROOT, or --config with KIND folder");
    }
    switch (kind) {
      case FOLDER -> folder(configuration(config).config());
      case ACDC -> acdc();
      default -> report(converted());
    }
    return 0;
  }

  private Path labelFolder() {
    return labels == null ? Path.of(kind.labels) : labels;
  }

  private int threads() {
    return global().threads() == null ? Runtime.getRuntime().availableProcessors() : global().threads();
  }

  private Preparation.Report converted() {
    Preparation preparation = new Preparation(
        new Preparation.Options(
            root, labelFolder(), index == null ? root : index, threads(), global().yes(), dryRun),
        this::stage);
    return switch (kind) {
      case CITYSCAPES -> preparation.cityscapes();
      case GTA -> preparation.gta();
      case SYNTHIA -> preparation.synthia();
      default -> preparation.acdcReference();
    };
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

  private void report(Preparation.Report r) {
    String lists = r.lists().stream().map(f -> " " + f.getFileName()).collect(Collectors.joining());
    out().println(
        (dryRun ? "would write " : "wrote ") + r.converted() + " of " + r.labelFiles() + " label files"
            + (dryRun ? "" : ", sample_class_stats.json (" + r.counted() + ")" + (lists.isEmpty() ? "" : "," + lists)));
  }

  private void acdc() {
    AcdcLayout.flatten(root, labelFolder(), dryRun)
        .forEach((folder, files) -> out().println(String.format(Locale.ROOT, "%-16s %d files", folder, files)));
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
