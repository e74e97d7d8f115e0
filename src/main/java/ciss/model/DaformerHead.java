package ciss.model;

import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.nn.Convolution;
import ciss.nn.DenseUnit;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.tensor.ParameterTable.Init;

/** DAFormer's decode head (method.md 1.2). Names {@code conv_seg, embed_layers, fuse_layer}. */
final class DaformerHead extends DecodeHead {
  /**
   * Adds all parameters.
   *
   * @param channels of the encoder's maps
   * @param outputs number of class scores
   */
  static void declare(NetworkTables.Builder tables, String prefix, HeadOptions options, int[] channels, int outputs) {
    Init small = new Init.Normal(0.01);
    Init zero = new Init.Constant(0);
    Convolution.declareWithBias(tables, prefix + ".conv_seg", small, zero, options.channels(), outputs, 1);
    Embeddings.declare(tables, prefix + ".embed_layers", channels, options.embedDims());
    int width = channels.length * options.embedDims();
    FusionOptions fusion = options.fusion();
    if (fusion.type() == FusionType.ASPP) {
      AsppFusion.declare(tables, prefix + ".fuse_layer", fusion, width, options.channels());
    } else {
      DenseUnit.declare(tables, prefix + ".fuse_layer", width, options.channels(), fusion.kernel());
    }
  }

  DaformerHead(Network network, String prefix, HeadOptions options) {
    super(
        network,
        options.embedDims(),
        options.channels(),
        options.dropout(),
        new Embeddings(network, prefix + ".embed_layers"),
        fusion(network, prefix + ".fuse_layer", options),
        new Convolution(network, prefix + ".conv_seg", 1, 0, 1));
  }

  private static Fusion fusion(Network network, String prefix, HeadOptions options) {
    FusionOptions fusion = options.fusion();
    return fusion.type() == FusionType.ASPP
        ? new AsppFusion(network, prefix, fusion, options.channels())
        : new ConvFusion(network, prefix, fusion.kernel());
  }
}
