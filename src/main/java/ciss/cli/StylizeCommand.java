package ciss.cli;

import ciss.api.Ciss;
import ciss.data.FourierStylization;
import ciss.data.ReinhardStylization;
import ciss.data.StyleTransfer;
import ciss.data.Stylization;
import ciss.error.ConfigException;
import ciss.io.ImageWriting;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss stylize}: pictures in the look of others. */
@Command(
    name = "stylize",
    header = {"Give pictures the look of others.", "", "  ciss stylize day.png night.png --sheet", ""})
final class StylizeCommand extends CissCommand {
  /** The stylizations of training. */
  enum Method {
    FDA,
    REINHARD
  }

  @Parameters(index = "0", paramLabel = "CONTENT", description = "Picture or folder to stylize.")
  private Path content;

  @Parameters(index = "1", paramLabel = "STYLE", description = "Picture or folder whose look is taken; cycled.")
  private Path style;

  @Option(
      names = "--method",
      paramLabel = "fda|reinhard",
      defaultValue = "fda",
      description = "fda (default): low frequencies; reinhard: colour statistics.")
  private Method method;

  @Option(
      names = "--bandwidth",
      paramLabel = "SHARE[,SHARE...]",
      split = ",",
      defaultValue = "0.01",
      description = "FDA only: half width of the swapped band as a share of the shorter side. Several: a row for each.")
  private double[] bandwidths;

  @Option(
      names = "--out",
      paramLabel = "PATH",
      description = "File, or folder for several pictures. Default: <content>.<style>.png beside the content.")
  private Path out;

  @Option(names = "--sheet", description = "Write content, style and result side by side.")
  private boolean sheet;

  @Option(names = "--seed", paramLabel = "N", description = "Shuffle the styles.")
  private Long seed;

  @Override
  public Integer call() {
    for (double bandwidth : bandwidths) {
      if (!(bandwidth >= 0 && bandwidth <= 0.5)) {
        throw usageError("--bandwidth " + bandwidth + ": expected a share of 0 to 0.5");
      }
    }
    List<Stylization> stylizations = method == Method.REINHARD
        ? List.of(new ReinhardStylization())
        : Arrays.stream(bandwidths).<Stylization>mapToObj(FourierStylization::new).toList();
    List<StyleTransfer.Pair> pairs = StyleTransfer.pairs(content, style, seed);
    for (StyleTransfer.Pair pair : pairs) {
      Path target = target(pair, pairs.size() > 1);
      if (Files.exists(target) && !global().yes()) {
        throw new ConfigException(target + " exists\n  add --yes to overwrite it");
      }
      Ciss.Stylized stylized =
          Ciss.stylize(pair, stylizations, method == Method.FDA, sheet || stylizations.size() > 1);
      ImageWriting.writePng(target, stylized.result());
      out().println(
          pair.content() + " <- " + pair.style() + "   " + described(stylized.inputs(), stylizations) + "   wrote " + target);
    }
    return 0;
  }

  private Path target(StyleTransfer.Pair pair, boolean several) {
    String name = stem(pair.content()) + "." + stem(pair.style()) + ".png";
    if (out == null) {
      return pair.content().resolveSibling(name);
    }
    return several || Files.isDirectory(out) ? out.resolve(name) : out;
  }

  private static String stem(Path file) {
    String name = file.getFileName().toString();
    int dot = name.lastIndexOf('.');
    return dot > 0 ? name.substring(0, dot) : name;
  }

  private String described(StyleTransfer.Pictures pictures, List<Stylization> stylizations) {
    int h = pictures.content().height();
    int w = pictures.content().width();
    String size = h + "x" + w + (pictures.cut() ? " (both cut to their common size)" : "");
    if (method == Method.REINHARD) {
      return "reinhard   " + size;
    }
    StringBuilder text = new StringBuilder("fda");
    for (int i = 0; i < bandwidths.length; i++) {
      int band = 2 * stylizations.get(i).detail(h, w) + 1;
      text.append(String.format(Locale.ROOT, "%s %s (band %dx%d)", i > 0 ? "," : "", bandwidths[i], band, band));
    }
    return text + "   " + size;
  }
}
