package ciss.model;

import ciss.nn.Convolution;
import ciss.nn.Network;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;

/**
 * What the decode heads have in common: embeddings of the encoder's maps (x1), a fusion (with the branches' outputs x2 and
 * the fused map x3), channel dropout, a 1x1 classifier.
 */
abstract sealed class DecodeHead permits DaformerHead, SegformerHead {
  private final Backend backend;
  private final int embedDims;
  private final int channels;
  private final double dropout;
  private final Embeddings embeddings;
  private final Fusion fusion;
  private final Convolution classifier;

  /** Whether a channel of the fused map is kept for a sample. */
  @FunctionalInterface
  interface ChannelDraws {
    boolean keep(int sample, int channel, double dropProbability);
  }

  /**
   * @param channels of the fused map
   */
  DecodeHead(
      Network network,
      int embedDims,
      int channels,
      double dropout,
      Embeddings embeddings,
      Fusion fusion,
      Convolution classifier) {
    this.backend = network.backend();
    this.embedDims = embedDims;
    this.channels = channels;
    this.dropout = dropout;
    this.embeddings = embeddings;
    this.fusion = fusion;
    this.classifier = classifier;
  }

  /** Number of class scores. */
  final int outputs() {
    return classifier.out();
  }

  /** Dropout factors {@code [n,channels]} of one forward: 1/(1-p) or 0; absent without dropout. */
  final Tensor dropoutFactors(Pass pass, int n, ChannelDraws draws) {
    if (dropout == 0) {
      return Tensor.ABSENT;
    }
    float[] values = new float[n * channels];
    for (int i = 0; i < values.length; i++) {
      values[i] = draws.keep(i / channels, i % channels, dropout) ? 1 / (float) (1 - dropout) : 0;
    }
    Tensor factors = pass.holdFloats(n, channels);
    backend.upload(values, factors);
    return factors;
  }

  /**
   * @param maps of the encoder {@code [n,h_i,w_i,c_i]}
   * @param factors see {@link #dropoutFactors}; absent: no dropout
   * @param logits {@code [n,h_0,w_0,outputs]}, overwritten; absent: the head runs for its BatchNorm statistics only, and
   *     stops after the last of them
   */
  final Run forward(Pass pass, List<Tensor> maps, Tensor factors, Tensor logits) {
    Tensor first = maps.getFirst();
    try (Workspace.Frame frame = backend.workspace().frame()) {
      Tensor x1 = pass.hold(maps.size(), first.size(0), first.size(1), first.size(2), embedDims);
      Tensor x3 = frame.take(x1.dtype(), Shape.of(first.size(0), first.size(1), first.size(2), channels));
      embeddings.forward(maps, x1);
      Fusion.Run fused = fusion.forward(pass, x1, x3);
      if (!logits.isAbsent()) {
        drop(x3, factors);
        classifier.forward(x3, logits);
      }
      return new Run(maps, x1, fused, x3.shape(), factors);
    }
  }

  private void drop(Tensor x, Tensor factors) {
    if (!factors.isAbsent()) {
      backend.scaleChannels(x, factors, x);
    }
  }

  /** One forward of a saved pass: its feature maps, the gradients with respect to them, and its backward. */
  final class Run {
    private final List<Tensor> maps;
    private final Tensor x1;
    private final Fusion.Run fused;
    private final Shape fusedShape;
    private final Tensor factors;
    private final Cotangent dX1;
    private final Cotangent dX2;
    private final Cotangent dX3;
    private Tensor floatX1 = Tensor.ABSENT;
    private Tensor x2 = Tensor.ABSENT;
    private Tensor x3 = Tensor.ABSENT;

    private Run(List<Tensor> maps, Tensor x1, Fusion.Run fused, Shape fusedShape, Tensor factors) {
      this.maps = maps;
      this.x1 = x1;
      this.fused = fused;
      this.fusedShape = fusedShape;
      this.factors = factors;
      this.dX1 = new Cotangent(backend, x1.shape());
      this.dX2 = new Cotangent(backend, branchShape());
      this.dX3 = new Cotangent(backend, fusedShape);
    }

    private Shape branchShape() {
      return Shape.of(fused.branches(), fusedShape.size(0), fusedShape.size(1), fusedShape.size(2), channels);
    }

    /**
     * Level 1: embeddings {@code [4,n,h,w,embedDims]}; 2: branch outputs {@code [branches,n,h,w,channels]}; 3: fused map
     * {@code [n,h,w,channels]}. All float32. Levels 2 and 3 are computed again when first asked for.
     */
    Tensor feature(int level) {
      return switch (level) {
        case 1 -> {
          if (floatX1.isAbsent()) {
            floatX1 = x1.dtype() == DType.F32 ? x1 : backend.workspace().keep(DType.F32, x1.shape());
            if (floatX1 != x1) {
              backend.copy(x1, floatX1);
            }
          }
          yield floatX1;
        }
        case 2 -> {
          if (x2.isAbsent()) {
            x2 = backend.workspace().keep(DType.F32, branchShape());
            fused.branchOutputs(x2);
          }
          yield x2;
        }
        case 3 -> {
          if (x3.isAbsent()) {
            x3 = backend.workspace().keep(DType.F32, fusedShape);
            fused.output(x3);
          }
          yield x3;
        }
        default -> throw new IllegalArgumentException("a head has no feature level " + level);
      };
    }

    /** Gradient of {@link #feature}. */
    Cotangent dFeature(int level) {
      return switch (level) {
        case 1 -> dX1;
        case 2 -> dX2;
        case 3 -> dX3;
        default -> throw new IllegalArgumentException("a head has no feature level " + level);
      };
    }

    /**
     * Adds the gradients of the parameters and those of the maps.
     *
     * @param dLogits absent: none
     */
    void backward(Tensor dLogits, List<Cotangent> dMaps) {
      try (Workspace.Frame frame = backend.workspace().frame()) {
        Tensor dFused = dFused(frame, dLogits);
        boolean fusionHasGradient = !dFused.isAbsent() || dX2.exists();
        if (!fusionHasGradient && !dX1.exists()) {
          return;
        }
        Tensor dEmbedded =
            dX1.exists()
                ? Activations.of(backend, frame, dX1.tensor())
                : frame.take(x1.dtype(), x1.shape());
        if (fusionHasGradient) {
          Tensor dBranches = Activations.of(backend, frame, dX2.tensor());
          fused.backward(x1, dFused, dBranches, dEmbedded, dX1.exists());
        }
        embeddings.backward(maps, dEmbedded, dMaps);
      }
    }

    /** Gradient of the fused map, from the class scores and from elsewhere; absent if there is none. */
    private Tensor dFused(Workspace.Frame frame, Tensor dLogits) {
      Tensor fromElsewhere = Activations.of(backend, frame, dX3.tensor());
      if (dLogits.isAbsent()) {
        return fromElsewhere;
      }
      Tensor dFused = frame.take(x1.dtype(), fusedShape);
      fused.output(dFused);
      drop(dFused, factors);
      classifier.backwardWeight(dFused, dLogits);
      classifier.backwardInput(dLogits, dFused, false);
      drop(dFused, factors);
      if (dX3.exists()) {
        backend.accumulate(fromElsewhere, dFused);
      }
      return dFused;
    }
  }
}
