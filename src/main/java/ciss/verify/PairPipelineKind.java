package ciss.verify;

import ciss.data.BytePicture;
import ciss.data.DomainSteps;
import ciss.data.FourierStylization;
import ciss.data.LabelMap;
import ciss.data.PairOptions;
import ciss.data.PairPipeline;
import ciss.data.ReinhardStylization;
import ciss.data.Resize.Size;
import ciss.data.SampleDraws;
import ciss.data.SampleRenderer;
import ciss.data.Stylization;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import tools.jackson.databind.JsonNode;

/** Kind {@code pair_pipeline}: from decoded pictures to the tensors of a training sample, with recorded draws. */
public final class PairPipelineKind implements CaseKind {
  private final Backend backend;

  public PairPipelineKind(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String kind() {
    return "pair_pipeline";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode o = golden.options();
    PairPipeline pipeline = new PairPipeline(options(o));
    BytePicture source = Pictures.bytes(golden, "in.source");
    LabelMap label = Pictures.labels(golden, "in.label");
    BytePicture target = Pictures.bytes(golden, "in.target");
    PairPipeline.Prepared pair = pipeline.prepare(source, label, target);
    RecordedDraws draws = new RecordedDraws(o.get("draws"));
    PairPipeline.Plan plan = pipeline.plan(pair, draws);
    out.exact("draws left", draws.left(), 0);
    Size size = size(o.get("crop_hw"), false);
    byte[] labels = new byte[size.height() * size.width()];
    byte[] mask = pipeline.options().margins() == null ? null : new byte[labels.length];
    pipeline.writeMaps(pair, plan, MemorySegment.ofArray(labels), mask == null ? null : MemorySegment.ofArray(mask));
    out.bytes("out.source.gt_semantic_seg", labels);
    if (mask != null) {
      out.bytes("out.target.valid_pseudo_mask", mask);
    }
    try (Workspace.Region region = backend.workspace().region()) {
      boolean stylized = pipeline.options().stylization() != null;
      SampleRenderer.Pictures sourcePictures = pictures(size, stylized);
      SampleRenderer.Pictures targetPictures = pictures(size, stylized);
      new SampleRenderer(backend, pipeline.options()).render(pair, plan, sourcePictures, targetPictures);
      compare(out, "out.source", sourcePictures);
      compare(out, "out.target", targetPictures);
    }
  }

  private SampleRenderer.Pictures pictures(Size size, boolean stylized) {
    Tensor image = backend.workspace().keep(size.height(), size.width(), 3);
    return new SampleRenderer.Pictures(
        image, stylized ? backend.workspace().keep(DType.F32, image.shape()) : Tensor.ABSENT);
  }

  private void compare(Comparison out, String name, SampleRenderer.Pictures pictures) {
    out.tensor(name + ".img", channelsFirst(pictures.image()));
    if (!pictures.stylized().isAbsent()) {
      out.tensor(name + ".img_stylized", channelsFirst(pictures.stylized()));
    }
  }

  private float[] channelsFirst(Tensor picture) {
    return Pictures.channelsFirst(backend.download(picture), picture.size(0), picture.size(1));
  }

  private static PairOptions options(JsonNode o) {
    Stylization stylization = switch (o.path("stylization").asString("none")) {
      case "fda" -> new FourierStylization(o.get("bandwidth").asDouble());
      case "reinhard" -> new ReinhardStylization();
      default -> null;
    };
    Size crop = size(o.get("crop_hw"), false);
    double flip = o.get("flip_prob").asDouble();
    JsonNode margins = o.get("crop_pseudo_margins_target");
    return new PairOptions(
        new DomainSteps(size(o.get("source_scale"), true), crop, o.get("cat_max_ratio").asDouble(), flip, false, crop),
        new DomainSteps(size(o.get("target_scale"), true), crop, 1, flip, false, crop),
        stylization,
        true,
        true,
        size(o.get("central_crop_hw"), false),
        true,
        null,
        margins == null || margins.isNull() ? null : GoldenCase.ints(margins),
        NormalizeKind.normalization(o),
        0);
  }

  private static Size size(JsonNode pair, boolean widthFirst) {
    if (pair == null || pair.isNull()) {
      return null;
    }
    int[] values = GoldenCase.ints(pair);
    return widthFirst ? new Size(values[1], values[0]) : new Size(values[0], values[1]);
  }

  /** Replays {@code [kind, arguments, value]} and fails if the pipeline asks for something else. */
  private static final class RecordedDraws implements SampleDraws {
    private final JsonNode draws;
    private int next;

    RecordedDraws(JsonNode draws) {
      this.draws = draws;
    }

    int left() {
      return draws.size() - next;
    }

    @Override
    public int nextInt(int bound) {
      JsonNode draw = take("randint");
      if (draw.get(1).get(1).asInt() != bound) {
        throw new IllegalStateException("draw " + (next - 1) + ": bound " + bound + " asked, recorded " + draw);
      }
      return draw.get(2).asInt();
    }

    @Override
    public double nextDouble() {
      return take("rand").get(2).asDouble();
    }

    private JsonNode take(String kind) {
      JsonNode draw = draws.get(next++);
      if (draw == null || !draw.get(0).asString().equals(kind)) {
        throw new IllegalStateException("draw " + (next - 1) + ": " + kind + " asked, recorded " + draw);
      }
      return draw;
    }
  }
}
