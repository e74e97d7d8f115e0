package ciss.eval;

import ciss.error.ResourceException;
import ciss.io.SafetensorsWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes the probabilities of all classes of a picture as a safetensors file with one tensor. */
public final class ProbabilityFile {
  /** Name of the tensor, float32 {@code [classes, height, width]}. */
  public static final String TENSOR = "probabilities";

  private ProbabilityFile() {}

  /**
   * Writes a file; missing folders are made.
   *
   * @param prediction with probabilities
   * @throws ResourceException if it cannot be written
   */
  public static void write(Path file, Predictor.Prediction prediction) {
    int height = prediction.label().height();
    int width = prediction.label().width();
    int pixels = height * width;
    float[] values = prediction.probabilities();
    int classes = values.length / pixels;
    float[] planes = new float[values.length];
    for (int p = 0; p < pixels; p++) {
      for (int c = 0; c < classes; c++) {
        planes[c * pixels + p] = values[p * classes + c];
      }
    }
    try {
      Files.createDirectories(file.toAbsolutePath().getParent());
    } catch (IOException e) {
      throw new ResourceException(file + ": cannot be written: " + e.getMessage(), e);
    }
    new SafetensorsWriter().add(TENSOR, new long[] {classes, height, width}, planes).write(file);
  }
}
