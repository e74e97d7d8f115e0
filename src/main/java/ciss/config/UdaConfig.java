package ciss.config;

/**
 * The adaptation. With {@code none} (supervised training on the source set) everything but {@code method} and the two
 * debug keys is null; with {@code dacs}, {@code source}, {@code target} and {@code invariance} are.
 */
public record UdaConfig(
    @Key(
            value = "ciss",
            reference = "uda.type DACSCISS / DACS / MinEnt / AdvSeg",
            doc = "none = supervised training on the source set",
            unavailable = {"min_entropy", "adversarial"})
        Method method,
    @Key(
            value = "0.999",
            reference = "uda.alpha",
            doc = "upper bound of the moving-average factor")
        Double teacherMomentum,
    @Key(value = "class", reference = "uda.mix", doc = "what is pasted from source to target: half of the classes")
        Mix mix,
    @Key(value = "true", reference = "uda.blur", doc = "blur mixed pictures at random") Boolean mixBlur,
    @Key ColorJitterConfig mixColorJitter,
    @Key PseudoLabelConfig pseudoLabel,
    @Key FeatureDistanceConfig featureDistance,
    @Key SourceLossConfig source,
    @Key TargetLossConfig target,
    @Key InvarianceConfig invariance,
    @Key(value = "null", reference = "uda.lambda_ent.main", doc = "min_entropy only") Double entropyWeight,
    @Key(value = "null", reference = "uda.lambda_ent.aux", doc = "min_entropy only") Double entropyWeightAux,
    @Key DiscriminatorConfig discriminator,
    @Key(
            value = "1000",
            nullable = true,
            reference = "uda.debug_img_interval",
            doc = "iterations between debug pictures; null = never")
        Integer debugImagesInterval,
    @Key(value = "false", reference = "uda.print_grad_magnitude", doc = "log the gradient norm of each loss")
        Boolean logGradientNorms) {

  /** The methods there are. */
  public enum Method {
    CISS,
    DACS,
    NONE
  }

  /** The mixes there are. */
  public enum Mix {
    CLASS
  }
}
