package ciss.eval;

import ciss.error.DataException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import ciss.io.ImageFiles;
import ciss.io.Pixels;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;

/**
 * Packs label pictures for an evaluation server: one folder with a palette PNG of 8 bits per picture. What is packed is
 * read back and compared with what a server expects, so that an upload does not fail for its form.
 */
public final class SubmissionZip {
  /** The time of every entry, so that equal predictions give equal files: the first that the format can hold. */
  private static final LocalDateTime TIME = LocalDateTime.of(1980, 1, 1, 0, 0);

  private final Path folder;
  private final Set<Integer> allowed;
  private final List<Entry> entries = new ArrayList<>();
  private final Set<String> names = new HashSet<>();

  private record Entry(Path file, int height, int width) {}

  /**
   * @param folder of the label pictures; its name is that of the folder in the archive
   * @param allowed the values that may occur in them
   */
  public SubmissionZip(Path folder, Set<Integer> allowed) {
    this.folder = folder;
    this.allowed = Set.copyOf(allowed);
  }

  /**
   * Adds a label picture that lies in the folder.
   *
   * @param height of the picture that was labelled
   * @throws DataException if a picture of that name was added before
   */
  public void add(String name, int height, int width) {
    if (!names.add(name)) {
      throw new DataException(
          "two pictures are called " + name + ": a submission holds all label pictures in one folder.");
    }
    entries.add(new Entry(folder.resolve(name), height, width));
  }

  /**
   * Writes the archive, then reads it back.
   *
   * @return the number of label pictures in it
   * @throws DataException if a label picture has another form, size or value than expected
   * @throws ResourceException if it cannot be written
   */
  public int write(Path file) {
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
      AtomicFile.write(file, channel -> pack(Channels.newOutputStream(channel)));
      check(file);
      return entries.size();
    } catch (IOException e) {
      throw new ResourceException(file + ": cannot be written: " + e.getMessage(), e);
    }
  }

  private void pack(OutputStream out) throws IOException {
    ZipOutputStream zip = new ZipOutputStream(out);
    for (Entry entry : entries) {
      ZipEntry header = new ZipEntry(name(entry));
      header.setTimeLocal(TIME);
      zip.putNextEntry(header);
      zip.write(Files.readAllBytes(entry.file));
      zip.closeEntry();
    }
    zip.finish();
    zip.flush();
  }

  private String name(Entry entry) {
    return folder.toAbsolutePath().normalize().getFileName() + "/" + entry.file.getFileName();
  }

  private void check(Path file) throws IOException {
    try (ZipFile zip = new ZipFile(file.toFile())) {
      if (zip.size() != entries.size()) {
        throw new DataException(file + ": has " + zip.size() + " entries, expected " + entries.size() + ".");
      }
      for (Entry entry : entries) {
        ZipEntry stored = zip.getEntry(name(entry));
        String name = file + ": " + name(entry);
        if (stored == null) {
          throw new DataException(name + " is missing.");
        }
        check(entry, name, ImageFiles.decodeLabels(zip.getInputStream(stored).readAllBytes(), name));
      }
    }
  }

  private void check(Entry entry, String name, Pixels labels) {
    if (labels.height() != entry.height || labels.width() != entry.width) {
      throw new DataException(
          name + ": is " + labels.height() + "x" + labels.width() + ", its picture " + entry.height + "x" + entry.width
              + ".");
    }
    boolean[] seen = new boolean[256];
    for (byte value : labels.values()) {
      seen[value & 0xff] = true;
    }
    for (int value = 0; value < seen.length; value++) {
      if (seen[value] && !allowed.contains(value)) {
        throw new DataException(name + ": holds the value " + value + ", which is no class.");
      }
    }
  }
}
