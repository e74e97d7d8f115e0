package ciss.data;

import ciss.data.Resize.Size;
import ciss.tensor.Box;
import java.lang.foreign.MemorySegment;

/**
 * Turns a source picture with labels and a target picture into one training sample (data.md 3.2.1, 3.2.2): resize,
 * central crop, stylization both ways, random crop, flip, normalise, pad.
 *
 * <p>Split so that the expensive steps touch only what ends up in the sample: {@link #prepare} does what no draw
 * influences, {@link #plan} takes all random decisions looking at labels alone, {@link #render} computes the pixels of
 * the crops. The result is that of running the steps one after the other. Immutable and thread-safe.
 */
public final class PairPipeline {
  private final PairOptions options;
  private final StatisticsCache statistics = new StatisticsCache();

  public PairPipeline(PairOptions options) {
    this.options = options;
  }

  /** The options this was made with. */
  public PairOptions options() {
    return options;
  }

  /**
   * One domain's part before any draw: resized and centrally cropped.
   *
   * @param key names the picture, for remembering what was measured of it; null = do not remember
   * @param maps the source's labels or the target's validity mask, cut like the picture; null if there are none
   */
  public record Part(Object key, Picture picture, LabelMap maps) {}

  /** Both parts; {@code target} is null in supervised training. */
  public record Prepared(Part source, Part target) {}

  /** The decisions for one part. */
  public record PartPlan(Box crop, boolean flip, PhotometricDistortion.Parameters photometric) {}

  /**
   * The decisions for one sample.
   *
   * @param window the part of the padded sample that is kept
   */
  public record Plan(PartPlan source, PartPlan target, Box window) {}

  /**
   * Where the pixels of one part go: row-major, native order, all overwritten.
   *
   * @param image F32 {@code [h, w, 3]} normalised R,G,B
   * @param stylized the same for the stylized picture; null = not wanted
   * @param maps U8 {@code [h, w]}: labels or mask, 255 in padding; null = not wanted
   */
  public record Buffers(MemorySegment image, MemorySegment stylized, MemorySegment maps) {}

  /** Resizes and cuts; the target and its key may be null. */
  public Prepared prepare(
      Object sourceKey, BytePicture source, LabelMap label, Object targetKey, BytePicture target) {
    Part sourcePart = prepare(sourceKey, source, label, options.source().resize());
    if (target == null) {
      return new Prepared(sourcePart, null);
    }
    int[] margins = options.margins();
    LabelMap mask = margins == null ? null : LabelMap.maskWithMargins(target.height(), target.width(), margins);
    return new Prepared(sourcePart, prepare(targetKey, target, mask, options.target().resize()));
  }

  private Part prepare(Object key, BytePicture bytes, LabelMap maps, Size box) {
    Picture picture = bytes;
    if (box != null) {
      Size size = Resize.keepingRatio(bytes.height(), bytes.width(), box.height(), box.width());
      boolean resizes = size.height() != bytes.height() || size.width() != bytes.width();
      // Float pictures are only needed where resizing makes fractions; unresized bytes stand for the same numbers.
      picture = Resize.bilinear(resizes && options.floatPictures() ? bytes.toFloat() : bytes, size);
      maps = maps == null ? null : Resize.nearest(maps, size);
    }
    if (options.centralCrop() != null) {
      Box centre = RandomCrop.central(picture.height(), picture.width(), options.centralCrop());
      picture = picture.region(centre);
      maps = maps == null ? null : maps.region(centre);
    }
    return new Part(key, picture, maps);
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
    Box window = sync == null
        ? new Box(0, padded.height(), 0, padded.width())
        : RandomCrop.draw(padded.height(), padded.width(), sync, null, 1, draws);
    return new Plan(source, target, window);
  }

  private static Box crop(Part part, DomainSteps steps, SampleDraws draws) {
    double share = part.maps() == null ? 1 : steps.maxClassShare();
    return RandomCrop.draw(
        part.picture().height(), part.picture().width(), steps.crop(), part.maps(), share, draws);
  }

  private static PartPlan partPlan(Box crop, boolean flip, DomainSteps steps, SampleDraws draws) {
    return new PartPlan(
        crop, flip, steps.photometric() ? PhotometricDistortion.Parameters.draw(draws) : null);
  }

  /** Computes the sample. {@code target} is null in supervised training. */
  public void render(Prepared pair, Plan plan, Buffers source, Buffers target) {
    render(pair.source(), plan.source(), plan.window(), source);
    if (pair.target() == null) {
      return;
    }
    Box window = options.syncCrop() == null
        ? new Box(0, options.target().pad().height(), 0, options.target().pad().width())
        : plan.window();
    render(pair.target(), plan.target(), window, target);
    if (source.stylized() != null) {
      renderStylized(pair.source(), pair.target(), plan.source(), plan.window(), source.stylized());
    }
    if (target.stylized() != null) {
      renderStylized(pair.target(), pair.source(), plan.target(), window, target.stylized());
    }
  }

  private void render(Part part, PartPlan plan, Box window, Buffers out) {
    Picture crop = part.picture().region(plan.crop());
    if (plan.photometric() != null) {
      crop = PhotometricDistortion.apply((BytePicture) crop, plan.photometric());
    }
    SampleWriter.picture(crop, plan.flip(), window, options.normalization(), options.padValue(), out.image());
    if (out.maps() != null) {
      SampleWriter.map(part.maps().region(plan.crop()), plan.flip(), window, out.maps());
    }
  }

  private void renderStylized(Part content, Part style, PartPlan plan, Box window, MemorySegment out) {
    Stylization stylization = options.stylization();
    int detail = stylization.detail(content.picture().height(), content.picture().width());
    Picture restyled = stylization
        .restyle(content.picture(), measured(content, detail), measured(style, detail))
        .region(plan.crop());
    SampleWriter.picture(restyled, plan.flip(), window, options.normalization(), options.padValue(), out);
  }

  private Stylization.Statistics measured(Part part, int detail) {
    return statistics.get(part.key(), detail, () -> options.stylization().measure(part.picture(), detail));
  }
}
