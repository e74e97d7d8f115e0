package ciss.cli;

import ciss.api.Backends;
import ciss.api.WeightConversion;
import ciss.api.WeightConversion.Purpose;
import ciss.error.ConfigException;
import ciss.train.NetworkKind;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import tools.jackson.databind.json.JsonMapper;

/** {@code ciss convert}: weights from PyTorch's files to safetensors and back. */
@Command(
    name = "convert",
    header = {
      "Convert weights between PyTorch's .pth and .safetensors.",
      "",
      "  ciss convert mit_b5.pth mit_b5.safetensors",
      "  ciss convert work_dirs/RUN weights.pth --for test",
      ""
    })
final class ConvertCommand extends CissCommand {

  /** Whose weights. */
  enum Weights {
    STUDENT,
    TEACHER
  }

  @Parameters(index = "0", paramLabel = "IN", description = "Weight file, checkpoint or work directory.")
  private Path in;

  @Parameters(index = "1", paramLabel = "OUT", description = "New file, ending in .pth or .safetensors.")
  private Path out;

  @Option(
      names = "--for",
      paramLabel = "PURPOSE",
      defaultValue = "RESUME",
      description = {
        "resume: everything, names as they are (default);",
        "test: one network and what is known about it;",
        "publish: one network alone, named as the reference's test wants it;",
        "pretrained: the encoder alone, named as in ImageNet files."
      })
  private Purpose purpose;

  @Option(names = "--weights", description = "student or teacher (student). Not with --for resume.")
  private Weights weights;

  @Option(names = "--half", description = "Store 16-bit floating-point numbers: half the size.")
  private boolean half;

  @Override
  public Integer call() {
    if (purpose == Purpose.RESUME && weights != null) {
      throw usageError("--weights chooses one network: add --for test, publish or pretrained");
    }
    if (Files.exists(out) && !global().yes()) {
      throw new ConfigException(out + ": exists already. Add --yes to replace it");
    }
    Path file = Backends.weights(in);
    NetworkKind network = weights == Weights.TEACHER ? NetworkKind.TEACHER : NetworkKind.STUDENT;
    WeightConversion.Result result =
        WeightConversion.run(new WeightConversion.Request(file, out, purpose, network, half));
    note("read  " + file + ": " + String.join(", ", result.found()));
    String kept = purpose == Purpose.RESUME ? "" : purpose == Purpose.PRETRAINED ? "encoder: " : network.shown() + ": ";
    String dropped = result.dropped().isEmpty() ? "" : "   dropped  " + String.join(", ", result.dropped());
    note(String.format(Locale.ROOT, "kept  %s%d tensors, %,d values%s", kept, result.tensors(), result.values(), dropped));
    if (global().json()) {
      Map<String, Object> document = new LinkedHashMap<>();
      document.put("file", out.toString());
      document.put("tensors", result.tensors());
      document.put("values", result.values());
      document.put("dropped", result.dropped());
      document.put("bytes", result.bytes());
      document.put("sha256", result.sha256());
      out().println(JsonMapper.shared().writerWithDefaultPrettyPrinter().writeValueAsString(document));
    } else {
      double mebibytes = result.bytes() / (double) (1 << 20);
      note(String.format(Locale.ROOT, "wrote %s  %.1f MiB  sha256 %s", out, mebibytes, result.sha256()));
    }
    return 0;
  }
}
