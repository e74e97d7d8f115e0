package ciss.train;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/**
 * DACS class mix of one iteration (method.md 2.7, 2.8): half of the batch's classes, drawn per image, are pasted from
 * source to target. The masks are drawn once; jitter and blur anew for every image of every mix.
 */
final class ClassMix {
  private static final double BLUR_THRESHOLD = 0.5;

  private final Backend backend;
  private final TrainingBatch batch;
  private final Tensor pseudoLabel;
  private final Tensor pseudoWeight;
  private final UdaOptions.Mixing options;
  private final IterationDraws draws;
  private final float[] mean;
  private final float[] std;
  private final Tensor chosen;
  private final Tensor label;
  private final Tensor weight;
  private int mixes;

  /** Draws the masks; tensors live in the caller's open region. */
  ClassMix(
      Backend backend,
      TrainingBatch batch,
      Tensor pseudoLabel,
      Tensor pseudoWeight,
      UdaOptions.Mixing options,
      IterationDraws draws,
      float[] mean,
      float[] std) {
    this.backend = backend;
    this.batch = batch;
    this.pseudoLabel = pseudoLabel;
    this.pseudoWeight = pseudoWeight;
    this.options = options;
    this.draws = draws;
    this.mean = mean;
    this.std = std;
    Workspace workspace = backend.workspace();
    this.chosen = workspace.keep(DType.U8, Shape.of(batch.size(), 256));
    this.label = workspace.keep(DType.U8, batch.label().shape());
    this.weight = workspace.keep(DType.F32, batch.label().shape());
    backend.upload(MemorySegment.ofArray(chosenTable()), chosen);
  }

  private byte[] chosenTable() {
    int present = batch.presentClasses().length;
    byte[] table = new byte[batch.size() * 256];
    for (int b = 0; b < batch.size(); b++) {
      for (int place : draws.chosenClasses(b, present, (present + 1) / 2)) {
        table[b * 256 + batch.presentClasses()[place]] = 1;
      }
    }
    return table;
  }

  /** Mixed label U8 {@code [n,h,w]}, the same for all mixes; valid after the first {@link #mix}. */
  Tensor label() {
    return label;
  }

  /** Mixed pixel weight F32 {@code [n,h,w]}: 1 on source pixels. */
  Tensor weight() {
    return weight;
  }

  /** A mixed, jittered and blurred image {@code [n,h,w,3]} that lives in the caller's open region. */
  Tensor mix(View.Mix views) {
    int number = mixes++;
    Tensor mixed = backend.workspace().keep(DType.F32, batch.source().shape());
    backend.classMix(
        chosen,
        batch.label(),
        batch.source(views.source()),
        batch.target(views.target()),
        pseudoLabel,
        pseudoWeight,
        mixed,
        label,
        weight);
    boolean jitter = draws.colorJitterSwitch() > options.jitterThreshold();
    boolean blur = options.blur() && draws.blurSwitch() > BLUR_THRESHOLD;
    for (int b = 0; b < batch.size(); b++) {
      Tensor image = mixed.at(b);
      if (jitter) {
        backend.colorJitter(image, draws.colorJitter(number, b, options.strengths()), mean, std);
      }
      if (blur) {
        try (Workspace.Frame frame = backend.workspace().frame()) {
          Tensor sharp = frame.take(DType.F32, image.shape());
          backend.copy(image, sharp);
          backend.gaussianBlur(sharp, draws.blurSigma(number, b), image);
        }
      }
    }
    return mixed;
  }
}
