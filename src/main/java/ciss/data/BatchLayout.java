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

  /** Bytes of one batch. */
  public long byteSize() {
    long sourcePixels = (long) samples * source.height() * source.width();
    long bytes = sourcePixels * (12 + 1 + (sourceStylized ? 12 : 0));
    if (target != null) {
      long targetPixels = (long) samples * target.height() * target.width();
      bytes += targetPixels * (12 + (targetStylized ? 12 : 0) + (mask ? 1 : 0));
    }
    return bytes;
  }
}
