package ciss.eval;

import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.Resize;
import ciss.model.SlideInference;
import ciss.model.WindowScores;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * Labels whole pictures (method.md 1.5): test pipeline, sliding windows or one pass, scores resized to the picture's own
 * size, softmax, mean over scales and flips, first maximum. The network works in evaluation mode. Not thread-safe.
 */
public final class Predictor {
  /**
   * @param boxHeight pictures are first resized into this box, keeping their ratio; 0: as they are
   * @param scales of the box, in order; {@code {1}} for a single view
   * @param flip also the mirrored picture of each scale
   */
  public record Options(
      SlideInference.Options inference, int boxHeight, int boxWidth, double[] scales, boolean flip) {}

  /**
   * @param label train ids at the picture's own size
   * @param confidence probability of the label per pixel, row by row
   * @param probabilities {@code [h][w][classes]}; null unless asked for
   */
  public record Prediction(LabelMap label, float[] confidence, float[] probabilities) {}

  private final Backend backend;
  private final WindowScores network;
  private final SlideInference inference;
  private final Options options;
  private final Normalization normalization;

  public Predictor(Backend backend, WindowScores network, Options options, Normalization normalization) {
    this.backend = backend;
    this.network = network;
    this.inference = new SlideInference(backend, network, options.inference());
    this.options = options;
    this.normalization = normalization;
  }

  /** Labels one 8-bit picture. */
  public Prediction predict(BytePicture picture) {
    return predict(picture, false);
  }

  /**
   * Labels one 8-bit picture.
   *
   * @param withProbabilities also return the probabilities of all classes: 4 bytes per pixel and class
   */
  public Prediction predict(BytePicture picture, boolean withProbabilities) {
    int h = picture.height();
    int w = picture.width();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor probabilities = frame.take(h, w, network.classes());
      backend.fill(probabilities, 0);
      int views = 0;
      for (double scale : options.scales()) {
        addView(picture, scale, false, probabilities);
        views++;
        if (options.flip()) {
          addView(picture, scale, true, probabilities);
          views++;
        }
      }
      Tensor label = frame.take(DType.U8, Shape.of(h, w));
      backend.argmax(probabilities, label);
      byte[] ids = backend.downloadBytes(label);
      float[] all = withProbabilities ? means(backend.download(probabilities), views) : null;
      return new Prediction(new LabelMap(h, w, ids), confidence(probabilities, ids, views), all);
    }
  }

  /**
   * The map of a network of one channel, such as the scale attention, at the picture's own size: one view, no softmax.
   *
   * @return {@code [h][w]}
   */
  public float[] map(BytePicture picture) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor full = frame.take(1, picture.height(), picture.width(), network.classes());
      scores(picture, 1, false, full);
      return backend.download(full);
    }
  }

  private static float[] means(float[] sums, int views) {
    for (int i = 0; i < sums.length; i++) {
      sums[i] /= views;
    }
    return sums;
  }

  private float[] confidence(Tensor probabilities, byte[] ids, int views) {
    MemorySegment values = backend.hostBytes(probabilities);
    float[] confidence = new float[ids.length];
    for (int i = 0; i < ids.length; i++) {
      long element = (long) i * network.classes() + (ids[i] & 0xFF);
      confidence[i] = values.get(ValueLayout.JAVA_FLOAT_UNALIGNED, element * DType.F32.bytes()) / views;
    }
    return confidence;
  }

  /** Adds the softmax of one view at the original size {@code probabilities [h,w,classes]}. */
  private void addView(BytePicture picture, double scale, boolean flipped, Tensor probabilities) {
    int height = probabilities.size(0);
    int width = probabilities.size(1);
    int classes = network.classes();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor full = frame.take(1, height, width, classes);
      scores(picture, scale, flipped, full);
      Tensor view = full;
      if (flipped) {
        view = frame.take(1, height, width, classes);
        backend.flip(full, true, view);
      }
      backend.softmaxAccumulate(view.at(0), probabilities);
    }
  }

  /** Scores of one view at the original size {@code full [1,h,w,classes]}. */
  private void scores(BytePicture picture, double scale, boolean flipped, Tensor full) {
    Resize.Size size = scaledSize(picture, scale);
    int h = size.height();
    int w = size.width();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor logits = frame.take(1, h, w, network.classes());
      Tensor image = frame.take(1, h, w, 3);
      load(picture, flipped, image);
      inference.logits(image, logits);
      ResizeDims dims =
          new ResizeDims(1, Axis.bySize(h, full.size(1)), Axis.bySize(w, full.size(2)), network.classes());
      backend.resize(dims, logits, full);
    }
  }

  private Resize.Size scaledSize(BytePicture picture, double scale) {
    if (options.boxHeight() == 0) {
      return new Resize.Size((int) (picture.height() * scale), (int) (picture.width() * scale));
    }
    int boxHeight = (int) (options.boxHeight() * scale);
    int boxWidth = (int) (options.boxWidth() * scale);
    return Resize.keepingRatio(picture.height(), picture.width(), boxHeight, boxWidth);
  }

  /** The test pipeline: 8-bit upload, resize, normalise, mirror. */
  private void load(BytePicture picture, boolean flipped, Tensor image) {
    int h = image.size(1);
    int w = image.size(2);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor scaled = picture.onDevice(backend, frame);
      if (h != picture.height() || w != picture.width()) {
        Tensor decoded = scaled;
        scaled = frame.take(DType.U8, Shape.of(h, w, 3));
        backend.resizePicture(decoded, h, w, new Box(0, h, 0, w), scaled);
      }
      backend.normalizePicture(scaled, Placement.whole(h, w, flipped), normalization.scale(), 0, image.at(0));
    }
  }
}
