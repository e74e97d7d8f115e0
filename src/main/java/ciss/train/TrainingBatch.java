package ciss.train;

import ciss.tensor.Tensor;

/**
 * The tensors of one iteration. Images are normalised RGB {@code [n,h,w,3]} F32, labels and masks U8 {@code [n,h,w]};
 * what a method does not look at is {@link Tensor#ABSENT}.
 *
 * @param presentClasses the distinct values of {@code label}, ascending, 255 included (known to the host, which drew the
 *     batch)
 * @param validMask factor of the pseudo-label weights
 */
public record TrainingBatch(
    Tensor source,
    Tensor sourceStylized,
    Tensor label,
    int[] presentClasses,
    Tensor target,
    Tensor targetStylized,
    Tensor validMask) {

  /** A batch for supervised training. */
  public static TrainingBatch supervised(Tensor image, Tensor label, int[] presentClasses) {
    return new TrainingBatch(image, Tensor.ABSENT, label, presentClasses, Tensor.ABSENT, Tensor.ABSENT, Tensor.ABSENT);
  }

  Tensor source(View view) {
    return view == View.ORIGINAL ? source : sourceStylized;
  }

  Tensor target(View view) {
    return view == View.ORIGINAL ? target : targetStylized;
  }

  int size() {
    return source.size(0);
  }

  int height() {
    return source.size(1);
  }

  int width() {
    return source.size(2);
  }
}
