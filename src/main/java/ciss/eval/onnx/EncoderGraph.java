package ciss.eval.onnx;

import ciss.eval.onnx.GraphLayers.FeatureMap;
import ciss.eval.onnx.GraphLayers.Tokens;
import ciss.io.OnnxGraph;
import ciss.io.OnnxGraph.Attribute;
import ciss.model.MitVariant;
import java.util.ArrayList;
import java.util.List;

/** The Mix Transformer encoder (method.md 1.1; {@code MixTransformer}, {@code TransformerBlock}) as ONNX operators. */
final class EncoderGraph {
  private static final String ENCODER = "backbone.";
  private static final double STAGE_EPS = 1e-6;
  private static final double EMBEDDING_EPS = 1e-5;

  private final GraphLayers layers;
  private final OnnxGraph graph;
  private final MitVariant variant;

  EncoderGraph(GraphLayers layers, int variant) {
    this.layers = layers;
    this.graph = layers.graph();
    this.variant = MitVariant.of(variant);
  }

  /** The outputs of the four stages. */
  List<Tokens> stages(FeatureMap image) {
    List<Tokens> outputs = new ArrayList<>();
    FeatureMap x = image;
    for (int s = 0; s < MitVariant.STAGES; s++) {
      Tokens tokens = embedded(x, s);
      for (int i = 0; i < variant.depths()[s]; i++) {
        tokens = block(ENCODER + "block" + (s + 1) + "." + i, tokens, s);
      }
      String norm = ENCODER + "norm" + (s + 1);
      Tokens output = layers.layerNorm(norm, tokens, STAGE_EPS);
      outputs.add(output);
      if (s + 1 < MitVariant.STAGES) {
        x = layers.map(norm, output);
      }
    }
    return outputs;
  }

  private Tokens embedded(FeatureMap x, int s) {
    String layer = ENCODER + "patch_embed" + (s + 1);
    FeatureMap projected = layers.convolution(layer + ".proj", x, s == 0 ? 4 : 2, s == 0 ? 3 : 1, 1);
    return layers.layerNorm(layer + ".norm", layers.tokens(layer, projected), EMBEDDING_EPS);
  }

  private Tokens block(String block, Tokens x, int s) {
    Tokens attended = attention(block + ".attn", layers.layerNorm(block + ".norm1", x, STAGE_EPS), s);
    Tokens middle = layers.elementwise("Add", block + "/attended", x, attended);
    Tokens mixed = mixFfn(block + ".mlp", layers.layerNorm(block + ".norm2", middle, STAGE_EPS));
    return layers.elementwise("Add", block + "/mixed", middle, mixed);
  }

  /** Efficient self-attention: keys and values come from a map that is {@code ratio} times smaller. */
  private Tokens attention(String layer, Tokens x, int s) {
    int heads = MitVariant.HEADS[s];
    int headDim = x.c() / heads;
    Tokens q = layers.linear(layer + ".q", x);
    Tokens source = x;
    if (layers.hasLayer(layer + ".sr")) {
      int ratio = MitVariant.RATIOS[s];
      FeatureMap reduced = layers.convolution(layer + ".sr", layers.map(layer, x), ratio, 0, 1);
      source = layers.layerNorm(layer + ".norm", layers.tokens(layer + ".sr", reduced), EMBEDDING_EPS);
    }
    Tokens kv = layers.linear(layer + ".kv", source);
    List<String> keysAndValues = graph.split(layers.named(layer + "/split"), kv.value(), 1, 2);
    String queries = byHead(layer + "/q", q.value(), x, heads, 0, 2, 1, 3);
    String keys = byHead(layer + "/k", keysAndValues.get(0), source, heads, 0, 2, 3, 1);
    String values = byHead(layer + "/v", keysAndValues.get(1), source, heads, 0, 2, 1, 3);
    String products = graph.node("MatMul", layers.named(layer + "/products"), List.of(queries, keys));
    String scale = layers.scalar(layer + "/scale", (float) (1 / Math.sqrt(headDim)));
    String scores = graph.node("Mul", layers.named(layer + "/scores"), List.of(products, scale));
    String shares = graph.node("Softmax", layers.named(layer + "/softmax"), List.of(scores), new Attribute.Number("axis", -1));
    String mean = graph.node("MatMul", layers.named(layer + "/mean"), List.of(shares, values));
    String together = layers.transpose(layer + "/together", mean, 0, 2, 1, 3);
    String rows = layers.reshape(layer + "/rows", together, x.rows(), x.c());
    return layers.linear(layer + ".proj", new Tokens(rows, x.n(), x.c(), x.h(), x.w()));
  }

  /** Rows {@code [n*tokens, heads*d]} as {@code [n, tokens, heads, d]} in another order of axes. */
  private String byHead(String name, String rows, Tokens of, int heads, long... order) {
    String apart = layers.reshape(name + "/heads", rows, of.n(), (long) of.h() * of.w(), heads, of.c() / heads);
    return layers.transpose(name, apart, order);
  }

  private Tokens mixFfn(String layer, Tokens x) {
    FeatureMap hidden = layers.map(layer + ".fc1", layers.linear(layer + ".fc1", x));
    FeatureMap filtered = layers.convolution(layer + ".dwconv.dwconv", hidden, 1, 1, 1);
    return layers.linear(layer + ".fc2", layers.tokens(layer, gelu(layer + "/gelu", filtered)));
  }

  /** {@code x/2 (1 + erf(x / sqrt 2))}, in the steps that readers of ONNX files recognise. */
  private FeatureMap gelu(String name, FeatureMap x) {
    FeatureMap scaled = layers.elementwise("Div", name + "/scaled", x, layers.scalar(name + "/root2", (float) Math.sqrt(2)));
    FeatureMap erf = layers.elementwise("Erf", name + "/erf", scaled);
    FeatureMap shifted = layers.elementwise("Add", name + "/shifted", erf, layers.scalar(name + "/one", 1));
    FeatureMap product = layers.elementwise("Mul", name + "/product", x, shifted.value());
    return layers.elementwise("Mul", name, product, layers.scalar(name + "/half", 0.5f));
  }
}
