package ciss.eval.onnx;

import ciss.eval.onnx.GraphLayers.FeatureMap;
import ciss.io.OnnxGraph;
import ciss.io.OnnxGraph.Attribute;
import ciss.model.HrdaHead;
import ciss.model.SegmentorOptions;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.model.Windows;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.ParameterStore;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/**
 * HRDA's inference (method.md 1.3, 1.4; {@code HrdaSegmentor#encodeDecode}) as ONNX operators: the image at half resolution
 * as context, its windows at full resolution as detail, both through one encoder and head, fused by the scale attention.
 */
final class HrdaGraph {
  private static final String HEAD = "decode_head.head";
  private static final String ATTENTION = "decode_head.scale_attention";

  private final OnnxGraph graph;
  private final Function<String, GraphLayers> parts;
  private final SegmentorOptions options;
  private final HrdaOptions hrda;

  HrdaGraph(OnnxGraph graph, Backend backend, ParameterStore store, SegmentorOptions options) {
    this.graph = graph;
    this.parts = part -> new GraphLayers(graph, backend, store, part);
    this.options = options;
    this.hrda = options.hrda();
  }

  /** Class scores at a quarter of the image's size. */
  FeatureMap scores(FeatureMap image) {
    GraphLayers context = parts.apply("context/");
    var stages = new EncoderGraph(context, options.variant()).stages(
        context.resizeByFactor("image", image, hrda.contextScale()));
    FeatureMap l = new HeadGraph(context, HEAD, options.head()).scores(stages);
    FeatureMap p = detail(image);
    GraphLayers fusion = parts.apply("fusion/");
    double up = 1 / hrda.contextScale();
    if (!Double.isNaN(hrda.fixedAttention())) {
      float a = (float) hrda.fixedAttention();
      FeatureMap weighted = fusion.elementwise("Mul", "context", l, fusion.scalar("share/context", 1 - a));
      FeatureMap scaled = fusion.elementwise("Mul", "detail", p, fusion.scalar("share/detail", a));
      return fusion.elementwise("Add", "scores", scaled, fusion.resizeByFactor("context/up", weighted, up).value());
    }
    FeatureMap logits = new HeadGraph(context, ATTENTION, HrdaHead.attentionOptions(options)).scores(stages);
    FeatureMap a = fusion.elementwise("Sigmoid", "attention", logits);
    String rest = graph.node("Sub", "fusion/rest", List.of(fusion.scalar("one", 1), a.value()));
    FeatureMap weighted = fusion.elementwise("Mul", "context", l, rest);
    FeatureMap scaled = fusion.elementwise("Mul", "detail", p, fusion.resizeByFactor("attention/up", a, up).value());
    return fusion.elementwise("Add", "scores", scaled, fusion.resizeByFactor("context/up", weighted, up).value());
  }

  /** Scores of the detail branch: of the whole image, or the mean over sliding windows. */
  private FeatureMap detail(FeatureMap image) {
    GraphLayers layers = parts.apply("detail/");
    FeatureMap source = image;
    if (hrda.blurDetail()) {
      source = layers.resizeByFactor("blur/up", layers.resizeByFactor("blur/down", image, 0.5), 2);
    }
    List<Box> windows = Windows.ofDetail(hrda, image.h(), image.w());
    FeatureMap cut = windows.size() == 1 ? source : cut(source, windows);
    FeatureMap scores =
        new HeadGraph(layers, HEAD, options.head()).scores(new EncoderGraph(layers, options.variant()).stages(cut));
    return windows.size() == 1 ? scores : mean(layers, scores, windows);
  }

  private FeatureMap cut(FeatureMap image, List<Box> windows) {
    List<String> cuts = new ArrayList<>();
    String axes = graph.numbers("windows/axes", 2, 3);
    for (int i = 0; i < windows.size(); i++) {
      Box box = windows.get(i);
      String name = "windows/" + i;
      String starts = graph.numbers(name + "/starts", box.y1(), box.x1());
      String ends = graph.numbers(name + "/ends", box.y2(), box.x2());
      cuts.add(graph.node("Slice", name, List.of(image.value(), starts, ends, axes)));
    }
    String batch = graph.node("Concat", "windows", cuts, new Attribute.Number("axis", 0));
    Box first = windows.getFirst();
    return new FeatureMap(batch, windows.size(), image.c(), first.height(), first.width());
  }

  /** Lays the windows' scores where they belong, adds them up and divides by how many cover a place. */
  private FeatureMap mean(GraphLayers layers, FeatureMap scores, List<Box> windows) {
    List<Box> places = windows.stream().map(window -> window.dividedBy(HrdaHead.STRIDE)).toList();
    int h = places.getLast().y2();
    int w = places.getLast().x2();
    float[] covered = new float[h * w];
    List<String> tiles = graph.split(layers.named("tiles"), scores.value(), 0, windows.size());
    List<String> placed = new ArrayList<>();
    for (int i = 0; i < places.size(); i++) {
      Box place = places.get(i);
      String name = layers.named("placed/" + i);
      String pads =
          graph.numbers(name + "/pads", 0, 0, place.y1(), place.x1(), 0, 0, h - place.y2(), w - place.x2());
      placed.add(graph.node("Pad", name, List.of(tiles.get(i), pads)));
      for (int y = place.y1(); y < place.y2(); y++) {
        for (int x = place.x1(); x < place.x2(); x++) {
          covered[y * w + x]++;
        }
      }
    }
    FeatureMap sum = new FeatureMap(graph.node("Sum", layers.named("sum"), placed), 1, scores.c(), h, w);
    String counts = graph.floats(layers.named("coverage"), new long[] {1, 1, h, w}, covered);
    return layers.elementwise("Div", "mean", sum, counts);
  }
}
