package ciss.model;

import ciss.model.SegmentorOptions.HeadOptions;
import ciss.nn.Convolution;
import ciss.nn.DenseUnit;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.tensor.ParameterTable.Init;
import java.util.List;

/** SegFormer's decode head (method.md 1.7). Names {@code linear_c, linear_fuse, linear_pred}, and an unused {@code conv_seg}. */
final class SegformerHead extends DecodeHead {
  /** Adds all parameters. */
  static void declare(NetworkTables.Builder tables, String prefix, HeadOptions options, int[] channels, int outputs) {
    Init small = new Init.Normal(0.01);
    Init zero = new Init.Constant(0);
    Convolution.declareWithBias(tables, prefix + ".conv_seg", small, zero, options.channels(), outputs, 1);
    int width = options.embedDims();
    Embeddings.declare(tables, prefix + ".linear_c", channels, width);
    DenseUnit.declare(tables, prefix + ".linear_fuse", channels.length * width, width, 1);
    Init uniform = new Init.Uniform(1 / Math.sqrt(width));
    Convolution.declareWithBias(tables, prefix + ".linear_pred", uniform, uniform, width, outputs, 1);
  }

  SegformerHead(Network network, String prefix, HeadOptions options) {
    super(
        network,
        options.embedDims(),
        options.embedDims(),
        options.dropout(),
        new Embeddings(network, prefix + ".linear_c"),
        new ConvFusion(network, prefix + ".linear_fuse", 1),
        new Convolution(network, prefix + ".linear_pred", 1, 0, 1));
  }

  /** The classifier that the reference inherits, stores and never uses. */
  static List<String> unusedParameters(String prefix) {
    return List.of(prefix + ".conv_seg.weight", prefix + ".conv_seg.bias");
  }
}
