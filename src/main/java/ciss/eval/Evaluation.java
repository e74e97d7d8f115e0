package ciss.eval;

import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.LabelMap;
import java.util.function.BooleanSupplier;

/** Predicts the pictures of a data set one by one and counts pixels by true and predicted class. */
public final class Evaluation {
  private Evaluation() {}

  /** Sees each prediction, in order. */
  @FunctionalInterface
  public interface PictureListener {
    /**
     * @param i 0-based place in the set
     * @param label the truth; null if the set has none
     */
    void predicted(int i, String name, BytePicture picture, Predictor.Prediction prediction, LabelMap label);
  }

  /** Labels one picture. */
  @FunctionalInterface
  public interface Labeller {
    Predictor.Prediction predict(BytePicture picture);
  }

  /**
   * @param pictures how many of the set, from the first
   * @param classes number of classes
   * @param stop asked before each picture; true ends early
   * @return counts over all pictures with labels; without labels all 0
   */
  public static ConfusionMatrix run(
      DataSet set, int pictures, Labeller labeller, int classes, PictureListener listener, BooleanSupplier stop) {
    ConfusionMatrix matrix = new ConfusionMatrix(classes);
    for (int i = 0; i < Math.min(pictures, set.size()) && !stop.getAsBoolean(); i++) {
      BytePicture picture = set.picture(i);
      LabelMap label = set.hasLabels() ? set.labels(i, picture) : null;
      Predictor.Prediction prediction = labeller.predict(picture);
      if (label != null) {
        matrix.add(label.ids(), prediction.label().ids());
      }
      listener.predicted(i, set.name(i), picture, prediction, label);
    }
    return matrix;
  }
}
