package ciss.model;

/**
 * What a training pass keeps for its backward. Everything runs forward in each case, because BatchNorm statistics and
 * draws depend on it (method.md 2.11, 4).
 */
public enum Saving {
  /** All of it: any feature or class score may receive a cotangent. */
  EVERYTHING,
  /** Only the context encoder: cotangents on encoder stages only; the rest runs without storing anything. */
  CONTEXT_ENCODER,
  /** Only the first two stages of the context encoder (published invariance weights reach no further, Q14). */
  CONTEXT_STAGES_1_2,
  /** Nothing. */
  NOTHING
}
