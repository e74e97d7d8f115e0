package ciss.data.prepare;

import ciss.data.Conditions;
import ciss.data.PictureFiles;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Brings the files of a download into the folders that presets name. Repeating an interrupted run goes on with it. */
public final class Arrangement {
  /**
   * What to do.
   *
   * @param from where the archives were unpacked; may be {@code root}
   * @param root folder of the data set to make
   * @param labelFolder folder of the labels below both
   * @param dryRun only count
   */
  public record Options(
      Path from, Path root, Path labelFolder, FilePlacing.Mode mode, int threads, boolean dryRun) {}

  private final Options options;
  private final Preparation.Stage stage;

  public Arrangement(Options options, Preparation.Stage stage) {
    this.options = options;
    this.stage = stage;
  }

  /**
   * ACDC or its reference pictures; also writes which picture is of which condition, and a list per split and condition
   * ({@code lists/val_night.txt}).
   *
   * @throws ciss.error.DataException if no such files were found
   */
  public FilePlacing.Report acdc(AcdcLayout.Part part) {
    AcdcLayout.Plan plan = AcdcLayout.plan(options.from(), options.root(), options.labelFolder(), part);
    if (!options.dryRun() && !plan.conditions().isEmpty()) {
      // Before any file is moved: afterwards the folders no longer tell.
      Conditions.merge(options.root(), plan.conditions());
    }
    FilePlacing.Report report = place(plan.files());
    if (!options.dryRun()) {
      writeLists(part);
    }
    return report;
  }

  /**
   * BDD100K, all pictures or those of a list.
   *
   * @param list null: all
   * @throws ciss.error.DataException if no such files were found, or one of the list is missing
   */
  public FilePlacing.Report bdd100k(Path list) {
    return place(Bdd100kLayout.plan(options.from(), options.root(), list));
  }

  private FilePlacing.Report place(FilePlacing files) {
    return options.dryRun()
        ? new FilePlacing.Report(files.size(), 0, 0)
        : files.run(options.mode(), options.threads(), stage.begin("files", files.size()));
  }

  private void writeLists(AcdcLayout.Part part) {
    Map<String, String> conditions = Conditions.read(options.root());
    AcdcLayout.pictures(options.root(), part).forEach((split, names) -> {
      Map<String, List<String>> byCondition = new TreeMap<>();
      for (String name : names) {
        if (conditions.containsKey(name)) {
          byCondition.computeIfAbsent(conditions.get(name), c -> new ArrayList<>()).add(name);
        }
      }
      byCondition.forEach(
          (condition, list) -> PictureFiles.writeList(
              options.root().resolve("lists").resolve(split + "_" + condition + ".txt"), list));
    });
  }
}
