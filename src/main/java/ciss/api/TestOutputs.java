package ciss.api;

import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.Size;
import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.Normalization;
import ciss.data.Resize;
import ciss.eval.LabelPictures;
import ciss.eval.OverlayPainter;
import ciss.eval.Predictor;
import ciss.eval.ProbabilityFile;
import ciss.eval.SubmissionZip;
import ciss.io.ImageWriting;
import ciss.tensor.Backend;
import java.util.HashSet;
import java.util.Set;

/** Writes what a test says about each picture: label pictures, coloured pictures, class probabilities, an archive. */
final class TestOutputs {
  private final TestRun.Outputs outputs;
  private final DataSet set;
  private final Size resize;
  private final Normalization normalization;
  private final LabelPictures labelPictures;
  private final OverlayPainter painter;
  private final boolean flat;
  private final SubmissionZip zip;

  /**
   * @param pictures how many of the set are tested
   * @param resize box that pictures are fitted into; null: as they are
   * @throws ciss.error.ConfigException if label ids are asked for and the classes are not those of Cityscapes
   */
  TestOutputs(TestRun.Outputs outputs, CissConfig config, DataSet set, int pictures, Size resize) {
    this.outputs = outputs;
    this.set = set;
    this.resize = resize;
    this.normalization = DataAssembly.normalization(config.data());
    int[] palette = TestRun.palette(config.data().classes());
    this.labelPictures = TestRun.labelPictures(config.data().classes(), outputs.labelIds());
    this.painter = new OverlayPainter(palette, outputs.opacity());
    this.flat = haveDifferentNames(set, pictures);
    this.zip =
        outputs.zip() == null
            ? null
            : new SubmissionZip(outputs.predictions(), labelPictures.values(config.model().classes()));
  }

  private static boolean haveDifferentNames(DataSet set, int pictures) {
    Set<String> names = new HashSet<>();
    for (int i = 0; i < pictures; i++) {
      if (!names.add(set.imageFile(i).getFileName().toString())) {
        return false;
      }
    }
    return true;
  }

  /**
   * Whether label pictures lie in one folder, as servers want them; if pictures of different folders have one name, the
   * folders are kept.
   */
  boolean isFlat() {
    return flat;
  }

  /** File name of picture i with the ending {@code .png} or another, below the folder of all pictures. */
  private String name(int i, String ending) {
    return (set.name(i) + set.spec().imageSuffix()).replaceFirst("\\.[^./]*$", "") + ending;
  }

  private String labelName(int i) {
    String name = name(i, ".png");
    return flat ? name.substring(name.lastIndexOf('/') + 1) : name;
  }

  /**
   * Writes everything about one picture that was asked for.
   *
   * @param backend resizes what is shown
   */
  void write(Backend backend, int i, BytePicture picture, Predictor.Prediction prediction) {
    if (outputs.predictions() != null) {
      labelPictures.write(outputs.predictions().resolve(labelName(i)), prediction.label());
    }
    if (outputs.images() != null) {
      BytePicture shown = outputs.opacity() < 1 ? asSeenByTheNetwork(backend, picture) : picture;
      ImageWriting.writePng(outputs.images().resolve(name(i, ".png")), painter.paint(shown, prediction.label()));
    }
    if (outputs.scores() != null) {
      ProbabilityFile.write(outputs.scores().resolve(name(i, ".safetensors")), prediction);
    }
    if (zip != null) {
      zip.add(labelName(i), picture.height(), picture.width());
    }
  }

  /** Writes a map of values 0..1 as grey picture. */
  void writeMap(int i, BytePicture picture, float[] map) {
    ImageWriting.writePng(outputs.images().resolve(name(i, ".png")), TestRun.grey(map, picture.height(), picture.width()));
  }

  /** As the reference shows it: the network's input turned back into a picture of the original size (data.md 4.2). */
  private BytePicture asSeenByTheNetwork(Backend backend, BytePicture picture) {
    BytePicture x =
        resize == null
            ? picture
            : picture.resized(
                backend, Resize.keepingRatio(picture.height(), picture.width(), resize.height(), resize.width()));
    return normalization.seen(backend, x).resized(backend, new Resize.Size(picture.height(), picture.width()));
  }

  /** Writes the archive, if one was asked for; returns the number of pictures in it. */
  int finish() {
    return zip == null ? 0 : zip.write(outputs.zip());
  }
}
