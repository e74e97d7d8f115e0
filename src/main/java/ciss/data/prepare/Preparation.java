package ciss.data.prepare;

import ciss.data.CityscapesLabels;
import ciss.data.ClassCounts;
import ciss.data.ClassIndexFiles;
import ciss.data.LabelMap;
import ciss.data.ParallelPictures;
import ciss.data.PictureFiles;
import ciss.io.ImageFiles;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import java.util.function.IntConsumer;
import java.util.function.Predicate;

/**
 * Converts the labels of a downloaded data set to train ids and writes what training wants beside them: class statistics
 * and lists of names (data.md 3.6, 3.7). Finished label files are kept, so an interrupted preparation can go on.
 */
public final class Preparation {
  private static final String TRAIN_IDS = "_labelTrainIds.png";
  private static final List<String> SPLITS = List.of("train", "val", "test");

  /**
   * What to do.
   *
   * @param root folder of the data set
   * @param labelFolder folder of the labels below root
   * @param indexFolder where statistics and lists go
   * @param threads for converting and counting
   * @param overwrite convert finished label files again
   * @param dryRun only count what would be done
   */
  public record Options(
      Path root, Path labelFolder, Path indexFolder, int threads, boolean overwrite, boolean dryRun) {

    private Path labels() {
      return root.resolve(labelFolder);
    }
  }

  /**
   * What was done.
   *
   * @param labelFiles label files of the data set
   * @param converted those of them that were made now
   * @param refitted of the converted ones, those that had another size than their picture
   * @param counted label files in the statistics
   * @param lists the lists that were written
   */
  public record Report(int labelFiles, int converted, int refitted, int counted, List<Path> lists) {}

  /** Hears how far the work is; from several threads. */
  @FunctionalInterface
  public interface Stage {
    /** A stage of {@code total} files begins; the result receives each finished file. */
    IntConsumer begin(String name, int total);
  }

  private final Options options;
  private final Stage stage;
  private final AtomicInteger refitted = new AtomicInteger();

  public Preparation(Options options, Stage stage) {
    this.options = options;
    this.stage = stage;
  }

  /** Cityscapes: polygons (or, without them, label ids) of all splits; statistics of train; lists. */
  public Report cityscapes() {
    boolean polygons = !found("_gtFine_polygons.json").isEmpty();
    String suffix = polygons ? "_gtFine_polygons.json" : "_gtFine_labelIds.png";
    Function<Path, LabelMap> converter = polygons ? CityscapesPolygons::trainIds : LabelConversion::cityscapesIds;
    List<String> annotations = needed(
        found(suffix), "<split>/<city>/*_gtFine_polygons.json (nor _labelIds.png)", "Unpack gtFine_trainvaltest.zip");
    int converted = convert(annotations, suffix, "_gtFine" + TRAIN_IDS, converter, null);
    return indexed(converted, found("_gtFine" + TRAIN_IDS), "_gtFine" + TRAIN_IDS, path -> path.startsWith("train/"), true);
  }

  /** GTA: label ids; statistics of all pictures. Two of its labels are known to differ in size from their pictures. */
  public Report gta() {
    List<String> labels = needed(numbered(), "<number>.png", "Unpack the label archives of GTA");
    Path pictures = options.root().resolve("images");
    int converted = convert(labels, ".png", TRAIN_IDS, LabelConversion::cityscapesIds, pictures);
    return indexed(converted, found(TRAIN_IDS), TRAIN_IDS, path -> true, false);
  }

  /** SYNTHIA: its own label space; statistics of all pictures. */
  public Report synthia() {
    List<String> labels = needed(numbered(), "<number>.png", "Unpack RAND_CITYSCAPES of SYNTHIA");
    Path pictures = options.root().resolve("RGB");
    int converted = convert(labels, ".png", TRAIN_IDS, LabelConversion::synthia, pictures);
    return indexed(converted, found(TRAIN_IDS), TRAIN_IDS, path -> true, false);
  }

  /** ACDC-reference: labels are train ids already; statistics of train; lists. */
  public Report acdcReference() {
    String suffix = "_gt_ref" + TRAIN_IDS;
    List<String> flat = found(suffix).stream().filter(name -> SPLITS.contains(name.split("/")[0])).toList();
    needed(flat, "<split>/*" + suffix, "Put the labels");
    return indexed(0, flat, suffix, path -> path.startsWith("train/"), true);
  }

  /** Names below the label folder without the suffix, sorted; none if there is no such folder. */
  private List<String> found(String suffix) {
    return Files.isDirectory(options.labels()) ? PictureFiles.below(options.labels(), suffix) : List.of();
  }

  /** As {@link #found}, but there must be some. */
  private List<String> needed(List<String> names, String files, String advice) {
    if (names.isEmpty()) {
      throw Misplaced.error(options.root(), options.labelFolder(), files, advice + " there, or set --gt-dir.");
    }
    return names;
  }

  /** Label files as downloaded: their names end in a digit. */
  private List<String> numbered() {
    return found(".png").stream().filter(name -> name.matches(".*\\d")).toList();
  }

  /**
   * Converts what is not there yet.
   *
   * @param pictures folder of the pictures with the names of the labels; null: sizes are not compared
   */
  private int convert(
      List<String> names, String from, String to, Function<Path, LabelMap> converter, Path pictures) {
    List<String> open = names.stream()
        .filter(name -> options.overwrite() || !Files.exists(options.labels().resolve(name + to)))
        .toList();
    if (!options.dryRun()) {
      ParallelPictures.map(
          open.size(),
          options.threads(),
          i -> {
            LabelMap ids = converter.apply(options.labels().resolve(open.get(i) + from));
            if (pictures != null) {
              ids = fitted(ids, pictures.resolve(open.get(i) + from));
            }
            Path target = options.labels().resolve(open.get(i) + to);
            ImageWriting.writePng(target, new Pixels(ids.height(), ids.width(), 1, ids.ids()));
            return target;
          },
          stage.begin("labels", open.size()));
    }
    return open.size();
  }

  /**
   * The labels at the size of their picture. The reference crops both at the upper left corner and fills what is missing
   * with the ignored value; a size that differs is an error when we train.
   */
  private LabelMap fitted(LabelMap ids, Path picture) {
    if (!Files.exists(picture)) {
      return ids;
    }
    ImageFiles.Size size = ImageFiles.readSize(picture);
    if (size.height() == ids.height() && size.width() == ids.width()) {
      return ids;
    }
    refitted.incrementAndGet();
    return ids.resizedCanvas(size.height(), size.width());
  }

  private Report indexed(
      int converted, List<String> all, String suffix, Predicate<String> counts, boolean lists) {
    List<String> counted = all.stream().filter(counts).toList();
    if (options.dryRun()) {
      return new Report(Math.max(all.size(), converted), converted, refitted.get(), counted.size(), List.of());
    }
    List<ClassCounts> statistics = ParallelPictures.map(
        counted.size(),
        options.threads(),
        i -> count(options.labels().resolve(counted.get(i) + suffix)),
        stage.begin("statistics", counted.size()));
    ClassIndexFiles.write(options.indexFolder(), statistics);
    return new Report(
        all.size(), converted, refitted.get(), counted.size(), lists ? writeLists(all) : List.of());
  }

  private static ClassCounts count(Path file) {
    Pixels labels = ImageFiles.readLabels(file);
    LabelMap map = new LabelMap(labels.height(), labels.width(), labels.values());
    return ClassCounts.of(file.toString().replace('\\', '/'), map, CityscapesLabels.CLASSES);
  }

  private List<Path> writeLists(List<String> names) {
    List<Path> lists = new ArrayList<>();
    for (String split : SPLITS) {
      String prefix = split + "/";
      List<String> lines =
          names.stream().filter(n -> n.startsWith(prefix)).map(n -> n.substring(prefix.length())).toList();
      if (!lines.isEmpty()) {
        lists.add(PictureFiles.writeList(options.indexFolder().resolve(split + ".txt"), lines));
      }
    }
    return lists;
  }
}
