package ciss.eval.onnx;

import ciss.data.Normalization;
import ciss.error.ConfigException;
import ciss.error.ShapeException;
import ciss.eval.InferencePlan;
import ciss.eval.onnx.GraphLayers.FeatureMap;
import ciss.io.OnnxGraph;
import ciss.io.OnnxGraph.Attribute;
import ciss.io.OnnxGraph.Type;
import ciss.model.Segmentor;
import ciss.model.SegmentorOptions;
import ciss.model.SlideInference;
import ciss.tensor.Backend;
import ciss.tensor.plan.PlanBackend;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Writes a network as an ONNX file: one forward in evaluation mode over pictures of one size, from 8-bit pixels to class
 * scores at their size, or to labels. Standard operators, float32; weights under the reference's names.
 */
public final class OnnxExport {
  /** Name of the input: R,G,B {@code uint8 [1,height,width,3]}. */
  public static final String IMAGE = "image";

  /** Name of the output: class scores {@code float32 [1,classes,height,width]}. */
  public static final String SCORES = "scores";

  /** Name of the output with {@code labels}: the first class of the highest score, {@code uint8 [1,height,width]}. */
  public static final String LABELS = "labels";

  private static final String HEAD = "decode_head";

  private OnnxExport() {}

  /**
   * @param height of the pictures in pixels; {@code width} likewise
   * @param labels the output is the label of each pixel instead of its scores
   */
  public record Options(int height, int width, boolean labels) {}

  /**
   * Writes the file, replacing an older one only when the new one is complete.
   *
   * @param model what {@code segmentor} was made from
   * @param metadata texts for viewers of the file
   * @return its size in bytes
   * @throws ConfigException if the network cannot take pictures of that size
   */
  public static long write(
      Path path,
      SegmentorOptions model,
      Backend backend,
      Segmentor segmentor,
      Normalization normalization,
      Options options,
      Map<String, String> metadata) {
    requireSize(model, options);
    OnnxGraph graph = new OnnxGraph("ciss");
    GraphLayers layers = new GraphLayers(graph, backend, segmentor.store(), "");
    FeatureMap image = image(layers, normalization, options);
    FeatureMap scores =
        model.hrda() == null
            ? new HeadGraph(layers, HEAD, model.head()).scores(new EncoderGraph(layers, model.variant()).stages(image))
            : new HrdaGraph(graph, backend, segmentor.store(), model).scores(image);
    FeatureMap full = layers.resizeToSize("resized", scores, options.height, options.width);
    if (options.labels) {
      labels(graph, full);
      graph.output(LABELS, Type.UINT8, 1, full.h(), full.w());
    } else {
      graph.node("Identity", SCORES, List.of(full.value()));
      graph.output(SCORES, Type.FLOAT, 1, full.c(), full.h(), full.w());
    }
    return graph.write(path, metadata);
  }

  /** Runs the network on a plan: it names what does not fit. */
  private static void requireSize(SegmentorOptions model, Options options) {
    try {
      InferencePlan.of(model, SlideInference.Options.WHOLE, PlanBackend::new, options.height, options.width);
    } catch (ShapeException e) {
      throw new ConfigException(
          "pictures of %dx%d do not fit this network: %s".formatted(options.height, options.width, e.getMessage()), e);
    }
  }

  private static FeatureMap image(GraphLayers layers, Normalization normalization, Options options) {
    OnnxGraph graph = layers.graph();
    graph.input(IMAGE, Type.UINT8, 1, options.height, options.width, 3);
    String numbers = graph.node("Cast", "image/float", List.of(IMAGE), new Attribute.Number("to", 1));
    String planes = layers.transpose("image/planes", numbers, 0, 3, 1, 2);
    float[] mean = {normalization.mean(0), normalization.mean(1), normalization.mean(2)};
    float[] std = {normalization.std(0), normalization.std(1), normalization.std(2)};
    long[] perChannel = {1, 3, 1, 1};
    FeatureMap raw = new FeatureMap(planes, 1, 3, options.height, options.width);
    FeatureMap centred = layers.elementwise("Sub", "image/centred", raw, graph.floats("image/mean", perChannel, mean));
    return layers.elementwise("Div", "image/normalised", centred, graph.floats("image/std", perChannel, std));
  }

  private static void labels(OnnxGraph graph, FeatureMap scores) {
    String first =
        graph.node(
            "ArgMax",
            "argmax",
            List.of(scores.value()),
            new Attribute.Number("axis", 1),
            new Attribute.Number("keepdims", 0));
    graph.node("Cast", LABELS, List.of(first), new Attribute.Number("to", 2));
  }
}
