package ciss.tensor.cuda;

import ciss.model.SegmentorOptions;
import ciss.nn.MemoryLevel;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.Precision;
import ciss.tensor.RandomStream;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.train.IterationListener;
import ciss.train.IterationLosses;
import ciss.train.LearningRate;
import ciss.train.SyntheticTraining;
import ciss.train.Trainer;
import ciss.train.TrainerOptions;
import ciss.train.TrainingBatch;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.HexFormat;

/** A process of its own that trains CISS on CUDA for some iterations: other pictures, draws and rates in each. */
final class CudaReplay {
  static final int CROP = 64;
  private static final int CLASSES = 19;
  private static final long WORKSPACE = 256L << 20;
  private static final Draws DRAWS = new Draws(11);

  private CudaReplay() {}

  /**
   * Prints the {@code losses} of each iteration, {@code state <hash>} of everything that training changes; last the
   * number of {@code graphs} launched and how often the host {@code waits} for the device between a batch and its
   * losses after the first.
   *
   * @param arguments number of iterations; the precision, fp32 unless given
   */
  public static void main(String[] arguments) {
    Precision precision = arguments.length > 1 ? Precision.valueOf(arguments[1]) : Precision.FP32;
    long waits = 0;
    try (CudaBackend cuda = new CudaBackend(0, precision, WORKSPACE);
        Trainer trainer = new Trainer(cuda, options(), MemoryLevel.FUSED)) {
      for (int i = 0; i < Integer.parseInt(arguments[0]); i++) {
        long before = cuda.cuda().driver().waits();
        IterationLosses losses;
        try (Workspace.Region region = cuda.workspace().region()) {
          losses = trainer.step(batch(cuda, i), IterationListener.NONE);
        }
        waits += i == 0 ? 0 : cuda.cuda().driver().waits() - before;
        System.out.println("losses " + losses.values());
      }
      Tensor[] state = {
        trainer.student().store().values().flat(),
        trainer.teacher().store().values().flat(),
        trainer.optimizer().firstMoment().flat(),
        trainer.optimizer().secondMoment().flat()
      };
      for (Tensor each : state) {
        System.out.println("state " + HexFormat.of().toHexDigits(Arrays.hashCode(cuda.download(each))));
      }
      System.out.println("graphs " + cuda.cuda().driver().graphLaunches() + ", waits " + waits);
    }
  }

  /** The final method with a network whose detail crop is half of a small picture. */
  static TrainerOptions options() {
    TrainerOptions small = SyntheticTraining.smallSetting(16);
    SegmentorOptions model = small.model();
    SegmentorOptions.HrdaOptions hrda = model.hrda();
    return new TrainerOptions(
        new SegmentorOptions(
            model.variant(),
            model.dropPath(),
            CLASSES,
            model.head(),
            new SegmentorOptions.HrdaOptions(
                hrda.contextScale(), CROP / 2, CROP / 2, hrda.cropMultiple(), hrda.featuresOfAllScales(),
                hrda.detailSlide(), hrda.detailSlideOverlap(), hrda.blurDetail(), hrda.classwiseAttention(),
                hrda.attentionEmbedDim(), hrda.fixedAttention(), hrda.detailLossWeight(), hrda.contextLossWeight())),
        small.uda(),
        small.optimizer(),
        new LearningRate(8, 1, 0, 4, 0.1),
        1,
        3,
        small.mean(),
        small.std());
  }

  private static TrainingBatch batch(CudaBackend cuda, int i) {
    return new TrainingBatch(
        picture(cuda, i, 0), picture(cuda, i, 1), label(cuda, i), new int[] {0, 3, 7, 255}, picture(cuda, i, 2),
        picture(cuda, i, 3), Tensor.ABSENT);
  }

  static Tensor picture(CudaBackend cuda, int i, int index) {
    RandomStream random = DRAWS.stream(Draws.Purpose.SCENE, i, index);
    Tensor picture = cuda.workspace().keep(1, CROP, CROP, 3);
    float[] values = new float[Math.toIntExact(picture.elements())];
    for (int k = 0; k < values.length; k++) {
      values[k] = (float) random.uniform(-2, 2);
    }
    cuda.upload(values, picture);
    return picture;
  }

  /** Halves of two of the present classes. */
  static Tensor label(CudaBackend cuda, int i) {
    byte[] values = new byte[CROP * CROP];
    for (int k = 0; k < values.length; k++) {
      values[k] = new byte[] {0, 3, 7, -1}[(2 * k / values.length + i) % 4];
    }
    Tensor label = cuda.workspace().keep(DType.U8, Shape.of(1, CROP, CROP));
    cuda.upload(MemorySegment.ofArray(values), label);
    return label;
  }
}
