package ciss.model;

import ciss.tensor.Box;

/**
 * Random decisions of one training pass: taken from {@link ciss.tensor.Draws} in training, recorded in reference cases.
 * Answers do not depend on the order of the questions.
 */
public interface PassDraws {
  /** Which run of the encoder inside a pass: the context image (or the only one), then the detail crop. */
  enum EncoderRun {
    CONTEXT,
    DETAIL
  }

  /** Which run of a head: the only one of a single-scale model or the one on the context, the detail, the attention. */
  enum HeadRun {
    CONTEXT,
    DETAIL,
    ATTENTION
  }

  /**
   * The detail crop of the whole batch; asked only if the crop is smaller than the image.
   *
   * @param height of the crop, in pixels; {@code width} likewise
   * @param choicesY number of possible rows {@code i * multiple}, i in [0,choicesY)
   */
  Box cropBox(int height, int width, int choicesY, int choicesX, int multiple);

  /** Stochastic depth: is branch (0 attention, 1 MLP) of this block kept for this sample? */
  boolean keepBranch(EncoderRun run, int block, int branch, int sample, double dropProbability);

  /** Dropout2d: is this channel kept for this sample? */
  boolean keepChannel(HeadRun run, int sample, int channel, double dropProbability);
}
