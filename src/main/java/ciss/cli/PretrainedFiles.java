package ciss.cli;

import ciss.cli.Diagnosis.Finding;
import ciss.cli.Diagnosis.Level;
import ciss.config.BackboneConfig;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Encoders trained on ImageNet, where configurations look for them. */
final class PretrainedFiles {
  private static final Path FOLDER = Path.of("pretrained");

  private PretrainedFiles() {}

  /**
   * What is there, and what to do about the one that the paper's configurations need.
   *
   * @param required whether it is a failure that it is missing
   */
  static Finding finding(boolean required) {
    List<String> found =
        Arrays.stream(BackboneConfig.Type.values())
            .map(type -> FOLDER.resolve(type.name().toLowerCase(Locale.ROOT) + ".pth").toString())
            .filter(file -> Files.isRegularFile(Path.of(file)))
            .toList();
    String needed = FOLDER.resolve("mit_b5.pth").toString();
    if (found.contains(needed)) {
      return new Finding(Level.OK, "weights", String.join(", ", found));
    }
    return new Finding(
        required ? Level.FAIL : Level.OK,
        "weights",
        (found.isEmpty() ? "" : String.join(", ", found) + "; ")
            + needed
            + " is missing, which the configurations of the paper start from: get it from the SegFormer project and put it"
            + " there, or name another file with -o model.backbone.pretrained=");
  }
}
