package ciss.config;

/** The segmentation loss. */
public record LossConfig(
    @Key(
            value = "cross_entropy",
            reference = "loss_decode.type CrossEntropyLoss",
            doc = "softmax cross entropy, ignore label 255")
        Type type,
    @Key(value = "1.0", reference = "loss_decode.loss_weight", doc = "weight of the loss") double weight) {

  /** The losses there are. */
  public enum Type {
    CROSS_ENTROPY
  }
}
