package ciss.cli;

import ciss.api.Ciss;
import ciss.api.TestRun;
import ciss.config.CissConfig;
import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.error.DataException;
import ciss.eval.LabelPictures;
import ciss.eval.OverlayPainter;
import ciss.eval.Predictor;
import ciss.eval.ProbabilityFile;
import ciss.io.ImageFiles;
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
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss infer}: labels of any pictures. */
@Command(
    name = "infer",
    header = {"Label pictures with a trained network.", "",
      "  ciss infer photos/ --out labelled/ --overlay",
      "  ciss infer - < photo.jpg > labels.png", ""})
final class InferCommand extends CissCommand {
  private static final int SHOWN_CLASSES = 4;

  @Parameters(paramLabel = "PICTURE|FOLDER", arity = "1..*", description = "PNG or JPEG files, or folders of them; - reads one from standard input, its labels go to standard output.")
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

  @Option(names = "--scores", description = "Also the probabilities of all classes, NAME.scores.safetensors.")
  private boolean scores;

  @Option(
      names = "--ids",
      paramLabel = "train|label",
      defaultValue = "TRAIN",
      description = "Values of the labels: train ids, or the label ids of Cityscapes [train].")
  private TestCommand.Ids ids;

  @Mixin private InferenceOptions inference;

  private LabelPictures labelPictures;

  @Override
  public Integer call() {
    if (!(opacity > 0 && opacity <= 1)) {
      throw usageError("--opacity must be above 0 and at most 1, found " + opacity);
    }
    boolean attention = inference.view() == InferenceOptions.View.ATTENTION;
    if (attention && (overlay || confidence || scores || piped())) {
      throw usageError("--view attention writes NAME.attention.png and nothing else");
    }
    if (piped() && (inputs.size() > 1 || overlay || confidence || scores || out != null)) {
      throw usageError("- labels one picture and writes nothing but its labels, to standard output");
    }
    Runs found = found();
    CissConfig resolved = announced(found.config()).config();
    labelPictures = TestRun.labelPictures(resolved.data().classes(), ids == TestCommand.Ids.LABEL);
    List<Path> pictures = piped() ? inputs : pictures();
    note("labelling " + pictures.size() + (pictures.size() == 1 ? " picture" : " pictures") + " with " + found.weights());
    int broken = 0;
    try (Ciss network = Ciss.open(resolved, found.weights(), false, this::note)) {
      for (Path picture : pictures) {
        try {
          if (piped()) {
            pipe(network);
          } else if (attention) {
            showAttention(picture, network);
          } else {
            label(picture, network);
          }
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

  private boolean piped() {
    return inputs.contains(Path.of("-"));
  }

  private Runs found() {
    Runs found = Runs.find(run, null, config, global().workRoot(), configOverrides());
    List<String> overrides = new ArrayList<>(inference.overrides(found.config().config(), this));
    if (overrides.isEmpty()) {
      return found;
    }
    overrides.addAll(configOverrides());
    return Runs.find(run, null, config, global().workRoot(), overrides);
  }

  private void pipe(Ciss network) {
    try {
      Pixels pixels = ImageFiles.decodeColor(System.in.readAllBytes(), "standard input");
      BytePicture picture = new BytePicture(pixels.height(), pixels.width(), pixels.values());
      System.out.write(labelPictures.encoded(network.label(picture).label()));
      System.out.flush();
    } catch (IOException e) {
      throw new DataException("standard input or output failed: " + e.getMessage(), e);
    }
  }

  private void showAttention(Path file, Ciss network) {
    BytePicture picture = Ciss.picture(file);
    Path target = output(file, "attention.png");
    ImageWriting.writePng(
        target, TestRun.grey(network.attention(picture), picture.height(), picture.width()));
    wrote(target);
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
    boolean ours = name.endsWith(".labels.png") || name.endsWith(".overlay.png") || name.endsWith(".confidence.png")
        || name.endsWith(".attention.png");
    return !ours && (name.endsWith(".png") || name.endsWith(".jpg") || name.endsWith(".jpeg"));
  }

  private void label(Path file, Ciss network) {
    long start = System.nanoTime();
    BytePicture picture = Ciss.picture(file);
    Predictor.Prediction prediction = scores ? network.probabilities(picture) : network.label(picture);
    LabelMap label = prediction.label();
    labelPictures.write(output(file, "labels.png"), label);
    if (overlay) {
      ImageWriting.writePng(output(file, "overlay.png"), new OverlayPainter(network.palette(), opacity).paint(picture, label));
    }
    if (confidence) {
      ImageWriting.writePng(
          output(file, "confidence.png"), TestRun.grey(prediction.confidence(), label.height(), label.width()));
    }
    if (scores) {
      ProbabilityFile.write(output(file, "scores.safetensors"), prediction);
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
    String name = file.getFileName().toString().replaceFirst("\\.[^.]*$", "") + "." + what;
    return out == null ? file.resolveSibling(name) : out.resolve(name);
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
