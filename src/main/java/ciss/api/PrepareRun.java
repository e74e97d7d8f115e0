package ciss.api;

import ciss.config.DatasetName;
import ciss.config.DatasetPreset;
import ciss.data.PictureFiles;
import ciss.data.prepare.AcdcLayout;
import ciss.data.prepare.Arrangement;
import ciss.data.prepare.FilePlacing;
import ciss.data.prepare.Misplaced;
import ciss.data.prepare.Preparation;
import ciss.data.prepare.SplitCount;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Prepares a downloaded data set: files in their places, labels as train ids, class statistics, lists, counts. */
public final class PrepareRun {
  /**
   * What to do.
   *
   * @param root folder of the data set, as presets name it
   * @param from where the archives were unpacked, for data sets whose files are brought elsewhere; usually {@code root}
   * @param labelFolder folder of the labels below root; null: the usual one
   * @param indexFolder where statistics and lists go
   * @param mode how files are brought
   * @param list pictures to choose, for BDD100K; null: all
   * @param overwrite convert finished label files again
   * @param dryRun only count
   */
  public record Request(
      DatasetName dataset,
      Path root,
      Path from,
      @Nullable Path labelFolder,
      Path indexFolder,
      FilePlacing.Mode mode,
      @Nullable Path list,
      int threads,
      boolean overwrite,
      boolean dryRun) {}

  /**
   * What was done, or with {@code dryRun} would be.
   *
   * @param placed null if the data set's files stay where they are
   * @param labels null if no labels were converted or counted
   * @param splits what the data set has now
   * @param lists files of picture names that were written
   */
  public record Result(
      FilePlacing.@Nullable Report placed,
      Preparation.@Nullable Report labels,
      List<SplitCount> splits,
      List<Path> lists) {}

  private final Request request;
  private final DatasetPreset preset;
  private final Preparation.Stage stage;

  private PrepareRun(Request request, Preparation.Stage stage) {
    this.request = request;
    this.preset = DatasetPreset.of(request.dataset());
    this.stage = stage;
  }

  /**
   * Prepares.
   *
   * @param stage hears how far the work is
   * @throws ciss.error.DataException if the download is not where it is looked for, or a file of it is broken
   */
  public static Result run(Request request, Preparation.Stage stage) {
    return new PrepareRun(request, stage).run();
  }

  /** The usual folder of the labels of a data set below its root. */
  private Path usualLabelFolder() {
    return Path.of(
        switch (request.dataset()) {
          case CITYSCAPES -> "gtFine";
          case ACDC, ACDC_REF, DARK_ZURICH -> "gt";
          case GTA, BDD100K -> "labels";
          case SYNTHIA -> "GT/LABELS";
          case NIGHTTIME_DRIVING -> "gtCoarse_daytime_trainvaltest";
          case FOLDER -> throw new IllegalArgumentException("folder has no preset");
        });
  }

  private Path labelFolder() {
    return request.labelFolder() == null ? usualLabelFolder() : request.labelFolder();
  }

  private Result run() {
    FilePlacing.Report placed = arranged();
    List<SplitCount> splits = request.dryRun() && placed != null ? List.of() : splits();
    if (placed == null) {
      requirePictures(splits);
    }
    Preparation.Report labels = labelled(splits);
    // Label files that were only now converted.
    List<SplitCount> counted = labels != null && labels.converted() > 0 && !request.dryRun() ? splits() : splits;
    List<Path> lists = labels != null || request.dryRun() ? List.of() : writeLists(counted);
    return new Result(placed, labels, counted, lists);
  }

  private FilePlacing.@Nullable Report arranged() {
    Arrangement arrangement = new Arrangement(
        new Arrangement.Options(
            request.from(), request.root(), labelFolder(), request.mode(), request.threads(), request.dryRun()),
        stage);
    return switch (request.dataset()) {
      case ACDC -> arrangement.acdc(AcdcLayout.Part.ADVERSE);
      case ACDC_REF -> arrangement.acdc(AcdcLayout.Part.REFERENCE);
      case BDD100K -> arrangement.bdd100k(request.list());
      default -> null;
    };
  }

  private Preparation.@Nullable Report labelled(List<SplitCount> splits) {
    Preparation preparation = new Preparation(
        new Preparation.Options(
            request.root(),
            labelFolder(),
            request.indexFolder(),
            request.threads(),
            request.overwrite(),
            request.dryRun()),
        stage);
    return switch (request.dataset()) {
      case CITYSCAPES -> preparation.cityscapes();
      case GTA -> preparation.gta();
      case SYNTHIA -> preparation.synthia();
      // Without labels the pictures still serve as a target.
      case ACDC_REF -> splits.stream().anyMatch(s -> s.labels() > 0) ? preparation.acdcReference() : null;
      default -> null;
    };
  }

  /** Data sets whose labels are converted in place may be prepared before their pictures are there. */
  private void requirePictures(List<SplitCount> splits) {
    boolean checkedOnly =
        request.dataset() == DatasetName.DARK_ZURICH || request.dataset() == DatasetName.NIGHTTIME_DRIVING;
    if (checkedOnly && splits.stream().allMatch(split -> split.pictures().isEmpty())) {
      throw Misplaced.error(
          request.root(),
          Path.of(preset.valImages()),
          "*" + preset.imageSuffix(),
          "Unpack the archives of " + request.dataset() + " in " + request.root() + ".");
    }
  }

  private List<SplitCount> splits() {
    List<SplitCount> splits = new ArrayList<>();
    add(splits, "train", preset.trainImages(), preset.trainLabels());
    add(splits, "val", preset.valImages(), preset.valLabels());
    if (preset.testImages() != null && !preset.testImages().equals(preset.valImages())) {
      add(splits, "test", preset.testImages(), preset.testLabels());
    }
    return splits;
  }

  private void add(List<SplitCount> splits, String split, @Nullable String images, @Nullable String labels) {
    if (images != null) {
      splits.add(
          SplitCount.of(
              split,
              request.root().resolve(images),
              preset.imageSuffix(),
              labels == null ? null : labelFolderOf(labels),
              preset.labelSuffix()));
    }
  }

  private Path labelFolderOf(String labels) {
    Path below = usualLabelFolder().relativize(Path.of(labels));
    return request.root().resolve(labelFolder()).resolve(below);
  }

  private List<Path> writeLists(List<SplitCount> splits) {
    List<Path> lists = new ArrayList<>();
    for (SplitCount split : splits) {
      if (!split.pictures().isEmpty()) {
        Path file = request.indexFolder().resolve(split.split() + ".txt");
        lists.add(PictureFiles.writeList(file, split.pictures()));
      }
    }
    return lists;
  }
}
