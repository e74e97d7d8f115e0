package ciss.tensor.reference;

/** Class mix (method.md 2.7): source where the label is chosen, target elsewhere. */
final class ClassMixReference {
  private ClassMixReference() {}

  /** True where the label of image b is one of its chosen classes. */
  static boolean[] mask(int[] chosen, int[] label) {
    int pixels = label.length / (chosen.length / 256);
    boolean[] mask = new boolean[label.length];
    for (int i = 0; i < mask.length; i++) {
      mask[i] = chosen[i / pixels * 256 + label[i]] != 0;
    }
    return mask;
  }

  /** Per pixel {@code source} or {@code target}, both with as many channels. */
  static double[] mix(boolean[] mask, double[] source, double[] target) {
    int channels = source.length / mask.length;
    double[] mixed = new double[source.length];
    for (int i = 0; i < mixed.length; i++) {
      mixed[i] = mask[i / channels] ? source[i] : target[i];
    }
    return mixed;
  }
}
