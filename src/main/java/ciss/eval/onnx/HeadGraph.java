package ciss.eval.onnx;

import ciss.eval.onnx.GraphLayers.FeatureMap;
import ciss.eval.onnx.GraphLayers.Tokens;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import java.util.ArrayList;
import java.util.List;

/** The decode heads (method.md 1.2, 1.7; {@code DaformerHead}, {@code SegformerHead}) as ONNX operators. */
final class HeadGraph {
  private final GraphLayers layers;
  private final String prefix;
  private final HeadOptions options;

  /**
   * @param prefix of the names of the head's parameters
   */
  HeadGraph(GraphLayers layers, String prefix, HeadOptions options) {
    this.layers = layers;
    this.prefix = prefix;
    this.options = options;
  }

  /** Class scores at the size of the first stage. */
  FeatureMap scores(List<Tokens> stages) {
    if (options.type() == HeadType.SEGFORMER) {
      FeatureMap fused = layers.unit(prefix + ".linear_fuse", embeddings(prefix + ".linear_c", stages), 1);
      return layers.convolution(prefix + ".linear_pred", fused, 1, 0, 1);
    }
    FeatureMap embedded = embeddings(prefix + ".embed_layers", stages);
    FeatureMap fused = fused(prefix + ".fuse_layer", options.fusion(), embedded);
    return layers.convolution(prefix + ".conv_seg", fused, 1, 0, 1);
  }

  private FeatureMap embeddings(String layer, List<Tokens> stages) {
    Tokens first = stages.getFirst();
    List<FeatureMap> maps = new ArrayList<>();
    for (int i = 0; i < stages.size(); i++) {
      String projection = layer + "." + i + ".proj";
      FeatureMap embedded = layers.map(projection, layers.linear(projection, stages.get(i)));
      maps.add(layers.resizeToSize(projection + "/resized", embedded, first.h(), first.w()));
    }
    return layers.concatenated(layer + "/concatenated", maps);
  }

  private FeatureMap fused(String layer, FusionOptions fusion, FeatureMap x) {
    if (fusion.type() == FusionType.CONV) {
      return layers.unit(layer, x, 1);
    }
    List<FeatureMap> branches = new ArrayList<>();
    for (int i = 0; i < fusion.dilations().length; i++) {
      branches.add(branch(layer + ".aspp_modules." + i, fusion, fusion.dilations()[i], x));
    }
    return layers.unit(layer + ".bottleneck", layers.concatenated(layer + "/branches", branches), 1);
  }

  private FeatureMap branch(String layer, FusionOptions fusion, int dilation, FeatureMap x) {
    if (dilation > 1 && fusion.separable()) {
      return layers.unit(layer + ".pointwise_conv", layers.unit(layer + ".depthwise_conv", x, dilation), 1);
    }
    return layers.unit(layer, x, dilation);
  }
}
