package ciss.tensor.cuda;

import ciss.data.BytePicture;
import ciss.data.DomainSteps;
import ciss.data.FourierStylization;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.PairOptions;
import ciss.data.PairPipeline;
import ciss.data.ReinhardStylization;
import ciss.data.Resize.Size;
import ciss.data.SampleDraws;
import ciss.data.SampleRenderer;
import ciss.data.Stylization;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.Precision;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A process of its own that renders the same training samples on the CPU and on CUDA. */
final class CudaSamples {
  private static final long WORKSPACE = 64L << 20;
  private static final Size CROP = new Size(48, 64);

  private CudaSamples() {}

  /** A line per pipeline: its name, the largest difference of plain and of stylized pictures; then {@code end}. */
  public static void main(String[] arguments) {
    Map<String, PairOptions> pipelines = new LinkedHashMap<>();
    pipelines.put("fda", options(null, new Size(60, 90), new FourierStylization(0.05), false, null));
    pipelines.put(
        "fda-resized", options(new Size(70, 99), new Size(60, 90), new FourierStylization(0.05), false, null));
    pipelines.put("reinhard", options(null, null, new ReinhardStylization(), false, null));
    pipelines.put("distorted", options(new Size(80, 120), null, null, true, new Size(40, 40)));
    pipelines.put("small", options(new Size(30, 50), null, null, false, null));
    try (Backend cpu = new CpuBackend(2);
        Backend cuda = new CudaBackend(0, Precision.FP32, WORKSPACE)) {
      pipelines.forEach((name, options) -> {
        double plain = 0;
        double stylized = 0;
        for (int sample = 0; sample < 4; sample++) {
          List<float[]> expected = render(cpu, options, sample);
          List<float[]> found = render(cuda, options, sample);
          for (int i = 0; i < expected.size(); i++) {
            double distance = distance(expected.get(i), found.get(i));
            plain = i < 2 ? Math.max(plain, distance) : plain;
            stylized = i < 2 ? stylized : Math.max(stylized, distance);
          }
        }
        System.out.println(name + " " + plain + " " + stylized);
      });
    }
    System.out.println("end");
  }

  private static PairOptions options(
      Size resize, Size centre, Stylization stylization, boolean distorted, Size common) {
    DomainSteps steps = new DomainSteps(resize, CROP, 0.75, 0.5, distorted, CROP);
    return new PairOptions(
        steps, steps, stylization, true, true, centre, !distorted, common, null, Normalization.IMAGENET, 0.25f);
  }

  private static List<float[]> render(Backend backend, PairOptions options, int sample) {
    BytePicture source = noise(64, 96, sample);
    BytePicture target = noise(68, 91, 100 + sample);
    LabelMap label = new LabelMap(64, 96, new byte[64 * 96]);
    PairPipeline pipeline = new PairPipeline(options);
    PairPipeline.Prepared pair = pipeline.prepare(source, label, target);
    PairPipeline.Plan plan =
        pipeline.plan(pair, SampleDraws.from(new Draws(3).stream(Draws.Purpose.SAMPLE, sample, 0)));
    try (Workspace.Region region = backend.workspace().region()) {
      boolean stylized = options.stylization() != null;
      SampleRenderer.Pictures sources = pictures(backend, options.sourceSize(), stylized);
      SampleRenderer.Pictures targets = pictures(backend, options.targetSize(), stylized);
      new SampleRenderer(backend, options).render(pair, plan, sources, targets);
      List<float[]> values = new ArrayList<>();
      values.add(backend.download(sources.image()));
      values.add(backend.download(targets.image()));
      if (stylized) {
        values.add(backend.download(sources.stylized()));
        values.add(backend.download(targets.stylized()));
      }
      return values;
    }
  }

  private static SampleRenderer.Pictures pictures(Backend backend, Size size, boolean stylized) {
    Tensor image = backend.workspace().keep(size.height(), size.width(), 3);
    return new SampleRenderer.Pictures(
        image, stylized ? backend.workspace().keep(DType.F32, image.shape()) : Tensor.ABSENT);
  }

  private static BytePicture noise(int h, int w, int seed) {
    var stream = new Draws(11).stream(Draws.Purpose.SCENE, seed, 0);
    byte[] bgr = new byte[3 * h * w];
    for (int i = 0; i < bgr.length; i++) {
      bgr[i] = (byte) (40 * (i % 3) + i / (3 * w) + stream.nextInt(90));
    }
    return new BytePicture(h, w, bgr);
  }

  private static double distance(float[] a, float[] b) {
    double distance = a.length == b.length ? 0 : Double.NaN;
    for (int i = 0; i < a.length; i++) {
      distance = Math.max(distance, Math.abs((double) a[i] - b[i]));
    }
    return distance;
  }
}
