package ciss.model;

import ciss.error.ShapeException;
import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Axis;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.FusionOps.FusionDims;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;

/**
 * HRDA's head (method.md 1.3): one DAFormer head for context and detail, a second one for the scale attention, and their
 * fusion.
 */
public final class HrdaHead {
  /** Output stride of the encoder's first stage. */
  public static final int STRIDE = 4;

  private final Backend backend;
  private final HrdaOptions options;
  private final DaformerHead head;
  /** Null with a fixed attention. */
  private final DaformerHead attentionHead;

  /** Adds {@code head} and, unless the attention is fixed, {@code scale_attention}. */
  static void declare(NetworkTables.Builder tables, String prefix, SegmentorOptions options, int[] channels) {
    DaformerHead.declare(tables, prefix + ".head", options.head(), channels, options.classes());
    if (Double.isNaN(options.hrda().fixedAttention())) {
      int outputs = options.hrda().classwiseAttention() ? options.classes() : 1;
      DaformerHead.declare(tables, prefix + ".scale_attention", attentionOptions(options), channels, outputs);
    }
  }

  /** The head that weights the scales, as options of a DAFormer head. */
  public static HeadOptions attentionOptions(SegmentorOptions options) {
    int width = options.hrda().attentionEmbedDim();
    FusionOptions fusion = new FusionOptions(FusionType.CONV, false, new int[0], 1);
    return new HeadOptions(HeadType.DAFORMER, width, width, options.head().dropout(), fusion);
  }

  HrdaHead(Network network, String prefix, SegmentorOptions options) {
    this.backend = network.backend();
    this.options = options.hrda();
    this.head = new DaformerHead(network, prefix + ".head", options.head());
    this.attentionHead =
        Double.isNaN(this.options.fixedAttention())
            ? new DaformerHead(network, prefix + ".scale_attention", attentionOptions(options))
            : null;
  }

  /** The head that reads context and detail. */
  DaformerHead head() {
    return head;
  }

  /** Dropout factors of the three runs; all absent without dropout. */
  record Dropout(Tensor context, Tensor detail, Tensor attention) {
    static final Dropout OFF = new Dropout(Tensor.ABSENT, Tensor.ABSENT, Tensor.ABSENT);
  }

  Dropout dropout(Pass pass, int n, PassDraws draws) {
    return new Dropout(
        head.dropoutFactors(pass, n, (b, c, p) -> draws.keepChannel(PassDraws.HeadRun.CONTEXT, b, c, p)),
        head.dropoutFactors(pass, n, (b, c, p) -> draws.keepChannel(PassDraws.HeadRun.DETAIL, b, c, p)),
        attentionHead == null
            ? Tensor.ABSENT
            : attentionHead.dropoutFactors(
                pass, n, (b, c, p) -> draws.keepChannel(PassDraws.HeadRun.ATTENTION, b, c, p)));
  }

  /** Rows of the fused map for a context map with {@code h} rows; the same for columns. */
  int fusedSize(int h) {
    return Axis.byFactor(h, 1 / options.contextScale()).out();
  }

  private FusionDims fusionDims(Tensor context, Tensor attentionLogits, Tensor detail, Box cropBox) {
    Axis y = Axis.byFactor(context.size(1), 1 / options.contextScale());
    Axis x = Axis.byFactor(context.size(2), 1 / options.contextScale());
    // The reference masks only if the detail map is as high as the context map; then it lies inside the fused map.
    boolean masked = cropBox != null && detail.size(1) == context.size(1);
    if (!masked && (detail.size(1) != y.out() || detail.size(2) != x.out())) {
      throw new ShapeException(
          ("the detail scores are %dx%d, the fused scores %dx%d: the detail crop must be %s of the image or all of it, and"
                  + " image or window sizes multiples of 8")
              .formatted(detail.size(1), detail.size(2), y.out(), x.out(), options.contextScale()));
    }
    return new FusionDims(
        context.size(0),
        context.size(3),
        attentionLogits.isAbsent() ? 0 : attentionLogits.size(3),
        options.fixedAttention(),
        masked ? cropBox.dividedBy(STRIDE / options.contextScale()) : null,
        masked ? cropBox.dividedBy(STRIDE) : null,
        y,
        x);
  }

  /** Scores of the size of a head's first map. */
  private static Tensor takeLike(Workspace.Frame frame, Tensor firstMap, int outputs) {
    return frame.take(firstMap.size(0), firstMap.size(1), firstMap.size(2), outputs);
  }

  /**
   * Prediction without saving; the detail scores are made by {@code detail} between the two runs over the context.
   *
   * @param detail overwrites its argument {@code [n,h,w,classes]} with the detail scores
   * @param logits {@code [n,h,w,classes]}, overwritten with the fused scores
   * @param attentionReader receives the attention before it is gone
   */
  void predict(
      Pass pass,
      List<Tensor> contextMaps,
      Consumer<Tensor> detail,
      Tensor logits,
      BiConsumer<FusionDims, Tensor> attentionReader) {
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor first = contextMaps.getFirst();
      Tensor context = takeLike(frame, first, head.outputs());
      head.forward(pass, contextMaps, Tensor.ABSENT, context);
      Tensor detailLogits = frame.take(DType.F32, logits.shape());
      detail.accept(detailLogits);
      Tensor attentionLogits = Tensor.ABSENT;
      if (attentionHead != null) {
        attentionLogits = takeLike(frame, first, attentionHead.outputs());
        attentionHead.forward(pass, contextMaps, Tensor.ABSENT, attentionLogits);
      }
      FusionDims dims = fusionDims(context, attentionLogits, detailLogits, null);
      Tensor attention = takeLike(frame, first, Math.max(1, dims.attentionChannels()));
      Tensor weighted = frame.take(DType.F32, context.shape());
      backend.fuseScales(dims, context, attentionLogits, detailLogits, attention, weighted, logits);
      attentionReader.accept(dims, attention);
    }
  }

  /** Runs both heads in the reference's order for their BatchNorm statistics only. */
  void updateStatistics(Pass pass, List<Tensor> contextMaps, List<Tensor> detailMaps) {
    head.forward(pass, contextMaps, Tensor.ABSENT, Tensor.ABSENT);
    head.forward(pass, detailMaps, Tensor.ABSENT, Tensor.ABSENT);
    if (attentionHead != null) {
      attentionHead.forward(pass, contextMaps, Tensor.ABSENT, Tensor.ABSENT);
    }
  }

  /**
   * Training forward; everything is kept in the open region.
   *
   * @param cropBox detail crop in image pixels; null: the detail maps cover the image
   */
  Run forward(Pass pass, List<Tensor> contextMaps, List<Tensor> detailMaps, Dropout dropout, Box cropBox) {
    Tensor c = contextMaps.getFirst();
    Tensor d = detailMaps.getFirst();
    Tensor context = pass.holdFloats(c.size(0), c.size(1), c.size(2), head.outputs());
    Tensor detail = pass.holdFloats(d.size(0), d.size(1), d.size(2), head.outputs());
    DecodeHead.Run contextRun = head.forward(pass, contextMaps, dropout.context, context);
    DecodeHead.Run detailRun = head.forward(pass, detailMaps, dropout.detail, detail);
    DecodeHead.Run attentionRun = null;
    Tensor attentionLogits = Tensor.ABSENT;
    if (attentionHead != null) {
      attentionLogits = pass.holdFloats(c.size(0), c.size(1), c.size(2), attentionHead.outputs());
      attentionRun = attentionHead.forward(pass, contextMaps, dropout.attention, attentionLogits);
    }
    FusionDims dims = fusionDims(context, attentionLogits, detail, cropBox);
    Tensor attention = pass.holdFloats(c.size(0), c.size(1), c.size(2), Math.max(1, dims.attentionChannels()));
    Tensor weighted = pass.holdFloats(c.size(0), c.size(1), c.size(2), head.outputs());
    Tensor fused = pass.holdFloats(c.size(0), dims.y().out(), dims.x().out(), head.outputs());
    backend.fuseScales(dims, context, attentionLogits, detail, attention, weighted, fused);
    return new Run(dims, contextRun, detailRun, attentionRun, context, detail, attention, weighted, fused);
  }

  /** One training forward: its scores, the gradients with respect to them, and its backward. */
  final class Run {
    private final FusionDims dims;
    private final DecodeHead.Run contextRun;
    private final DecodeHead.Run detailRun;
    private final DecodeHead.Run attentionRun;
    private final Tensor context;
    private final Tensor detail;
    private final Tensor attention;
    private final Tensor weighted;
    private final Tensor fused;
    private final Cotangent dDetail;
    private final Cotangent dWeighted;
    private final Cotangent dFused;

    private Run(
        FusionDims dims,
        DecodeHead.Run contextRun,
        DecodeHead.Run detailRun,
        DecodeHead.Run attentionRun,
        Tensor context,
        Tensor detail,
        Tensor attention,
        Tensor weighted,
        Tensor fused) {
      this.dims = dims;
      this.contextRun = contextRun;
      this.detailRun = detailRun;
      this.attentionRun = attentionRun;
      this.context = context;
      this.detail = detail;
      this.attention = attention;
      this.weighted = weighted;
      this.fused = fused;
      this.dDetail = new Cotangent(backend, detail.shape());
      this.dWeighted = new Cotangent(backend, weighted.shape());
      this.dFused = new Cotangent(backend, fused.shape());
    }

    /** The run of {@link #head} over the context. */
    DecodeHead.Run contextRun() {
      return contextRun;
    }

    /** The run of {@link #head} over the detail. */
    DecodeHead.Run detailRun() {
      return detailRun;
    }

    /** F: class scores of the image. */
    Tensor fused() {
      return fused;
    }

    Cotangent dFused() {
      return dFused;
    }

    /** L': context scores weighted by 1 - attention. */
    Tensor weighted() {
      return weighted;
    }

    Cotangent dWeighted() {
      return dWeighted;
    }

    /** P: class scores of the detail crop. */
    Tensor detail() {
      return detail;
    }

    Cotangent dDetail() {
      return dDetail;
    }

    /** Adds the gradients of the parameters and those of both lists of maps. */
    void backward(List<Cotangent> dContextMaps, List<Cotangent> dDetailMaps) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor dContext = Tensor.ABSENT;
        Tensor dAttentionLogits = Tensor.ABSENT;
        if (dFused.exists() || dWeighted.exists()) {
          dContext = frame.take(DType.F32, context.shape());
          if (attentionRun != null) {
            dAttentionLogits = frame.take(DType.F32, attention.shape());
          }
          backend.fuseScalesBackward(
              dims,
              context,
              attention,
              detail,
              dFused.zeroed(),
              dWeighted.tensor(),
              dContext,
              dAttentionLogits,
              dDetail.zeroed());
        }
        if (attentionRun != null) {
          attentionRun.backward(dAttentionLogits, dContextMaps);
        }
        detailRun.backward(dDetail.tensor(), dDetailMaps);
        contextRun.backward(dContext, dContextMaps);
      }
    }
  }
}
