package ciss.cli;

import ciss.api.Ciss;
import ciss.config.CissConfig;
import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.error.DataException;
import ciss.eval.OverlayPainter;
import ciss.eval.Predictor;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss infer}: labels of any pictures. */
@Command(
    name = "infer",
    header = {"Label pictures with a trained network.", "", "  ciss infer photos/ --out labelled/ --overlay", ""})
final class InferCommand extends CissCommand {
  private static final int SHOWN_CLASSES = 4;

  @Parameters(paramLabel = "PICTURE|FOLDER", arity = "1..*", description = "PNG or JPEG files, or folders of them.")
  private List<Path> inputs;

  @Option(names = "--run", paramLabel = "RUN", description = "Work directory or checkpoint; the newest run by default.")
  private Path run;

  @Option(names = "--config", paramLabel = "CONFIG", description = "Configuration, instead of that of the run.")
  private String config;

  @Option(names = "--out", paramLabel = "DIR", description = "Where to write; beside each picture by default.")
  private Path out;

  @Option(names = "--overlay", description = "Also a coloured picture, NAME.overlay.png.")
  private boolean overlay;

  @Option(names = "--opacity", defaultValue = "0.5", description = "Of the colours of --overlay (${DEFAULT-VALUE}).")
  private double opacity;

  @Option(names = "--confidence", description = "Also the probability of the label, 0 to 255, NAME.confidence.png.")
  private boolean confidence;

  @Override
  public Integer call() {
    if (!(opacity > 0 && opacity <= 1)) {
      throw usageError("--opacity must be above 0 and at most 1, found " + opacity);
    }
    Runs found = Runs.find(run, null, config, global().workRoot(), configOverrides());
    CissConfig resolved = announced(found.config()).config();
    List<Path> pictures = pictures();
    note("labelling " + pictures.size() + (pictures.size() == 1 ? " picture" : " pictures") + " with " + found.weights());
    int broken = 0;
    try (Ciss network = Ciss.open(resolved, found.weights(), false, this::note)) {
      for (Path picture : pictures) {
        try {
          label(picture, network);
        } catch (DataException e) {
          err().println("error: " + e.getMessage() + " (skipped)");
          broken++;
        }
      }
    }
    if (broken > 0) {
      throw new DataException(broken + " of " + pictures.size() + " pictures could not be labelled; see above");
    }
    return 0;
  }

  private List<Path> pictures() {
    List<Path> pictures = new ArrayList<>();
    for (Path input : inputs) {
      if (!Files.isDirectory(input)) {
        pictures.add(input);
        continue;
      }
      try (Stream<Path> files = Files.list(input)) {
        files.filter(InferCommand::isPicture).sorted(Comparator.naturalOrder()).forEach(pictures::add);
      } catch (IOException e) {
        throw new DataException(input + ": the folder cannot be listed: " + e.getMessage(), e);
      }
    }
    if (pictures.isEmpty()) {
      throw new DataException(inputs.getFirst() + ": no PNG or JPEG picture in it");
    }
    return pictures;
  }

  private static boolean isPicture(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    boolean ours = name.endsWith(".labels.png") || name.endsWith(".overlay.png") || name.endsWith(".confidence.png");
    return !ours && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  private void label(Path file, Ciss network) {
    long start = System.nanoTime();
    BytePicture picture = Ciss.picture(file);
    Predictor.Prediction prediction = network.label(picture);
    LabelMap label = prediction.label();
    int[] palette = network.palette();
    Pixels ids = new Pixels(label.height(), label.width(), 1, label.ids());
    ImageWriting.writePng(output(file, "labels"), ids, palette);
    if (overlay) {
      ImageWriting.writePng(output(file, "overlay"), new OverlayPainter(palette, opacity).paint(picture, label));
    }
    if (confidence) {
      ImageWriting.writePng(output(file, "confidence"), grey(prediction));
    }
    out().printf(
        Locale.ROOT,
        "%s  %dx%d  %s  %.2f s%n",
        file,
        label.height(),
        label.width(),
        shares(label, network.classes()),
        (System.nanoTime() - start) / 1e9);
    out().flush();
  }

  private Path output(Path file, String what) {
    String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + "." + what + ".png";
    return out == null ? file.resolveSibling(name) : out.resolve(name);
  }

  private static Pixels grey(Predictor.Prediction prediction) {
    byte[] values = new byte[prediction.confidence().length];
    for (int i = 0; i < values.length; i++) {
      values[i] = (byte) Math.round(255 * prediction.confidence()[i]);
    }
    return new Pixels(prediction.label().height(), prediction.label().width(), 1, values);
  }

  private static String shares(LabelMap label, List<String> names) {
    int[] counts = label.histogram(label.bounds());
    double pixels = (double) label.height() * label.width();
    return IntStream.range(0, names.size())
        .boxed()
        .filter(c -> counts[c] > 0)
        .sorted(Comparator.comparingInt(c -> -counts[c]))
        .limit(SHOWN_CLASSES)
        .map(c -> "%s %.0f%%".formatted(names.get(c), 100 * counts[c] / pixels))
        .collect(Collectors.joining(" "));
  }
}
