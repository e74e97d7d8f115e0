package ciss.tensor.cpu;

import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.AttentionScratch;

/** Where the rows and keys of each head of each image lie. Heads are counted over all images; results are in bytes. */
record HeadLayout(AttentionDims d) {
  /** Heads of all images. */
  int heads() {
    return d.n() * d.heads();
  }

  /** The keys of one head, cut as they are packed. */
  Ranges blocks() {
    return new Ranges(d.keys(), AttentionScratch.PANEL);
  }

  /** From the start of a query, output or gradient of these to a row of a head. */
  long rows(int head, long row) {
    return 4 * ((head / d.heads() * (long) d.tokens() + row) * d.channels() + column(head));
  }

  /** From the start of logSumExp to a row of a head. */
  long logSumExp(int head, long row) {
    return 4 * ((long) head * d.tokens() + row);
  }

  /** From the start of kv to a block of keys of a head. */
  long keys(int head, int block) {
    return 4 * ((head / d.heads() * (long) d.keys() + blocks().begin(block)) * keyStride() + column(head));
  }

  /** From the start of kv to a block of values of a head. */
  long values(int head, int block) {
    return keys(head, block) + 4L * d.channels();
  }

  private long column(int head) {
    return (long) head % d.heads() * d.headDim();
  }

  /** Floats from one key to the next. */
  long keyStride() {
    return 2L * d.channels();
  }

  /** From the start of packed keys or values to a block of a head. */
  long packed(int head, int block) {
    return 4 * ((long) head * blocks().count() + block) * AttentionScratch.blockFloats(d);
  }

  /** A partial sum of the gradients of keys and values of one head. */
  long partialBytes() {
    return 2 * packed(1, 0);
  }

  float scale() {
    return (float) (1 / Math.sqrt(d.headDim()));
  }

  /** {@link #scale} for powers of two in place of e. */
  float powerScale() {
    return (float) (1 / (Math.sqrt(d.headDim()) * Math.log(2)));
  }
}
