package ciss.data;

import ciss.data.Resize.Size;
import ciss.tensor.Box;
import ciss.tensor.PictureOps.Distortion;
import java.lang.foreign.MemorySegment;

/**
 * Turns a source picture with labels and a target picture into one training sample (data.md 3.2.1, 3.2.2): resize,
 * central crop, stylization both ways, random crop, flip, normalise, pad.
 *
 * <p>Split so that the expensive steps touch only what ends up in the sample, and may run elsewhere: {@link #prepare}
 * does what no draw influences, {@link #plan} takes all random decisions, which look at labels alone;
 * {@link SampleRenderer} then computes the pixels of the crops on a device. The result is that of running the steps one
 * after the other. Labels and masks never leave the host before they are cut: the draws ask for their counts. Immutable
 * and thread-safe.
 */
public final class PairPipeline {
  private final PairOptions options;

  public PairPipeline(PairOptions options) {
    this.options = options;
  }

  /** The options this was made with. */
  public PairOptions options() {
    return options;
  }

  /**
   * One domain's part before any draw.
   *
   * @param picture as decoded
   * @param size to which the picture is resized
   * @param centre the central crop of the resized picture: the part
   * @param maps the source's labels or the target's validity mask, resized and cut like the picture; null if there are
   *     none
   */
  public record Part(BytePicture picture, Size size, Box centre, LabelMap maps) {}

  /** Both parts; {@code target} is null in supervised training. */
  public record Prepared(Part source, Part target) {}

  /**
   * The decisions for one part.
   *
   * @param crop inside of the part
   * @param distortion null: none
   */
  public record PartPlan(Box crop, boolean flip, Distortion distortion) {}

  /**
   * The decisions for one sample.
   *
   * @param sourceWindow the part of the padded source that is kept
   * @param targetWindow the same of the target; null without one
   */
  public record Plan(PartPlan source, PartPlan target, Box sourceWindow, Box targetWindow) {}

  /** Resizes and cuts labels and mask, says what becomes of the pictures; the target may be null. */
  public Prepared prepare(BytePicture source, LabelMap label, BytePicture target) {
    Part sourcePart = prepare(source, label, options.source().resize());
    if (target == null) {
      return new Prepared(sourcePart, null);
    }
    int[] margins = options.margins();
    LabelMap mask = margins == null ? null : LabelMap.maskWithMargins(target.height(), target.width(), margins);
    return new Prepared(sourcePart, prepare(target, mask, options.target().resize()));
  }

  private Part prepare(BytePicture picture, LabelMap maps, Size box) {
    Size stored = new Size(picture.height(), picture.width());
    Size size = box == null
        ? stored
        : Resize.keepingRatio(picture.height(), picture.width(), box.height(), box.width());
    Box centre = options.centralCrop() == null
        ? new Box(0, size.height(), 0, size.width())
        : RandomCrop.central(size.height(), size.width(), options.centralCrop());
    return new Part(picture, size, centre, maps == null ? null : Resize.nearest(maps, size).region(centre));
  }

  /** Draws in the order of the reference: source crop, target crop, source flip, target flip, then the rest. */
  public Plan plan(Prepared pair, SampleDraws draws) {
    Box sourceCrop = crop(pair.source(), options.source(), draws);
    Box targetCrop = pair.target() == null ? null : crop(pair.target(), options.target(), draws);
    boolean sourceFlip = draws.nextDouble() < options.source().flip();
    boolean targetFlip = pair.target() != null && draws.nextDouble() < options.target().flip();
    PartPlan source = partPlan(sourceCrop, sourceFlip, options.source(), draws);
    PartPlan target = pair.target() == null ? null : partPlan(targetCrop, targetFlip, options.target(), draws);
    Size padded = options.source().pad();
    Size sync = options.syncCrop();
    Box common = sync == null ? null : RandomCrop.draw(padded.height(), padded.width(), sync, null, 1, draws);
    return new Plan(
        source, target, window(common, padded), target == null ? null : window(common, options.target().pad()));
  }

  /** The whole padded sample unless a common crop was drawn. */
  private static Box window(Box common, Size padded) {
    return common != null ? common : new Box(0, padded.height(), 0, padded.width());
  }

  private static Box crop(Part part, DomainSteps steps, SampleDraws draws) {
    double share = part.maps() == null ? 1 : steps.maxClassShare();
    return RandomCrop.draw(part.centre().height(), part.centre().width(), steps.crop(), part.maps(), share, draws);
  }

  private static PartPlan partPlan(Box crop, boolean flip, DomainSteps steps, SampleDraws draws) {
    return new PartPlan(crop, flip, steps.photometric() ? PhotometricDistortion.draw(draws) : null);
  }

  /**
   * Writes the labels and the mask of a sample.
   *
   * @param label U8 {@code [h,w]}, overwritten; padding is 255
   * @param mask the same for the validity mask of the target; null = there is none
   */
  public void writeMaps(Prepared pair, Plan plan, MemorySegment label, MemorySegment mask) {
    write(pair.source(), plan.source(), plan.sourceWindow(), label);
    if (mask != null) {
      write(pair.target(), plan.target(), plan.targetWindow(), mask);
    }
  }

  private static void write(Part part, PartPlan plan, Box window, MemorySegment out) {
    part.maps().region(plan.crop()).write(plan.flip(), window, out);
  }
}
