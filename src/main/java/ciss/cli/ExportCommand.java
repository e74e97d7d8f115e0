package ciss.cli;

import ciss.api.ExportRun;
import ciss.config.CissConfig;
import ciss.config.InferenceConfig;
import ciss.config.Size;
import ciss.error.ConfigException;
import ciss.eval.onnx.OnnxExport;
import ciss.io.OnnxGraph;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss export}: a trained network as an ONNX file. */
@Command(
    name = "export",
    header = {"Write a trained network as an ONNX file.", "", "  ciss export work_dirs/RUN --out model.onnx", ""})
final class ExportCommand extends CissCommand {
  private static final Pattern SIZE = Pattern.compile("(\\d{1,5})x(\\d{1,5})");

  @Parameters(paramLabel = "RUN", arity = "0..1", description = "Work directory or checkpoint; the newest by default.")
  private Path run;

  @Option(names = "--config", paramLabel = "CONFIG", description = "Configuration, instead of that of the run.")
  private String config;

  @Option(names = "--checkpoint", paramLabel = "FILE", description = "Weights, instead of the run's newest.")
  private Path checkpoint;

  @Option(names = "--out", paramLabel = "FILE", defaultValue = "model.onnx", description = "Default: model.onnx.")
  private Path out;

  @Option(
      names = "--size",
      paramLabel = "HxW",
      description = "Pictures that the file takes, in one pass; by default a window of the sliding inference.")
  private String size;

  @Option(names = "--argmax", description = "The file gives the label of each pixel, instead of class scores.")
  private boolean argmax;

  @Override
  public Integer call() {
    Size pictures = size == null ? null : size(size);
    Runs found = Runs.find(run, checkpoint, config, global().workRoot(), configOverrides());
    CissConfig settings = announced(found.config()).config();
    if (pictures == null) {
      pictures = window(settings.inference());
    }
    if (Files.exists(out) && !global().yes()) {
      throw new ConfigException(out + " exists\n  add --yes to overwrite it");
    }
    note("exporting " + found.weights());
    long bytes = ExportRun.write(settings, found.weights(), pictures, argmax, out, this::note);
    print(settings, pictures, bytes);
    return 0;
  }

  private void print(CissConfig settings, Size pictures, long bytes) {
    int classes = settings.model().classes();
    String input = "uint8 [1,%d,%d,3]".formatted(pictures.height(), pictures.width());
    String output =
        argmax
            ? "uint8 [1,%d,%d]".formatted(pictures.height(), pictures.width())
            : "float32 [1,%d,%d,%d]".formatted(classes, pictures.height(), pictures.width());
    String name = argmax ? OnnxExport.LABELS : OnnxExport.SCORES;
    if (global().json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("file", out.toString());
      document.put("bytes", bytes);
      document.put("opset", OnnxGraph.OPSET);
      document.put("input", OnnxExport.IMAGE + " " + input);
      document.put("output", name + " " + output);
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
      return;
    }
    out().printf(
        Locale.ROOT,
        "exported  %s %s, input %s %s (R,G,B), output %s %s, operator set %d%n",
        settings.model().type().toString().toLowerCase(Locale.ROOT),
        settings.model().backbone().type().toString().toLowerCase(Locale.ROOT),
        OnnxExport.IMAGE,
        input,
        name,
        output,
        OnnxGraph.OPSET);
    out().printf(Locale.ROOT, "wrote %s  %.1f MiB%n", out, bytes / (double) (1 << 20));
  }

  private static Size window(InferenceConfig inference) {
    if (inference.mode() == InferenceConfig.Mode.WHOLE) {
      throw new ConfigException(
          "--size is missing: the configuration labels whole pictures (inference.mode), and a file takes one size only");
    }
    return inference.window();
  }

  private Size size(String text) {
    Matcher matcher = SIZE.matcher(text);
    if (!matcher.matches() || Integer.parseInt(matcher.group(1)) * Integer.parseInt(matcher.group(2)) == 0) {
      throw usageError("--size " + text + ": expected HEIGHTxWIDTH, for instance 512x1024");
    }
    return new Size(Integer.parseInt(matcher.group(1)), Integer.parseInt(matcher.group(2)));
  }
}
