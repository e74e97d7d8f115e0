package ciss.model;

/**
 * What a training pass keeps for its backward. Everything runs forward in each case, because BatchNorm statistics and
 * draws depend on it (method.md 2.11, 4).
 */
public enum Saving {
  /** All of it: any feature or class score may receive a cotangent. */
  EVERYTHING(4),
  /** Only the context encoder: cotangents on encoder stages only; the rest runs without storing anything. */
  CONTEXT_ENCODER(4),
  /** Only the first two stages of the context encoder (published invariance weights reach no further, Q14). */
  CONTEXT_STAGES_1_2(2),
  /** Nothing. */
  NOTHING(0);

  private final int contextStages;

  Saving(int contextStages) {
    this.contextStages = contextStages;
  }

  /** How many stages of the context encoder are kept. */
  int contextStages() {
    return contextStages;
  }
}
