package ciss.train;

/** One of the networks of a training (method.md 2.1), and how a checkpoint calls it. */
public enum NetworkKind {
  /** Trained by gradients; what tests and predictions use. */
  STUDENT("student", "model."),

  /** The moving average of the student. */
  TEACHER("teacher", "ema_model."),

  /** The encoder as it came from ImageNet, for the feature distance. */
  IMAGENET("ImageNet network", "imnet_model.");

  private final String shown;
  private final String prefix;

  NetworkKind(String shown, String prefix) {
    this.shown = shown;
    this.prefix = prefix;
  }

  /** Its name for people. */
  public String shown() {
    return shown;
  }

  /** What its names start with in the file of a training. */
  public String prefix() {
    return prefix;
  }
}
