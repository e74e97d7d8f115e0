package ciss.tensor.reference;

import static ciss.tensor.reference.Values.add;
import static ciss.tensor.reference.Values.labels;
import static ciss.tensor.reference.Values.read;
import static ciss.tensor.reference.Values.write;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.OperationScratch;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/**
 * The contract in plain Java: values are read, computed in double from the formula and rounded to what is written. It
 * specifies the other backends and is what their results are compared with; it checks no shapes and is slow.
 */
public final class ReferenceBackend implements Backend {
  private final Workspace workspace;
  private final DType activations;

  /** A backend whose workspace has the given size; it is written once at the start, so ask for what is needed. */
  public ReferenceBackend(long workspaceBytes) {
    this(workspaceBytes, DType.F32);
  }

  /** As {@link #ReferenceBackend(long)}; layers keep their activations in the given type. */
  public ReferenceBackend(long workspaceBytes, DType activations) {
    this.workspace = new Workspace(new ReferenceStorage(workspaceBytes));
    this.activations = activations;
  }

  @Override
  public DType activations() {
    return activations;
  }

  @Override
  public String name() {
    return "reference";
  }

  @Override
  public Storage allocate(long bytes) {
    return new ReferenceStorage(bytes);
  }

  @Override
  public OperationScratch scratch() {
    return OperationScratch.NONE;
  }

  @Override
  public Workspace workspace() {
    return workspace;
  }

  @Override
  public void upload(MemorySegment host, Tensor x) {
    Values.bytes(x).copyFrom(host.asSlice(0, x.bytes()));
  }

  @Override
  public void download(Tensor x, MemorySegment host) {
    host.asSlice(0, x.bytes()).copyFrom(Values.bytes(x));
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {
    workspace.close();
  }

  @Override
  public void linear(LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    write(LinearReference.forward(d, read(x), read(weight), read(bias)), y);
  }

  @Override
  public void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y) {
    double[] part = LinearReference.slab(d, slab, read(x), read(weight));
    if (slab == 0) {
      write(part, y);
    } else {
      add(part, y);
    }
  }

  @Override
  public void linearBackwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    write(LinearReference.backwardInput(d, read(dy), read(weight)), dx);
  }

  @Override
  public void linearBackwardInputAccumulate(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    add(LinearReference.backwardInput(d, read(dy), read(weight)), dx);
  }

  @Override
  public void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    add(LinearReference.backwardWeight(d, read(x), read(dy)), dWeight);
    add(LinearReference.backwardBias(d.out(), read(dy)), dBias);
  }

  @Override
  public void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    write(ConvolutionReference.forward(d, read(x), read(weight), read(bias)), y);
  }

  @Override
  public void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    write(ConvolutionReference.backwardInput(d, read(dy), read(weight)), dx);
  }

  @Override
  public void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    add(ConvolutionReference.backwardWeight(d, read(x), read(dy)), dWeight);
    add(LinearReference.backwardBias(d.out(), read(dy)), dBias);
  }

  @Override
  public void depthwise(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    write(DepthwiseReference.forward(d, read(x), read(weight), read(bias)), y);
  }

  @Override
  public void depthwiseBackwardInput(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    write(DepthwiseReference.backwardInput(d, read(dy), read(weight)), dx);
  }

  @Override
  public void depthwiseBackwardInputAccumulate(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    add(DepthwiseReference.backwardInput(d, read(dy), read(weight)), dx);
  }

  @Override
  public void depthwiseBackwardWeight(DepthwiseDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    add(DepthwiseReference.backwardWeight(d, read(x), read(dy)), dWeight);
    add(LinearReference.backwardBias(d.c(), read(dy)), dBias);
  }

  @Override
  public void depthwiseGelu(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor pre, Tensor y) {
    write(DepthwiseReference.forward(d, read(x), read(weight), read(bias)), pre);
    gelu(pre, y);
  }

  @Override
  public void gelu(Tensor pre, Tensor y) {
    write(GeluReference.forward(read(pre)), y);
  }

  @Override
  public void geluBackward(Tensor pre, Tensor dy, Tensor dPre) {
    write(GeluReference.backward(read(pre), read(dy)), dPre);
  }

  @Override
  public void layerNorm(Tensor x, Tensor weight, Tensor bias, double eps, Tensor y, Tensor mean, Tensor rstd) {
    LayerNormReference.Result result = LayerNormReference.forward(read(x), read(weight), read(bias), eps);
    write(result.y(), y);
    write(result.mean(), mean);
    write(result.rstd(), rstd);
  }

  @Override
  public void layerNormBackward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    LayerNormReference.Gradients gradients =
        LayerNormReference.backward(read(x), read(weight), read(mean), read(rstd), read(dy));
    write(gradients.dx(), dx);
    add(gradients.dWeight(), dWeight);
    add(gradients.dBias(), dBias);
  }

  @Override
  public void layerNormBackwardAccumulate(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    LayerNormReference.Gradients gradients =
        LayerNormReference.backward(read(x), read(weight), read(mean), read(rstd), read(dy));
    add(gradients.dx(), dx);
    add(gradients.dWeight(), dWeight);
    add(gradients.dBias(), dBias);
  }

  @Override
  public void batchNorm(
      Tensor x,
      Tensor weight,
      Tensor bias,
      double eps,
      double momentum,
      boolean relu,
      Tensor y,
      Tensor mean,
      Tensor rstd,
      Tensor runningMean,
      Tensor runningVar) {
    double[] values = read(x);
    BatchNormReference.Statistics batch = BatchNormReference.statistics(values, weight.size(0), eps);
    write(BatchNormReference.apply(values, read(weight), read(bias), batch.mean(), batch.rstd(), relu), y);
    write(batch.mean(), mean);
    write(batch.rstd(), rstd);
    write(BatchNormReference.update(read(runningMean), batch.mean(), momentum), runningMean);
    write(BatchNormReference.update(read(runningVar), batch.unbiasedVariance(), momentum), runningVar);
  }

  @Override
  public void batchNormInference(
      Tensor x, Tensor weight, Tensor bias, double eps, boolean relu, Tensor runningMean, Tensor runningVar, Tensor y) {
    double[] rstd = BatchNormReference.rstd(read(runningVar), eps);
    write(BatchNormReference.apply(read(x), read(weight), read(bias), read(runningMean), rstd, relu), y);
  }

  @Override
  public void batchNormBackward(
      Tensor x,
      Tensor weight,
      Tensor bias,
      Tensor mean,
      Tensor rstd,
      boolean relu,
      Tensor dy,
      Tensor dx,
      Tensor dWeight,
      Tensor dBias) {
    BatchNormReference.Gradients gradients =
        BatchNormReference.backward(read(x), read(weight), read(bias), read(mean), read(rstd), relu, read(dy));
    write(gradients.dx(), dx);
    add(gradients.dWeight(), dWeight);
    add(gradients.dBias(), dBias);
  }

  @Override
  public void batchNormApply(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, boolean relu, Tensor y) {
    write(BatchNormReference.apply(read(x), read(weight), read(bias), read(mean), read(rstd), relu), y);
  }

  @Override
  public void attention(AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    AttentionReference.Result result = AttentionReference.forward(d, read(q), read(kv));
    write(result.o(), o);
    write(result.logSumExp(), logSumExp);
  }

  @Override
  public void attentionBackward(
      AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp, Tensor dO, Tensor dq, Tensor dkv) {
    AttentionReference.Gradients gradients =
        AttentionReference.backward(d, read(q), read(kv), read(o), read(logSumExp), read(dO));
    write(gradients.dq(), dq);
    write(gradients.dkv(), dkv);
  }

  @Override
  public void fill(Tensor x, float value) {
    double[] values = new double[Math.toIntExact(x.elements())];
    Arrays.fill(values, value);
    write(values, x);
  }

  @Override
  public void copy(Tensor x, Tensor y) {
    if (x.dtype() == y.dtype()) {
      Values.bytes(y).copyFrom(Values.bytes(x));
    } else {
      write(read(x), y);
    }
  }

  @Override
  public void accumulate(Tensor x, Tensor y) {
    add(read(x), y);
  }

  @Override
  public void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    double[] scaled = read(branch);
    if (!factors.isAbsent()) {
      scaled = ScalingReference.samples(scaled, read(factors));
    }
    write(ScalingReference.sum(read(x), scaled), y);
  }

  @Override
  public void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    write(ScalingReference.samples(read(x), read(factors)), y);
  }

  @Override
  public void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    write(ScalingReference.channels(read(x), read(factors), factors.size(0)), y);
  }

  @Override
  public void resize(ResizeDims d, Tensor x, Tensor y) {
    write(ResizeReference.forward(d, read(x)), y);
  }

  @Override
  public void resizeBackward(ResizeDims d, Tensor dy, Tensor dx) {
    write(ResizeReference.backward(d, read(dy)), dx);
  }

  @Override
  public void resizeBackwardAccumulate(ResizeDims d, Tensor dy, Tensor dx) {
    add(ResizeReference.backward(d, read(dy)), dx);
  }

  @Override
  public void cutWindows(Tensor x, List<Box> windows, Tensor y) {
    write(WindowsReference.cut(read(x), x.size(0), x.size(1), x.size(2), x.size(3), windows), y);
  }

  @Override
  public void cutWindowsBackwardAccumulate(Tensor dy, List<Box> windows, Tensor dx) {
    add(WindowsReference.sum(read(dy), dx.size(0), dx.size(1), dx.size(2), dx.size(3), windows), dx);
  }

  @Override
  public void averageWindows(Tensor tiles, List<Box> windows, Tensor y) {
    write(WindowsReference.average(read(tiles), y.size(0), y.size(1), y.size(2), y.size(3), windows), y);
  }

  @Override
  public void flip(Tensor x, boolean horizontal, Tensor y) {
    write(WindowsReference.flip(read(x), x.size(0), x.size(1), x.size(2), x.size(3), horizontal), y);
  }

  @Override
  public void fuseScales(
      FusionDims d,
      Tensor context,
      Tensor attentionLogits,
      Tensor detail,
      Tensor attention,
      Tensor weightedContext,
      Tensor fused) {
    FusionReference.Result result = FusionReference.forward(d, read(context), read(attentionLogits), read(detail));
    write(result.attention(), attention);
    write(result.weightedContext(), weightedContext);
    write(result.fused(), fused);
  }

  @Override
  public void fuseScalesBackward(
      FusionDims d,
      Tensor context,
      Tensor attention,
      Tensor detail,
      Tensor dFused,
      Tensor dWeightedContext,
      Tensor dContext,
      Tensor dAttentionLogits,
      Tensor dDetail) {
    FusionReference.Gradients gradients =
        FusionReference.backward(d, read(context), read(attention), read(detail), read(dFused), read(dWeightedContext));
    write(gradients.dContext(), dContext);
    if (!dAttentionLogits.isAbsent()) {
      write(gradients.dAttentionLogits(), dAttentionLogits);
    }
    add(gradients.dDetail(), dDetail);
  }

  @Override
  public void upsampledCrossEntropy(
      CrossEntropyDims d,
      Tensor logits,
      Tensor label,
      Tensor weight,
      double gradientFactor,
      Tensor dLogits,
      Tensor result) {
    CrossEntropyReference.Result loss =
        CrossEntropyReference.forwardBackward(d, read(logits), labels(label), read(weight), gradientFactor);
    write(new double[] {loss.loss(), loss.accuracy()}, result);
    if (!dLogits.isAbsent()) {
      write(loss.dLogits(), dLogits);
    }
  }

  @Override
  public void featureDistance(Tensor f, Tensor g, Tensor mask, double factor, Tensor df, Tensor result) {
    FeatureDistanceReference.Result loss =
        FeatureDistanceReference.forwardBackward(read(f), read(g), f.size(-1), labels(mask), factor);
    add(loss.df(), df);
    write(new double[] {loss.loss(), loss.count()}, result);
  }

  @Override
  public void featureInvariance(Tensor a, Tensor b, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    InvarianceReference.Result loss = InvarianceReference.plain(read(a), read(b), norm, factor);
    add(loss.da(), da);
    add(InvarianceReference.negated(loss.da()), db);
    add(new double[] {loss.loss()}, result);
  }

  @Override
  public void featureInvarianceByClass(
      Tensor a, Tensor b, Tensor label, int classes, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    InvarianceReference.Result loss =
        InvarianceReference.byClass(read(a), read(b), labels(label), classes, norm, factor);
    add(loss.da(), da);
    add(InvarianceReference.negated(loss.da()), db);
    add(new double[] {loss.loss()}, result);
  }

  @Override
  public void pseudoLabel(CrossEntropyDims d, Tensor logits, float threshold, Tensor label, Tensor confident) {
    CrossEntropyReference.PseudoLabels labels = CrossEntropyReference.pseudoLabel(d, read(logits), threshold);
    write(labels.label(), label);
    write(new double[] {labels.confident()}, confident);
  }

  @Override
  public void pseudoWeight(Tensor confident, int ignoreTop, int ignoreBottom, Tensor validMask, Tensor weight) {
    double share = (float) (read(confident)[0] / weight.elements());
    int[] valid = labels(validMask);
    int height = weight.size(1);
    int width = weight.size(2);
    double[] values = new double[Math.toIntExact(weight.elements())];
    for (int i = 0; i < values.length; i++) {
      int row = i / width % height;
      boolean ignored = row < ignoreTop || row >= height - ignoreBottom;
      values[i] = ignored ? 0 : share * (valid.length == 0 ? 1 : valid[i]);
    }
    write(values, weight);
  }

  @Override
  public void softmaxAccumulate(Tensor logits, Tensor probabilities) {
    add(SoftmaxReference.rows(read(logits), logits.size(-1)), probabilities);
  }

  @Override
  public void argmax(Tensor x, Tensor label) {
    write(SoftmaxReference.argmaxOfRows(read(x), x.size(-1)), label);
  }

  @Override
  public void downscaleLabel(Tensor label, int factor, float minRatio, int classes, Tensor reduced) {
    write(
        DownscaleLabelReference.forward(
            labels(label), label.size(0), label.size(1), label.size(2), factor, minRatio, classes), reduced);
  }

  @Override
  public void lookup(Tensor label, Tensor table, Tensor mask) {
    int[] members = labels(table);
    int[] labels = labels(label);
    Arrays.setAll(labels, i -> members[labels[i]] != 0 ? 1 : 0);
    write(labels, mask);
  }

  @Override
  public void classMix(
      Tensor chosen,
      Tensor label,
      Tensor source,
      Tensor target,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      Tensor mixed,
      Tensor mixedLabel,
      Tensor mixedWeight) {
    boolean[] fromSource = ClassMixReference.mask(labels(chosen), labels(label));
    double[] ones = new double[fromSource.length];
    Arrays.fill(ones, 1);
    write(ClassMixReference.mix(fromSource, read(source), read(target)), mixed);
    write(ClassMixReference.mix(fromSource, read(label), read(pseudoLabel)), mixedLabel);
    write(ClassMixReference.mix(fromSource, ones, read(pseudoWeight)), mixedWeight);
  }

  @Override
  public void colorJitter(Tensor image, ColorJitter jitter, float[] mean, float[] std) {
    write(ColorJitterReference.forward(read(image), jitter, mean, std), image);
  }

  @Override
  public void gaussianBlur(Tensor x, double sigma, Tensor y) {
    write(GaussianBlurReference.forward(read(x), x.size(0), x.size(1), sigma), y);
  }

  @Override
  public void resizePicture(Tensor x, int height, int width, Box part, Tensor y) {
    boolean bytes = y.dtype() == DType.U8;
    double[] resized = PictureReference.resize(read(x), x.size(0), x.size(1), height, width, bytes);
    write(WindowsReference.cut(resized, 1, height, width, 3, List.of(part)), y);
  }

  @Override
  public void distortPicture(Tensor x, Box part, Distortion distortion, Tensor y) {
    double[] taken = WindowsReference.cut(read(x), 1, x.size(0), x.size(1), 3, List.of(part));
    write(DistortionReference.distorted(taken, part.width(), distortion), y);
  }

  @Override
  public void normalizePicture(Tensor x, Placement place, PixelScale scale, float padding, Tensor y) {
    write(PictureReference.normalized(read(x), x.size(1), place, scale, padding), y);
  }

  @Override
  public void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum) {
    write(FourierReference.spectrum(f, read(x)), spectrum);
  }

  @Override
  public void fourierStylize(
      FrequencyBlock f, FrequencyBlock g, Tensor content, Tensor contentSpectrum, Tensor styleSpectrum, Box part, Tensor y) {
    write(FourierReference.stylize(f, read(content), read(contentSpectrum), read(styleSpectrum), part), y);
  }

  @Override
  public void labStatistics(Tensor x, Tensor statistics) {
    write(ReinhardReference.statistics(read(x)), statistics);
  }

  @Override
  public void reinhardStylize(Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y) {
    double[] stylized = ReinhardReference.stylize(read(content), read(contentStatistics), read(styleStatistics));
    write(WindowsReference.cut(stylized, 1, content.size(0), content.size(1), 3, List.of(part)), y);
  }

  @Override
  public void adamW(
      List<AdamWGroup> groups,
      double beta1,
      double beta2,
      double eps,
      long step,
      Tensor gradients,
      Tensor parameters,
      Tensor firstMoment,
      Tensor secondMoment,
      Tensor nonFinite) {
    if (!nonFinite.isAbsent() && read(nonFinite)[0] >= 0) {
      return;
    }
    double[] p = read(parameters);
    double[] m = read(firstMoment);
    double[] v = read(secondMoment);
    AdamWReference.step(groups, beta1, beta2, eps, step, read(gradients), p, m, v);
    write(p, parameters);
    write(m, firstMoment);
    write(v, secondMoment);
  }

  @Override
  public void movingAverage(double a, Tensor student, Tensor teacher) {
    double[] s = read(student);
    double[] t = read(teacher);
    Arrays.setAll(t, i -> a * t[i] + (1 - a) * s[i]);
    write(t, teacher);
  }

  @Override
  public void firstNonFinite(Tensor x, Tensor index) {
    double[] values = read(x);
    int first = 0;
    while (first < values.length && Double.isFinite(values[first])) {
      first++;
    }
    write(new double[] {first < values.length ? first : -1}, index);
  }
}
