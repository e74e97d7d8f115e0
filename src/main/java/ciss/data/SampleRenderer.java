package ciss.data;

import ciss.data.PairPipeline.Part;
import ciss.data.PairPipeline.PartPlan;
import ciss.data.PairPipeline.Plan;
import ciss.data.PairPipeline.Prepared;
import ciss.data.Resize.Size;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * Computes the pictures of training samples on a device: 8-bit upload, resize, stylization, crop, distortion,
 * mirroring, normalisation, padding. The one implementation for every backend: threads of the loader decode and draw,
 * nothing else.
 */
public final class SampleRenderer {
  private final Backend backend;
  private final PairOptions options;

  public SampleRenderer(Backend backend, PairOptions options) {
    this.backend = backend;
    this.options = options;
  }

  /**
   * Where the pictures of one part of a sample go: F32 {@code [h,w,3]} normalised R,G,B, overwritten.
   *
   * @param stylized absent = not wanted
   */
  public record Pictures(Tensor image, Tensor stylized) {}

  /**
   * What of a picture is on the device.
   *
   * @param tensor U8 or F32 {@code [h,w,3]}
   * @param crop inside of the tensor
   */
  private record Loaded(Tensor tensor, Box crop) {}

  /**
   * Computes a sample.
   *
   * @param target null in supervised training
   */
  public void render(Prepared pair, Plan plan, Pictures source, Pictures target) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Loaded loadedSource = load(frame, pair.source(), plan.source());
      normalized(loadedSource, plan.source(), plan.sourceWindow(), source.image());
      if (pair.target() == null) {
        return;
      }
      Loaded loadedTarget = load(frame, pair.target(), plan.target());
      normalized(loadedTarget, plan.target(), plan.targetWindow(), target.image());
      if (options.stylization() != null) {
        stylize(frame, loadedSource, loadedTarget, plan, source.stylized(), target.stylized());
      }
    }
  }

  /** The whole part where a stylization measures it, else at least the crop. */
  private Loaded load(Workspace.Frame frame, Part part, PartPlan plan) {
    Tensor decoded = part.picture().onDevice(backend, frame);
    Box crop = plan.crop();
    boolean whole = options.stylization() != null;
    boolean resized = !part.size().equals(new Size(decoded.size(0), decoded.size(1)));
    if (!resized && !whole) {
      return new Loaded(decoded, within(part.centre(), crop));
    }
    Box wanted = whole ? part.centre() : within(part.centre(), crop);
    // Float pictures are only needed where resizing makes fractions; unresized bytes stand for the same numbers.
    DType dtype = resized && options.floatPictures() ? DType.F32 : DType.U8;
    Tensor loaded = frame.take(dtype, Shape.of(wanted.height(), wanted.width(), 3));
    backend.resizePicture(decoded, part.size().height(), part.size().width(), wanted, loaded);
    return new Loaded(loaded, whole ? crop : new Box(0, crop.height(), 0, crop.width()));
  }

  private static Box within(Box outer, Box inner) {
    return new Box(
        outer.y1() + inner.y1(), outer.y1() + inner.y2(), outer.x1() + inner.x1(), outer.x1() + inner.x2());
  }

  private void normalized(Loaded picture, PartPlan plan, Box window, Tensor y) {
    if (plan.distortion() == null) {
      Placement place = new Placement(picture.crop, plan.flip(), window);
      backend.normalizePicture(picture.tensor, place, options.normalization().scale(), options.padValue(), y);
      return;
    }
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor distorted = frame.take(DType.U8, Shape.of(picture.crop.height(), picture.crop.width(), 3));
      backend.distortPicture(picture.tensor, picture.crop, plan.distortion(), distorted);
      normalizeCrop(distorted, plan, window, y);
    }
  }

  private void normalizeCrop(Tensor crop, PartPlan plan, Box window, Tensor y) {
    Placement place = new Placement(new Box(0, crop.size(0), 0, crop.size(1)), plan.flip(), window);
    backend.normalizePicture(crop, place, options.normalization().scale(), options.padValue(), y);
  }

  /** Both ways, as far as they are wanted; a picture is measured once if one measurement serves both. */
  private void stylize(
      Workspace.Frame frame, Loaded source, Loaded target, Plan plan, Tensor sourceStylized, Tensor targetStylized) {
    Stylization.Measured[] measured = null;
    if (!sourceStylized.isAbsent()) {
      measured = measured(frame, source, target, detail(source));
      restyle(measured[0], measured[1], source.crop, plan.source(), plan.sourceWindow(), sourceStylized);
    }
    if (!targetStylized.isAbsent()) {
      if (measured == null || detail(source) != detail(target)) {
        measured = measured(frame, source, target, detail(target));
      }
      restyle(measured[1], measured[0], target.crop, plan.target(), plan.targetWindow(), targetStylized);
    }
  }

  private int detail(Loaded content) {
    return options.stylization().detail(content.tensor.size(0), content.tensor.size(1));
  }

  private Stylization.Measured[] measured(Workspace.Frame frame, Loaded source, Loaded target, int detail) {
    return new Stylization.Measured[] {
      options.stylization().measure(backend, frame, source.tensor, detail),
      options.stylization().measure(backend, frame, target.tensor, detail)
    };
  }

  private void restyle(
      Stylization.Measured content, Stylization.Measured style, Box crop, PartPlan plan, Box window, Tensor y) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor stylized = frame.take(crop.height(), crop.width(), 3);
      options.stylization().restyle(backend, content, style, crop, stylized);
      normalizeCrop(stylized, plan, window, y);
    }
  }
}
