package ciss.cli;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;

/**
 * A folder as a user has it: data of two domains, a configuration of a very small network, and the runs made from them.
 *
 * <pre>
 * data/day/{images,labels}/train     data/night/images/{train,val}     data/night/labels/val     small.yaml     runs/
 * </pre>
 */
final class SmallWorkplace {
  static final int SIZE = 96;
  private static final int DAY_PICTURES = 5;
  private static final int NIGHT_PICTURES = 4;
  private static final int VAL_PICTURES = 2;
  private static final int[] PALETTE = {
    0x804080, 0xF423E8, 0x464646, 0x66669C, 0xBE9999, 0x999999, 0xFAAA1E, 0xDCDC00, 0x6B8E23, 0x98FB98, 0x4682B4,
    0xDC143C, 0xFF0000, 0x00008E, 0x000046, 0x003C64, 0x005064, 0x0000E6, 0x770B20
  };

  private final Path folder;

  /** What a command printed and how it ended. */
  record Result(int code, String out, String err) {
    /** The line that starts with {@code error:}, or everything if there is none. */
    String error() {
      return err.lines().filter(line -> line.startsWith("error:")).findFirst().orElse(err);
    }
  }

  private SmallWorkplace(Path folder) {
    this.folder = folder;
  }

  /** Writes data and configuration into the folder. */
  static SmallWorkplace in(Path folder) throws IOException {
    SmallWorkplace workplace = new SmallWorkplace(folder);
    workplace.draw("day", "train", DAY_PICTURES, true, 1);
    workplace.draw("night", "train", NIGHT_PICTURES, false, 2);
    workplace.draw("night", "val", VAL_PICTURES, true, 3);
    Files.writeString(workplace.config(), workplace.configText());
    return workplace;
  }

  private void draw(String domain, String split, int count, boolean labelled, long seed) throws IOException {
    Random random = new Random(seed);
    for (int i = 0; i < count; i++) {
      byte[] ids = new byte[SIZE * SIZE];
      byte[] pixels = new byte[3 * SIZE * SIZE];
      int horizon = 30 + random.nextInt(30);
      int left = 10 + random.nextInt(40);
      for (int p = 0; p < ids.length; p++) {
        int y = p / SIZE;
        int x = p % SIZE;
        ids[p] = (byte) (y < horizon ? 10 : x > left && x < left + 30 && y < horizon + 20 ? 13 : 0);
        for (int c = 0; c < 3; c++) {
          int bright = domain.equals("day") ? 90 : 20;
          pixels[3 * p + c] = (byte) (bright + 7 * ids[p] + 10 * c + random.nextInt(20));
        }
      }
      Path image = Files.createDirectories(data(domain).resolve("images").resolve(split));
      ImageWriting.writePng(image.resolve(i + ".png"), new Pixels(SIZE, SIZE, 3, pixels));
      if (labelled) {
        Path label = Files.createDirectories(data(domain).resolve("labels").resolve(split));
        ImageWriting.writePng(label.resolve(i + ".png"), new Pixels(SIZE, SIZE, 1, ids), PALETTE);
      }
    }
  }

  private String configText() {
    return """
        base: demo
        name: small
        model:
          head: {channels: 16, embed_dims: 16}
          hrda: {detail_crop: 32, attention: {dims: 16}}
        inference: {window: 64, stride: 32}
        data:
          source: {root: %1$s/day, crop: 64}
          target: {root: %1$s/night, crop: 64}
          val: {root: %1$s/night}
          rare_class_sampling: {min_pixels: 20}
        train: {iterations: 4, batch_size: 1, threads: 1}
        schedule: {warmup_iterations: 1}
        log: {interval: 1}
        checkpoint: {interval: 2, keep: 10}
        """
        .formatted(folder.resolve("data"));
  }

  Path folder() {
    return folder;
  }

  Path config() {
    return folder.resolve("small.yaml");
  }

  Path data(String domain) {
    return folder.resolve("data").resolve(domain);
  }

  /** The place of a run by name. */
  Path run(String name) {
    return folder.resolve("runs").resolve(name);
  }

  /** Trains into {@link #run}; {@code options} are added to the command. */
  Result train(String name, String... options) {
    List<String> all = new ArrayList<>(List.of("train", config().toString(), "--work-dir", run(name).toString()));
    all.addAll(List.of(options));
    return ciss(all.toArray(String[]::new));
  }

  /** Runs any command of the program, in this process. */
  Result ciss(String... arguments) {
    List<String> all = new ArrayList<>(List.of(arguments));
    if (!all.contains("--work-root")) {
      all.addAll(List.of("--work-root", folder.resolve("runs").toString()));
    }
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Main.run(new PrintWriter(out), new PrintWriter(err), all.toArray(String[]::new));
    return new Result(code, out.toString(), err.toString());
  }

  /** Starts the program in a process of its own; what it prints goes to {@code <folder>/process.txt}. */
  Process start(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("--enable-native-access=ALL-UNNAMED", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xmx1g"));
    if (System.getProperty("ciss.native.path") != null) {
      command.add("-Dciss.native.path=" + System.getProperty("ciss.native.path"));
    }
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "ciss.cli.Main"));
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output().toFile()).start();
  }

  /** What the last process printed. */
  Path output() {
    return folder.resolve("process.txt");
  }

  /** The files of a run's checkpoints, oldest first. */
  List<Path> checkpoints(String run) throws IOException {
    Path checkpoints = run(run).resolve("checkpoints");
    if (!Files.isDirectory(checkpoints)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(checkpoints)) {
      return files.filter(file -> file.toString().endsWith(".safetensors")).sorted().toList();
    }
  }

  Path lastCheckpoint(String run) throws IOException {
    return checkpoints(run).getLast();
  }
}
