package ciss.model;

import ciss.error.ShapeException;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.nn.Pass;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.ResampleOps.ResizeDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/** The two views that HRDA takes of an image (method.md 1.4): the whole at low resolution, and crops or windows of it. */
final class HrdaImages {
  private static final int RGB = 3;
  private static final double BLUR = 0.5;

  private final Backend backend;
  private final HrdaOptions options;

  HrdaImages(Backend backend, HrdaOptions options) {
    this.backend = backend;
    this.options = options;
  }

  private static ResizeDims byFactor(int n, int h, int w, double factor) {
    return new ResizeDims(n, Axis.byFactor(h, factor), Axis.byFactor(w, factor), RGB);
  }

  private ResizeDims contextDims(Tensor image) {
    return byFactor(image.size(0), image.size(1), image.size(2), options.contextScale());
  }

  /** Rows of the context image; the same for columns. */
  int contextSize(int h) {
    return Axis.byFactor(h, options.contextScale()).out();
  }

  /** The image at context resolution. */
  Tensor context(Pass pass, Tensor image) {
    ResizeDims dims = contextDims(image);
    Tensor context = pass.holdFloats(image.size(0), dims.y().out(), dims.x().out(), RGB);
    backend.resize(dims, image, context);
    return context;
  }

  /** Overwrites dImage. */
  void contextBackward(Tensor dContext, Tensor dImage) {
    backend.resizeBackward(contextDims(dImage), dContext, dImage);
  }

  /** The image for the detail branch: itself, or blurred by halving and doubling it. */
  Tensor detailSource(Pass pass, Tensor image) {
    if (!options.blurDetail()) {
      return image;
    }
    Tensor blurred = pass.holdFloats(image.size(0), doubled(image.size(1)), doubled(image.size(2)), RGB);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      ResizeDims down = byFactor(image.size(0), image.size(1), image.size(2), BLUR);
      Tensor half = frame.take(image.size(0), down.y().out(), down.x().out(), RGB);
      backend.resize(down, image, half);
      backend.resize(byFactor(image.size(0), down.y().out(), down.x().out(), 1 / BLUR), half, blurred);
    }
    return blurred;
  }

  private static int doubled(int size) {
    return Axis.byFactor(Axis.byFactor(size, BLUR).out(), 1 / BLUR).out();
  }

  /** Adds to dImage what comes through {@link #detailSource}. */
  private void detailSourceBackward(Tensor dBlurred, Tensor dImage) {
    ResizeDims down = byFactor(dImage.size(0), dImage.size(1), dImage.size(2), BLUR);
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor dHalf = frame.take(dImage.size(0), down.y().out(), down.x().out(), RGB);
      ResizeDims up = byFactor(dImage.size(0), down.y().out(), down.x().out(), 1 / BLUR);
      backend.resizeBackward(up, dBlurred, dHalf);
      backend.resizeBackwardAccumulate(down, dHalf, dImage);
    }
  }

  /** Draws the detail crop of a training pass; null if the detail branch sees the whole image, then nothing is drawn. */
  Box drawCropBox(Tensor image, PassDraws draws) {
    int h = options.detailCropHeight();
    int w = options.detailCropWidth();
    int marginY = image.size(1) - h;
    int marginX = image.size(2) - w;
    if (h == 0 || marginY == 0 && marginX == 0) {
      return null;
    }
    int choicesY = (marginY + 1) / options.cropMultiple();
    int choicesX = (marginX + 1) / options.cropMultiple();
    if (marginY < 0 || marginX < 0 || choicesY == 0 || choicesX == 0) {
      throw new ShapeException(
          "a detail crop of %dx%d at multiples of %d has no place in an image of %dx%d"
              .formatted(h, w, options.cropMultiple(), image.size(1), image.size(2)));
    }
    return draws.cropBox(h, w, choicesY, choicesX, options.cropMultiple());
  }

  /** The part of {@code image} inside the box, or {@code image} itself if there is none. */
  Tensor crop(Pass pass, Tensor image, Box box) {
    if (box == null) {
      return image;
    }
    Tensor crop = pass.holdFloats(image.size(0), box.height(), box.width(), RGB);
    backend.cutWindows(image, List.of(box), crop);
    return crop;
  }

  /** Adds to dImage what comes through {@link #detailSource} and {@link #crop}. */
  void detailBackward(Tensor dCrop, Box box, Tensor dImage) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor dSource = dImage;
      if (options.blurDetail()) {
        dSource = frame.take(dImage.size(0), doubled(dImage.size(1)), doubled(dImage.size(2)), RGB);
        backend.fill(dSource, 0);
      }
      if (box == null) {
        backend.accumulate(dCrop, dSource);
      } else {
        backend.cutWindowsBackwardAccumulate(dCrop, List.of(box), dSource);
      }
      if (options.blurDetail()) {
        detailSourceBackward(dSource, dImage);
      }
    }
  }

  /** The windows of the detail branch in prediction. */
  List<Box> windows(int height, int width) {
    return Windows.ofDetail(options, height, width);
  }
}
