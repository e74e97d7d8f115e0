package ciss.model;

import ciss.nn.MemoryLevel;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.List;

/** Makes segmentation networks. */
public final class Segmentors {
  static final String ENCODER = "backbone.";
  static final String HEAD = "decode_head";

  private Segmentors() {}

  /** Names, shapes and initial values of a network, in the reference's order (method.md 5.2). */
  public static NetworkTables tables(SegmentorOptions options) {
    NetworkTables.Builder tables = new NetworkTables.Builder();
    MixTransformer.declare(tables, ENCODER, options.variant());
    int[] channels = MitVariant.of(options.variant()).channels();
    if (options.hrda() == null) {
      SingleScaleSegmentor.declareHead(tables, options, channels);
    } else {
      HrdaSegmentor.declareHead(tables, options, channels);
    }
    return tables.build();
  }

  /** As {@link #tables}, the encoder alone. */
  public static NetworkTables encoderTables(SegmentorOptions options) {
    NetworkTables.Builder tables = new NetworkTables.Builder();
    MixTransformer.declare(tables, ENCODER, options.variant());
    return tables.build();
  }

  /** As {@link #create(SegmentorOptions, Backend, ParameterStore, MemoryLevel)} at {@link MemoryLevel#FUSED}. */
  public static Segmentor create(SegmentorOptions options, Backend backend, ParameterStore store) {
    return create(options, backend, store, MemoryLevel.FUSED);
  }

  /**
   * @param store made from {@link #tables}
   * @param level what training passes keep
   */
  public static Segmentor create(
      SegmentorOptions options, Backend backend, ParameterStore store, MemoryLevel level) {
    Network network = new Network(backend, store);
    return options.hrda() == null
        ? new SingleScaleSegmentor(network, options, level)
        : new HrdaSegmentor(network, options, level);
  }

  /**
   * The frozen network of the feature distance.
   *
   * @param store made from {@link #encoderTables}
   */
  public static FeatureEncoder createEncoder(SegmentorOptions options, Backend backend, ParameterStore store) {
    MixTransformer encoder = encoder(new Network(backend, store), options);
    if (options.hrda() == null) {
      return (image, cropBox) -> List.of(deepestMap(backend, encoder, image));
    }
    HrdaImages images = new HrdaImages(backend, options.hrda());
    boolean allScales = options.hrda().featuresOfAllScales();
    return (image, cropBox) -> deepestMaps(backend, encoder, images, allScales, image, cropBox);
  }

  static MixTransformer encoder(Network network, SegmentorOptions options) {
    return new MixTransformer(network, ENCODER, options.variant(), options.dropPath());
  }

  static Tensor deepestMap(Backend backend, MixTransformer encoder, Tensor image) {
    Pass pass = new Pass(backend, false, false);
    return encoder.forward(pass, image, encoder.noDrops(), 0).maps().getLast();
  }

  static List<Tensor> deepestMaps(
      Backend backend, MixTransformer encoder, HrdaImages images, boolean allScales, Tensor image, Box cropBox) {
    Pass pass = new Pass(backend, false, false);
    List<Tensor> maps = new ArrayList<>();
    maps.add(deepestMap(backend, encoder, images.context(pass, image)));
    if (allScales) {
      Tensor detail = images.crop(pass, images.detailSource(pass, image), cropBox);
      maps.add(deepestMap(backend, encoder, detail));
    }
    return maps;
  }
}
