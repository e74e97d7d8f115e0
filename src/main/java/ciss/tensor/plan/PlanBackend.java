package ciss.tensor.plan;

import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.OperationScratch;
import ciss.tensor.OperationWork;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The contract without bytes: computes nothing and counts calls, floating-point operations and memory. The same model and
 * iteration code runs on it, so no estimate is written a second time. Downloads read zeros, except that everything is
 * finite.
 *
 * <p>Only matrix products, convolutions and the two products of attention count as floating-point operations; the
 * backward of attention, which computes its scores again, counts 2.5 times the forward.
 */
public final class PlanBackend implements Backend {
  /** More than any network needs; no byte of it exists. */
  private static final long WORKSPACE_BYTES = 1L << 50;

  private final Workspace workspace = new Workspace(new PlanStorage(WORKSPACE_BYTES, freed -> {}));
  private final Map<String, OperationWork> work = new LinkedHashMap<>();
  private final DType activations;
  private final OperationScratch scratch;
  private Tensor nonFiniteIndex = Tensor.ABSENT;
  private long allocated;
  private long allocations;

  /** Activations in float32, operations without temporary memory: for counting work. */
  public PlanBackend() {
    this(DType.F32, OperationScratch.NONE);
  }

  /**
   * @param activations of the backend that this one counts for
   * @param scratch of its operations
   */
  public PlanBackend(DType activations, OperationScratch scratch) {
    this.activations = activations;
    this.scratch = scratch;
  }

  /** Counts for {@code backend}. */
  public static PlanBackend like(Backend backend) {
    return new PlanBackend(backend.activations(), backend.scratch());
  }

  /** What each operation did since the start or {@link #reset}, in the order of first calls. */
  public List<OperationWork> work() {
    return List.copyOf(work.values());
  }

  /** Floating-point operations since the start or {@link #reset}. */
  public long flops() {
    return work.values().stream().mapToLong(OperationWork::flops).sum();
  }

  /** Forgets calls and operations; memory stays. */
  public void reset() {
    work.clear();
  }

  /** Bytes of all open storages: parameters, gradients, moments. The workspace is not among them. */
  public long allocatedBytes() {
    return allocated;
  }

  /** Number of storages made so far. */
  public long allocations() {
    return allocations;
  }

  private void count(String operation, long flops, Tensor... operands) {
    long bytes = 0;
    for (Tensor operand : operands) {
      bytes += operand.isAbsent() ? 0 : operand.bytes();
    }
    work.merge(operation, new OperationWork(operation, 1, flops, bytes), OperationWork::plus);
  }

  /** Positions of {@code x [..., c]}. */
  private static long positions(Tensor x) {
    return x.elements() / x.size(-1);
  }

  /** Temporary memory of an operation, given back before it returns. */
  private void take(long bytes) {
    try (Workspace.Frame frame = workspace.frame()) {
      frame.take(Math.toIntExact(bytes / Workspace.ALIGNMENT), (int) (Workspace.ALIGNMENT / DType.F32.bytes()));
    }
  }

  /** As {@link OperationScratch#factor}; counts the copy of a parameter's memory at its first use. */
  private long weight(Tensor weight) {
    long bytes = scratch.factor(weight);
    if (bytes > 0 && weight.storage() instanceof PlanStorage storage && !workspace.holds(weight)) {
      storage.keepCopy(() -> allocate(storage.bytes() / 2));
      return 0;
    }
    return bytes;
  }

  @Override
  public String name() {
    return "plan";
  }

  @Override
  public DType activations() {
    return activations;
  }

  @Override
  public Storage allocate(long bytes) {
    allocated += bytes;
    allocations++;
    return new PlanStorage(bytes, freed -> allocated -= freed);
  }

  @Override
  public OperationScratch scratch() {
    return scratch;
  }

  @Override
  public Workspace workspace() {
    return workspace;
  }

  @Override
  public void upload(MemorySegment host, Tensor x) {}

  @Override
  public void download(Tensor x, MemorySegment host) {
    host.fill((byte) 0);
    long index = nonFiniteIndex.offset() - x.offset();
    if (x.storage() == nonFiniteIndex.storage() && index >= 0 && index < x.bytes()) {
      host.set(ValueLayout.JAVA_DOUBLE_UNALIGNED, index, -1);
    }
  }

  @Override
  public void synchronize() {}

  @Override
  public void close() {
    workspace.close();
  }

  @Override
  public void linear(LinearDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    count("linear", d.flops(), x, weight, bias, y);
    take(scratch.factor(x) + weight(weight));
  }

  @Override
  public void linearSlab(LinearDims d, int slab, Tensor x, Tensor weight, Tensor y) {
    count("linearSlab", d.flops() / d.slabs(), x, weight, y);
    take(scratch.factor(x) + weight(weight));
  }

  @Override
  public void linearBackwardInput(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    count("linearBackwardInput", d.flops(), dy, weight, dx);
    take(scratch.factor(dy) + weight(weight) + scratch.linearBackwardInput(d));
  }

  @Override
  public void linearBackwardInputAccumulate(LinearDims d, Tensor dy, Tensor weight, Tensor dx) {
    count("linearBackwardInputAccumulate", d.flops(), dy, weight, dx);
    take(scratch.factor(dy) + weight(weight) + scratch.linearBackwardInput(d));
  }

  @Override
  public void linearBackwardWeight(LinearDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    count("linearBackwardWeight", d.flops(), x, dy, dWeight, dBias);
    take(scratch.factor(x) + scratch.factor(dy) + scratch.linearBackwardWeight(d, !dBias.isAbsent()));
  }

  @Override
  public void convolution(ConvolutionDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    count("convolution", d.flops(), x, weight, bias, y);
    take(scratch.factor(x) + scratch.convolution(d));
  }

  @Override
  public void convolutionBackwardInput(ConvolutionDims d, Tensor dy, Tensor weight, Tensor dx) {
    count("convolutionBackwardInput", d.flops(), dy, weight, dx);
    take(scratch.factor(dy) + scratch.convolutionBackwardInput(d));
  }

  @Override
  public void convolutionBackwardWeight(ConvolutionDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    count("convolutionBackwardWeight", d.flops(), x, dy, dWeight, dBias);
    take(scratch.factor(x) + scratch.factor(dy) + scratch.convolutionBackwardWeight(d, !dBias.isAbsent()));
  }

  @Override
  public void depthwise(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor y) {
    count("depthwise", d.flops(), x, weight, bias, y);
    take(scratch.depthwise(d));
  }

  @Override
  public void depthwiseBackwardInput(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    count("depthwiseBackwardInput", d.flops(), dy, weight, dx);
    take(scratch.depthwise(d));
  }

  @Override
  public void depthwiseBackwardInputAccumulate(DepthwiseDims d, Tensor dy, Tensor weight, Tensor dx) {
    count("depthwiseBackwardInputAccumulate", d.flops(), dy, weight, dx);
    take(scratch.depthwise(d));
  }

  @Override
  public void depthwiseBackwardWeight(DepthwiseDims d, Tensor x, Tensor dy, Tensor dWeight, Tensor dBias) {
    count("depthwiseBackwardWeight", d.flops(), x, dy, dWeight, dBias);
    take(scratch.depthwiseBackwardWeight(d));
  }

  @Override
  public void depthwiseGelu(DepthwiseDims d, Tensor x, Tensor weight, Tensor bias, Tensor pre, Tensor y) {
    count("depthwiseGelu", d.flops(), x, weight, bias, pre, y);
    take(scratch.depthwise(d));
  }

  @Override
  public void gelu(Tensor pre, Tensor y) {
    count("gelu", 0, pre, y);
  }

  @Override
  public void geluBackward(Tensor pre, Tensor dy, Tensor dPre) {
    count("geluBackward", 0, pre, dy, dPre);
  }

  @Override
  public void layerNorm(Tensor x, Tensor weight, Tensor bias, double eps, Tensor y, Tensor mean, Tensor rstd) {
    count("layerNorm", 0, x, weight, bias, y, mean, rstd);
  }

  @Override
  public void layerNormBackward(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    count("layerNormBackward", 0, x, weight, mean, rstd, dy, dx, dWeight, dBias);
    take(scratch.layerNormBackward(positions(x), x.size(-1)));
  }

  @Override
  public void layerNormBackwardAccumulate(
      Tensor x, Tensor weight, Tensor mean, Tensor rstd, Tensor dy, Tensor dx, Tensor dWeight, Tensor dBias) {
    count("layerNormBackwardAccumulate", 0, x, weight, mean, rstd, dy, dx, dWeight, dBias);
    take(scratch.layerNormBackward(positions(x), x.size(-1)));
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
    count("batchNorm", 0, x, weight, bias, y, mean, rstd, runningMean, runningVar);
    take(scratch.batchNorm(positions(x), x.size(-1)));
  }

  @Override
  public void batchNormInference(
      Tensor x, Tensor weight, Tensor bias, double eps, boolean relu, Tensor runningMean, Tensor runningVar, Tensor y) {
    count("batchNormInference", 0, x, weight, bias, runningMean, runningVar, y);
    take(scratch.batchNormInference(x.size(-1)));
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
    count("batchNormBackward", 0, x, weight, bias, mean, rstd, dy, dx, dWeight, dBias);
    take(scratch.batchNormBackward(positions(x), x.size(-1)));
  }

  @Override
  public void batchNormApply(Tensor x, Tensor weight, Tensor bias, Tensor mean, Tensor rstd, boolean relu, Tensor y) {
    count("batchNormApply", 0, x, weight, bias, mean, rstd, y);
  }

  @Override
  public void attention(AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    count("attention", d.flops(), q, kv, o, logSumExp);
    take(scratch.attention(d));
  }

  @Override
  public void attentionBackward(
      AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp, Tensor dO, Tensor dq, Tensor dkv) {
    count("attentionBackward", 5 * d.flops() / 2, q, kv, o, logSumExp, dO, dq, dkv);
    take(scratch.attentionBackward(d));
  }

  @Override
  public void fill(Tensor x, float value) {
    count("fill", 0, x);
  }

  @Override
  public void copy(Tensor x, Tensor y) {
    count("copy", 0, x, y);
  }

  @Override
  public void accumulate(Tensor x, Tensor y) {
    count("accumulate", 0, x, y);
  }

  @Override
  public void residual(Tensor x, Tensor branch, Tensor factors, Tensor y) {
    count("residual", 0, x, branch, factors, y);
  }

  @Override
  public void scaleSamples(Tensor x, Tensor factors, Tensor y) {
    count("scaleSamples", 0, x, factors, y);
  }

  @Override
  public void scaleChannels(Tensor x, Tensor factors, Tensor y) {
    count("scaleChannels", 0, x, factors, y);
  }

  @Override
  public void resize(ResizeDims d, Tensor x, Tensor y) {
    count("resize", 0, x, y);
    take(scratch.resize(d));
  }

  @Override
  public void resizeBackward(ResizeDims d, Tensor dy, Tensor dx) {
    count("resizeBackward", 0, dy, dx);
    take(scratch.resize(d));
  }

  @Override
  public void resizeBackwardAccumulate(ResizeDims d, Tensor dy, Tensor dx) {
    count("resizeBackwardAccumulate", 0, dy, dx);
    take(scratch.resize(d));
  }

  @Override
  public void cutWindows(Tensor x, List<Box> windows, Tensor y) {
    count("cutWindows", 0, x, y);
  }

  @Override
  public void cutWindowsBackwardAccumulate(Tensor dy, List<Box> windows, Tensor dx) {
    count("cutWindowsBackwardAccumulate", 0, dy, dx);
  }

  @Override
  public void averageWindows(Tensor tiles, List<Box> windows, Tensor y) {
    count("averageWindows", 0, tiles, y);
  }

  @Override
  public void flip(Tensor x, boolean horizontal, Tensor y) {
    count("flip", 0, x, y);
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
    count("fuseScales", 0, context, attentionLogits, detail, attention, weightedContext, fused);
    take(scratch.fuseScales(d));
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
    count(
        "fuseScalesBackward",
        0,
        context,
        attention,
        detail,
        dFused,
        dWeightedContext,
        dContext,
        dAttentionLogits,
        dDetail);
    take(scratch.fuseScalesBackward(d));
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
    count("upsampledCrossEntropy", 0, logits, label, weight, dLogits, result);
    take(scratch.upsampledCrossEntropy(d));
  }

  @Override
  public void featureDistance(Tensor f, Tensor g, Tensor mask, double factor, Tensor df, Tensor result) {
    count("featureDistance", 0, f, g, mask, df, result);
    take(scratch.featureDistance(positions(f), f.size(-1)));
  }

  @Override
  public void featureInvariance(Tensor a, Tensor b, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    count("featureInvariance", 0, a, b, da, db, result);
    take(scratch.featureInvariance(a.elements()));
  }

  @Override
  public void featureInvarianceByClass(
      Tensor a, Tensor b, Tensor label, int classes, Norm norm, double factor, Tensor da, Tensor db, Tensor result) {
    count("featureInvarianceByClass", 0, a, b, label, da, db, result);
    take(scratch.featureInvarianceByClass(positions(a), a.size(-1)));
  }

  @Override
  public void pseudoLabel(CrossEntropyDims d, Tensor logits, float threshold, Tensor label, Tensor confident) {
    count("pseudoLabel", 0, logits, label, confident);
    take(scratch.pseudoLabel(d));
  }

  @Override
  public void pseudoWeight(Tensor confident, int ignoreTop, int ignoreBottom, Tensor validMask, Tensor weight) {
    count("pseudoWeight", 0, confident, validMask, weight);
  }

  @Override
  public void softmaxAccumulate(Tensor logits, Tensor probabilities) {
    count("softmaxAccumulate", 0, logits, probabilities);
  }

  @Override
  public void argmax(Tensor x, Tensor label) {
    count("argmax", 0, x, label);
  }

  @Override
  public void downscaleLabel(Tensor label, int factor, float minRatio, int classes, Tensor reduced) {
    count("downscaleLabel", 0, label, reduced);
  }

  @Override
  public void lookup(Tensor label, Tensor table, Tensor mask) {
    count("lookup", 0, label, table, mask);
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
    count("classMix", 0, chosen, label, source, target, pseudoLabel, pseudoWeight, mixed, mixedLabel, mixedWeight);
  }

  @Override
  public void colorJitter(Tensor image, ColorJitter jitter, float[] mean, float[] std) {
    count("colorJitter", 0, image);
    take(scratch.colorJitter());
  }

  @Override
  public void gaussianBlur(Tensor x, double sigma, Tensor y) {
    count("gaussianBlur", 0, x, y);
    take(scratch.gaussianBlur(x.size(0), x.size(1)));
  }

  @Override
  public void resizePicture(Tensor x, int height, int width, Box part, Tensor y) {
    count("resizePicture", 0, x, y);
  }

  @Override
  public void distortPicture(Tensor x, Box part, Distortion distortion, Tensor y) {
    count("distortPicture", 0, x, y);
    take(scratch.distortPicture(distortion));
  }

  @Override
  public void normalizePicture(Tensor x, Placement place, PixelScale scale, float padding, Tensor y) {
    count("normalizePicture", 0, x, y);
    take(scratch.normalizePicture(place, scale));
  }

  @Override
  public void lowFrequencies(FrequencyBlock f, Tensor x, Tensor spectrum) {
    count("lowFrequencies", 0, x, spectrum);
    take(scratch.lowFrequencies(f));
  }

  @Override
  public void fourierStylize(
      FrequencyBlock f, FrequencyBlock g, Tensor content, Tensor contentSpectrum, Tensor styleSpectrum, Box part, Tensor y) {
    count("fourierStylize", 0, content, contentSpectrum, styleSpectrum, y);
    take(scratch.fourierStylize(f, part.width()));
  }

  @Override
  public void labStatistics(Tensor x, Tensor statistics) {
    count("labStatistics", 0, x, statistics);
    take(scratch.labStatistics(x.elements() / 3));
  }

  @Override
  public void reinhardStylize(Tensor content, Tensor contentStatistics, Tensor styleStatistics, Box part, Tensor y) {
    count("reinhardStylize", 0, content, contentStatistics, styleStatistics, y);
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
    count("adamW", 0, gradients, parameters, firstMoment, secondMoment);
  }

  @Override
  public void movingAverage(double a, Tensor student, Tensor teacher) {
    count("movingAverage", 0, student, teacher);
  }

  @Override
  public void firstNonFinite(Tensor x, Tensor index) {
    count("firstNonFinite", 0, x, index);
    take(scratch.firstNonFinite(x.elements()));
    nonFiniteIndex = index;
  }
}
