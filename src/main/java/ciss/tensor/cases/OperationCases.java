package ciss.tensor.cases;

import java.util.List;
import java.util.stream.Stream;

/** The operation case table: every operation of {@link ciss.tensor.Backend} at awkward and at real sizes. */
public final class OperationCases {
  private static final long LARGEST_IN_BF16 = 192 << 10;

  private OperationCases() {}

  public static List<OperationCase> all() {
    return Stream.of(
            LinearCases.all(),
            ConvolutionCases.all(),
            DepthwiseCases.all(),
            NormCases.all(),
            AttentionCases.all(),
            ElementwiseCases.all(),
            ResampleCases.all(),
            FusionCases.all(),
            LossCases.all(),
            LabelCases.all(),
            MixCases.all(),
            PictureCases.all(),
            StylizationCases.all(),
            OptimizerCases.all())
        .flatMap(List::stream)
        .toList();
  }

  /** The rows with awkward sizes, small enough for the references. */
  public static List<OperationCase> tested() {
    return all().stream().filter(row -> !row.isMeasured()).toList();
  }

  /**
   * The rows with awkward sizes in the ways that their activations can be bf16: the smaller ones, as kernels for bf16 and for
   * float32 have grids, parts and sums in common.
   */
  public static List<OperationCase> testedInBf16() {
    return tested().stream()
        .filter(row -> row.operands().stream().mapToLong(Operand::bytes).sum() <= LARGEST_IN_BF16)
        .flatMap(row -> row.inBf16().stream())
        .toList();
  }

  /**
   * The rows with sizes of a training iteration (MiT-B0, crop 256, detail crop 128, batch 2; the widest maps are those of
   * the teacher's nine detail windows).
   */
  public static List<OperationCase> measured() {
    return all().stream().filter(OperationCase::isMeasured).toList();
  }
}
