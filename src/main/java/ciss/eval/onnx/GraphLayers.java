package ciss.eval.onnx;

import ciss.io.OnnxGraph;
import ciss.io.OnnxGraph.Attribute;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/**
 * The layers of {@code ciss.nn} as ONNX operators, in evaluation mode. Weights keep the names and layouts of the {@link
 * ParameterStore}. Nodes are named after the layer whose parameters they use, behind the name of the part of the network,
 * since the encoder runs over context and detail with the same weights.
 */
final class GraphLayers {
  private static final float BATCH_NORM_EPS = 1e-5f;

  private final OnnxGraph graph;
  private final Backend backend;
  private final ParameterStore store;
  private final String part;

  /** A map {@code [n,c,h,w]}. */
  record FeatureMap(String value, int n, int c, int h, int w) {}

  /** Pixels of a map as rows {@code [n*h*w, c]}. */
  record Tokens(String value, int n, int c, int h, int w) {
    int rows() {
      return n * h * w;
    }
  }

  /**
   * @param part begins the names of all nodes; different for each run over the same layers
   */
  GraphLayers(OnnxGraph graph, Backend backend, ParameterStore store, String part) {
    this.graph = graph;
    this.backend = backend;
    this.store = store;
    this.part = part;
  }

  OnnxGraph graph() {
    return graph;
  }

  /** The name of a node. */
  String named(String layer) {
    return part + layer;
  }

  boolean hasLayer(String layer) {
    return store.values().table().contains(layer + ".weight");
  }

  private Shape weightShape(String layer) {
    return store.value(layer + ".weight").shape();
  }

  /** Side of a convolution's kernel. */
  int kernel(String layer) {
    return weightShape(layer).size(2);
  }

  private String weight(String name) {
    return weights(name, store.value(name));
  }

  private String weights(String name, Tensor values) {
    long[] sizes = new long[values.shape().rank()];
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = values.size(i);
    }
    return graph.weights(name, backend.hostBytes(values), sizes);
  }

  /** {@code y = x W^T + b} with the parameters {@code <layer>.weight} and {@code <layer>.bias}. */
  Tokens linear(String layer, Tokens x) {
    List<String> operands = List.of(x.value, weight(layer + ".weight"), weight(layer + ".bias"));
    String y = graph.node("Gemm", named(layer), operands, new Attribute.Number("transB", 1));
    return new Tokens(y, x.n, weightShape(layer).size(0), x.h, x.w);
  }

  Tokens layerNorm(String layer, Tokens x, double eps) {
    List<String> operands = List.of(x.value, weight(layer + ".weight"), weight(layer + ".bias"));
    Attribute epsilon = new Attribute.Real("epsilon", (float) eps);
    String y = graph.node("LayerNormalization", named(layer), operands, new Attribute.Number("axis", -1), epsilon);
    return new Tokens(y, x.n, x.c, x.h, x.w);
  }

  /** A convolution with or without bias, dense or depthwise. */
  FeatureMap convolution(String layer, FeatureMap x, int stride, int padding, int dilation) {
    Shape weight = weightShape(layer);
    List<String> operands = new ArrayList<>(List.of(x.value, weight(layer + ".weight")));
    if (store.values().table().contains(layer + ".bias")) {
      operands.add(weight(layer + ".bias"));
    }
    int kernel = weight.size(2);
    String y =
        graph.node(
            "Conv",
            named(layer),
            operands,
            new Attribute.Numbers("kernel_shape", kernel, kernel),
            new Attribute.Numbers("strides", stride, stride),
            new Attribute.Numbers("pads", padding, padding, padding, padding),
            new Attribute.Numbers("dilations", dilation, dilation),
            new Attribute.Number("group", x.c / weight.size(1)));
    int reach = dilation * (kernel - 1) + 1 - 2 * padding;
    return new FeatureMap(y, x.n, weight.size(0), (x.h - reach) / stride + 1, (x.w - reach) / stride + 1);
  }

  /** {@code <layer>.conv} that keeps height and width, {@code <layer>.bn}, ReLU. */
  FeatureMap unit(String layer, FeatureMap x, int dilation) {
    String bn = layer + ".bn";
    FeatureMap raw = convolution(layer + ".conv", x, 1, dilation * (kernel(layer + ".conv") / 2), dilation);
    List<String> operands =
        List.of(
            raw.value,
            weight(bn + ".weight"),
            weight(bn + ".bias"),
            weights(bn + ".running_mean", store.buffer(bn + ".running_mean")),
            weights(bn + ".running_var", store.buffer(bn + ".running_var")));
    String normalised =
        graph.node("BatchNormalization", named(bn), operands, new Attribute.Real("epsilon", BATCH_NORM_EPS));
    String y = graph.node("Relu", named(layer + "/relu"), List.of(normalised));
    return new FeatureMap(y, raw.n, raw.c, raw.h, raw.w);
  }

  /**
   * Bilinear resize. The operator takes a size or a factor, as the method does: they differ where a factor gives no whole
   * size.
   *
   * @param name of the node
   */
  FeatureMap resizeToSize(String name, FeatureMap x, int h, int w) {
    if (x.h == h && x.w == w) {
      return x;
    }
    String sizes = graph.numbers(named(name + "/sizes"), x.n, x.c, h, w);
    String y = graph.node("Resize", named(name), List.of(x.value, "", "", sizes), linear(), halfPixel());
    return new FeatureMap(y, x.n, x.c, h, w);
  }

  /** Bilinear resize by a factor, see {@link #resizeToSize}. */
  FeatureMap resizeByFactor(String name, FeatureMap x, double factor) {
    if (factor == 1) {
      return x;
    }
    float each = (float) factor;
    String factors = graph.floats(named(name + "/factors"), new long[] {4}, 1, 1, each, each);
    String y = graph.node("Resize", named(name), List.of(x.value, "", factors), linear(), halfPixel());
    return new FeatureMap(y, x.n, x.c, Axis.byFactor(x.h, factor).out(), Axis.byFactor(x.w, factor).out());
  }

  private static Attribute linear() {
    return new Attribute.Word("mode", "linear");
  }

  private static Attribute halfPixel() {
    return new Attribute.Word("coordinate_transformation_mode", "half_pixel");
  }

  /** An operator that keeps the shape of its first operand. */
  FeatureMap elementwise(String operator, String name, FeatureMap x, String... others) {
    List<String> operands = new ArrayList<>(List.of(x.value));
    operands.addAll(List.of(others));
    return new FeatureMap(graph.node(operator, named(name), operands), x.n, x.c, x.h, x.w);
  }

  /** As {@link #elementwise(String, String, FeatureMap, String...)} for tokens. */
  Tokens elementwise(String operator, String name, Tokens x, Tokens other) {
    return new Tokens(graph.node(operator, named(name), List.of(x.value, other.value)), x.n, x.c, x.h, x.w);
  }

  /** A number for elementwise operators. */
  String scalar(String name, float value) {
    return graph.floats(named(name), new long[0], value);
  }

  String reshape(String name, String x, long... sizes) {
    return graph.node("Reshape", named(name), List.of(x, graph.numbers(named(name + "/sizes"), sizes)));
  }

  String transpose(String name, String x, long... order) {
    return graph.node("Transpose", named(name), List.of(x), new Attribute.Numbers("perm", order));
  }

  /** Tokens of a map. */
  Tokens tokens(String name, FeatureMap x) {
    String pixels = transpose(name + "/nhwc", x.value, 0, 2, 3, 1);
    return new Tokens(reshape(name + "/tokens", pixels, (long) x.n * x.h * x.w, x.c), x.n, x.c, x.h, x.w);
  }

  /** The map that tokens are the pixels of. */
  FeatureMap map(String name, Tokens x) {
    String pixels = reshape(name + "/pixels", x.value, x.n, x.h, x.w, x.c);
    return new FeatureMap(transpose(name + "/nchw", pixels, 0, 3, 1, 2), x.n, x.c, x.h, x.w);
  }

  /** Maps of one size side by side. */
  FeatureMap concatenated(String name, List<FeatureMap> maps) {
    List<String> values = maps.stream().map(FeatureMap::value).toList();
    String y = graph.node("Concat", named(name), values, new Attribute.Number("axis", 1));
    FeatureMap first = maps.getFirst();
    return new FeatureMap(y, first.n, maps.stream().mapToInt(FeatureMap::c).sum(), first.h, first.w);
  }
}
