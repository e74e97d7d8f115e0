package ciss.data;

import ciss.data.Resize.Size;

/**
 * What a batch holds.
 *
 * @param samples number of samples
 * @param source size of the source pictures and their labels
 * @param target size of the target pictures; null = none
 * @param sourceStylized whether there are stylized source pictures
 * @param targetStylized whether there are stylized target pictures
 * @param mask whether there is a validity mask of the target
 */
public record BatchLayout(
    int samples, Size source, Size target, boolean sourceStylized, boolean targetStylized, boolean mask) {

  /** Bytes of the labels of one sample. */
  long labelBytes() {
    return (long) source.height() * source.width();
  }

  /** Bytes of the mask of one sample. */
  long maskBytes() {
    return (long) target.height() * target.width();
  }
}
