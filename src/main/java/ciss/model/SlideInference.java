package ciss.model;

import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/**
 * Inference on an image of any size (method.md 1.5), in evaluation mode: as a whole or by overlapping windows; views of
 * test-time augmentation are added up as probabilities.
 */
public final class SlideInference {
  private final Backend backend;
  private final WindowScores network;
  private final Options options;

  /**
   * How an image is cut.
   *
   * @param windowHeight 0: the whole image at once; the other values are not used then
   * @param batchWindows all windows in one batch; otherwise one after the other, with less memory and the same result
   */
  public record Options(int windowHeight, int windowWidth, int strideY, int strideX, boolean batchWindows) {
    /** The whole image at once. */
    public static final Options WHOLE = new Options(0, 0, 0, 0, false);
  }

  /** How a view was mirrored. */
  public enum Flip {
    NONE,
    HORIZONTAL,
    VERTICAL
  }

  public SlideInference(Backend backend, WindowScores network, Options options) {
    this.backend = backend;
    this.network = network;
    this.options = options;
  }

  /**
   * Class scores at the size of the image.
   *
   * @param image normalised RGB {@code [n,h,w,3]}
   * @param logits {@code [n,h,w,classes]}, overwritten
   */
  public void logits(Tensor image, Tensor logits) {
    List<Box> windows = windows(image.size(1), image.size(2));
    if (windows.size() == 1) {
      windowLogits(image, logits);
      return;
    }
    int n = image.size(0);
    Box first = windows.getFirst();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor tiles = frame.take(windows.size() * n, first.height(), first.width(), network.classes());
      int group = options.batchWindows() ? windows.size() : 1;
      for (int i = 0; i < windows.size(); i += group) {
        try (Workspace.Frame inner = backend.workspace().frame()) {
          Tensor cut = inner.take(group * n, first.height(), first.width(), image.size(3));
          backend.cutWindows(image, windows.subList(i, i + group), cut);
          windowLogits(cut, tiles.rows(i * n, (i + group) * n));
        }
      }
      backend.averageWindows(tiles, windows, logits);
    }
  }

  private List<Box> windows(int h, int w) {
    return options.windowHeight() == 0
        ? List.of(new Box(0, h, 0, w))
        : Windows.of(h, w, options.windowHeight(), options.windowWidth(), options.strideY(), options.strideX());
  }

  /** Scores of a batch of windows, resized to their size. */
  private void windowLogits(Tensor image, Tensor logits) {
    int h = network.logitsHeight(image.size(1));
    int w = network.logitsWidth(image.size(2));
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor scores = frame.take(image.size(0), h, w, network.classes());
      network.encodeDecode(image, false, scores);
      backend.resize(resize(scores, logits), scores, logits);
    }
  }

  private static ResizeDims resize(Tensor from, Tensor to) {
    return new ResizeDims(
        from.size(0), Axis.bySize(from.size(1), to.size(1)), Axis.bySize(from.size(2), to.size(2)), from.size(3));
  }

  /**
   * Adds the class probabilities of one view: its scores are resized to the original size, then softmaxed, then mirrored
   * back.
   *
   * @param image the view {@code [n,h,w,3]}, mirrored as {@code flip} says
   * @param probabilities {@code [n,H,W,classes]} at the original size, added to
   */
  public void addView(Tensor image, Flip flip, Tensor probabilities) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor scores = frame.take(image.size(0), image.size(1), image.size(2), network.classes());
      logits(image, scores);
      addScores(scores, flip, probabilities);
    }
  }

  /** As {@link #addView} from scores that {@link #logits} made. */
  public void addScores(Tensor scores, Flip flip, Tensor probabilities) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor resized = scores;
      if (!scores.shape().equals(probabilities.shape())) {
        resized = frame.take(probabilities.dtype(), probabilities.shape());
        backend.resize(resize(scores, resized), scores, resized);
      }
      Tensor upright = resized;
      if (flip != Flip.NONE) {
        // Mirroring the scores before the softmax is the same as mirroring the probabilities after it.
        upright = frame.take(probabilities.dtype(), probabilities.shape());
        backend.flip(resized, flip == Flip.HORIZONTAL, upright);
      }
      backend.softmaxAccumulate(upright, probabilities);
    }
  }
}
