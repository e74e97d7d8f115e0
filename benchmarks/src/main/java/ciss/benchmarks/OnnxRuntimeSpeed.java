package ciss.benchmarks;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtSession;
import ciss.data.Normalization;
import ciss.eval.onnx.OnnxExport;
import ciss.model.Initialisation;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.model.Segmentors;
import ciss.model.SlideInference;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/**
 * Inference here beside ONNX Runtime on the exported file of the same network: turn about in one process, so that what else
 * the machine does hits both. Prints medians and the median of the ratios of neighbouring runs.
 *
 * <p>Arguments: threads (2), pairs of runs (15).
 */
public final class OnnxRuntimeSpeed {
  private static final int WARM_UP = 3;

  /** Between two runs: the other side's threads spin for a while before they sleep. */
  private static final int PAUSE_MILLIS = 100;

  private OnnxRuntimeSpeed() {}

  private record Network(SegmentorOptions model, int size) {}

  /** Something that is timed. */
  private interface Run {
    void once() throws OrtException;
  }

  public static void main(String[] arguments) throws OrtException, IOException, InterruptedException {
    int threads = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 2;
    int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 15;
    try (Backend backend = new CpuBackend(threads)) {
      System.out.println("ciss on " + backend.name() + "; ONNX Runtime " + OrtEnvironment.getEnvironment().getVersion());
      for (Map.Entry<String, Network> each : networks().entrySet()) {
        compare(each.getKey(), each.getValue(), backend, threads, pairs);
      }
    }
  }

  private static Map<String, Network> networks() {
    FusionOptions aspp = new FusionOptions(FusionType.ASPP, true, new int[] {1, 6, 12, 18}, 1);
    HeadOptions daformer = new HeadOptions(HeadType.DAFORMER, 256, 256, 0.1, aspp);
    HeadOptions segformer = new HeadOptions(HeadType.SEGFORMER, 256, 256, 0.1, aspp);
    HrdaOptions hrda = new HrdaOptions(0.5, 128, 128, 8, false, true, true, false, true, 256, Double.NaN, 0.1, 0);
    Map<String, Network> networks = new LinkedHashMap<>();
    networks.put("SegFormer B0, 512x512", new Network(new SegmentorOptions(0, 0.1, 19, segformer, null), 512));
    networks.put("DAFormer B0, 512x512", new Network(new SegmentorOptions(0, 0.1, 19, daformer, null), 512));
    networks.put("HRDA B0, 256x256, 9 windows of 128", new Network(new SegmentorOptions(0, 0.1, 19, daformer, hrda), 256));
    networks.put("SegFormer B5, 512x512", new Network(new SegmentorOptions(5, 0.1, 19, segformer, null), 512));
    return networks;
  }

  private static void compare(String name, Network network, Backend backend, int threads, int pairs)
      throws OrtException, IOException, InterruptedException {
    SegmentorOptions model = network.model;
    int size = network.size;
    Path file = Files.createTempFile("ciss", ".onnx");
    try (ParameterStore store = Initialisation.create(backend, Segmentors.tables(model), false, new Draws(0), 0);
        Workspace.Frame frame = backend.workspace().frame()) {
      Segmentor segmentor = Segmentors.create(model, backend, store);
      OnnxExport.Options options = new OnnxExport.Options(size, size, false);
      OnnxExport.write(file, model, backend, segmentor, Normalization.IMAGENET, options, Map.of());
      Tensor image = frame.take(1, size, size, 3);
      Tensor scores = frame.take(1, size, size, model.classes());
      backend.fill(image, 0.5f);
      SlideInference inference = new SlideInference(backend, segmentor, SlideInference.Options.WHOLE);
      OrtEnvironment runtime = OrtEnvironment.getEnvironment();
      try (OrtSession.SessionOptions sessionOptions = new OrtSession.SessionOptions()) {
        sessionOptions.setIntraOpNumThreads(threads);
        try (OrtSession session = runtime.createSession(file.toString(), sessionOptions);
            OnnxTensor input =
                OnnxTensor.createTensor(
                    runtime,
                    ByteBuffer.allocateDirect(3 * size * size),
                    new long[] {1, size, size, 3},
                    OnnxJavaType.UINT8)) {
          Run ours = () -> inference.logits(image, scores);
          Run theirs = () -> session.run(Map.of(OnnxExport.IMAGE, input)).close();
          print(name, ours, theirs, pairs);
        }
      }
    } finally {
      Files.deleteIfExists(file);
    }
  }

  private static void print(String name, Run ours, Run theirs, int pairs) throws OrtException, InterruptedException {
    for (int i = 0; i < WARM_UP; i++) {
      ours.once();
      theirs.once();
    }
    double[] here = new double[pairs];
    double[] there = new double[pairs];
    double[] ratios = new double[pairs];
    for (int i = 0; i < pairs; i++) {
      here[i] = millis(ours);
      there[i] = millis(theirs);
      ratios[i] = there[i] / here[i];
    }
    Arrays.sort(here);
    Arrays.sort(there);
    Arrays.sort(ratios);
    System.out.printf(
        Locale.ROOT,
        "%-36s ciss %8.1f ms (best %8.1f)   ONNX Runtime %8.1f ms (best %8.1f)   times faster %.2f%n",
        name,
        here[pairs / 2],
        here[0],
        there[pairs / 2],
        there[0],
        ratios[pairs / 2]);
  }

  private static double millis(Run run) throws OrtException, InterruptedException {
    Thread.sleep(PAUSE_MILLIS);
    long start = System.nanoTime();
    run.once();
    return (System.nanoTime() - start) / 1e6;
  }
}
