package ciss.tensor;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;

/** The interfaces that make up {@link Backend}, for reports. */
public enum OperationFamily {
  LINEAR(LinearOps.class),
  CONVOLUTION(ConvolutionOps.class),
  DEPTHWISE(DepthwiseOps.class),
  ATTENTION(AttentionOps.class),
  NORM(NormOps.class),
  ELEMENTWISE(ElementwiseOps.class),
  RESAMPLE(ResampleOps.class),
  FUSION(FusionOps.class),
  LOSS(LossOps.class),
  LABEL(LabelOps.class),
  MIX(MixOps.class),
  PICTURE(PictureOps.class),
  STYLIZATION(StylizationOps.class),
  OPTIMIZER(OptimizerOps.class);

  private static final Map<String, OperationFamily> BY_OPERATION = new HashMap<>();

  static {
    for (OperationFamily family : values()) {
      Arrays.stream(family.contract.getDeclaredMethods())
          .map(Method::getName)
          .forEach(operation -> BY_OPERATION.put(operation, family));
    }
  }

  private final Class<?> contract;

  OperationFamily(Class<?> contract) {
    this.contract = contract;
  }

  /** True for the name of a method of one of the families. */
  public static boolean isOperation(String name) {
    return BY_OPERATION.containsKey(name);
  }

  /**
   * The family of an operation.
   *
   * @param operation method name in {@link Backend}
   */
  public static OperationFamily of(String operation) {
    OperationFamily family = BY_OPERATION.get(operation);
    if (family == null) {
      throw new IllegalArgumentException(operation + " is no operation of the contract");
    }
    return family;
  }
}
