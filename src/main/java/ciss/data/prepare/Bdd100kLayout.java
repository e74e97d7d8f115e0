package ciss.data.prepare;

import ciss.data.PictureFiles;
import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Brings BDD100K from its archives to {@code images/<split>/<name>.jpg} and {@code labels/<split>/<name>_train_id.png}, all
 * of it or the pictures of a list (BDD100K-night). Both forms in which the segmentation data was published are known.
 */
final class Bdd100kLayout {
  private static final String PICTURE = ".jpg";
  private static final String LABEL = "_train_id.png";
  private static final List<String> SPLITS = List.of("train", "val", "test");

  /** Where one published form has its files, below the folder it was unpacked in. */
  private record Form(String images, String labels, String labelSuffix) {}

  private static final List<Form> FORMS =
      List.of(
          new Form("seg/images", "seg/labels", LABEL),
          new Form("bdd100k/seg/images", "bdd100k/seg/labels", LABEL),
          new Form("images/10k", "labels/sem_seg/masks", ".png"),
          new Form("bdd100k/images/10k", "bdd100k/labels/sem_seg/masks", ".png"));

  private final Path root;
  private final Set<String> wanted;
  private final Set<String> missing;
  private final FilePlacing files = new FilePlacing();

  private Bdd100kLayout(Path root, Set<String> wanted) {
    this.root = root;
    this.wanted = wanted;
    this.missing = new LinkedHashSet<>(wanted);
  }

  /**
   * Looks through a download.
   *
   * @param from where the archives were unpacked
   * @param root folder of the data set to make; may be {@code from}
   * @param list file with one picture name per line; null: all pictures
   * @throws DataException if there is nothing to bring, or a picture of the list is missing
   */
  static FilePlacing plan(Path from, Path root, Path list) {
    Form form = FORMS.stream().filter(f -> Files.isDirectory(from.resolve(f.images))).findFirst().orElse(null);
    Bdd100kLayout layout = new Bdd100kLayout(root, list == null ? Set.of() : names(list));
    if (form == null) {
      if (Files.isDirectory(root.resolve("images/val"))) {
        return layout.files;
      }
      throw Misplaced.error(
          from,
          Path.of(FORMS.getLast().images),
          "<split>/*.jpg (nor in seg/images)",
          "Unpack the pictures and labels of BDD100K's segmentation data in one folder and name it with --from.");
    }
    for (String split : SPLITS) {
      layout.collect(from.resolve(form.images).resolve(split), PICTURE, Path.of("images", split), PICTURE);
      layout.collect(from.resolve(form.labels).resolve(split), form.labelSuffix, Path.of("labels", split), LABEL);
    }
    if (!layout.missing.isEmpty()) {
      throw new DataException(
          list + ": " + layout.missing.size() + " of " + layout.wanted.size() + " pictures are not below "
              + from.resolve(form.images) + ", the first is " + layout.missing.iterator().next() + PICTURE + ".");
    }
    return layout.files;
  }

  private void collect(Path from, String suffix, Path to, String newSuffix) {
    if (!Files.isDirectory(from)) {
      return;
    }
    for (String name : PictureFiles.below(from, suffix)) {
      if (wanted.isEmpty() || wanted.contains(name)) {
        files.add(from.resolve(name + suffix), root.resolve(to).resolve(name + newSuffix));
        if (suffix.equals(PICTURE)) {
          missing.remove(name);
        }
      }
    }
  }

  /** Names without suffix; a suffix or folder in the list is dropped. */
  private static Set<String> names(Path list) {
    try {
      Set<String> names = new LinkedHashSet<>();
      for (String line : Files.readAllLines(list)) {
        if (!line.isBlank()) {
          String name = Path.of(line.strip()).getFileName().toString();
          names.add(name.endsWith(PICTURE) ? name.substring(0, name.length() - PICTURE.length()) : name);
        }
      }
      if (names.isEmpty()) {
        throw new DataException(list + ": the list of pictures is empty.");
      }
      return names;
    } catch (IOException e) {
      throw new DataException(list + ": the list of pictures cannot be read: " + e, e);
    }
  }
}
