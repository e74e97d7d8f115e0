package ciss.train;

import ciss.model.PassDraws;
import ciss.tensor.Box;
import ciss.tensor.Draws;
import ciss.tensor.Draws.Purpose;
import ciss.tensor.MixOps.ColorJitter;
import ciss.tensor.RandomStream;
import java.util.Arrays;

/** Decisions of an ordinary run: a pure function of seed and iteration. */
public record SeededDraws(Draws draws, long iteration) implements IterationDraws {
  private static final double BLUR_SIGMA_LOW = 0.15;
  private static final double BLUR_SIGMA_HIGH = 1.15;
  private static final int SAMPLES = 1 << 8;

  @Override
  public double colorJitterSwitch() {
    return draws.stream(Purpose.COLOR_JITTER_SWITCH, iteration, 0).nextDouble();
  }

  @Override
  public double blurSwitch() {
    return draws.stream(Purpose.BLUR_SWITCH, iteration, 0).nextDouble();
  }

  @Override
  public PassDraws pass(int index) {
    return new SeededPass(index);
  }

  @Override
  public int[] chosenClasses(int sample, int present, int count) {
    return Arrays.copyOf(draws.stream(Purpose.CLASS_MIX, iteration, sample).permutation(present), count);
  }

  @Override
  public ColorJitter colorJitter(int mix, int sample, double[] s) {
    RandomStream stream = draws.stream(Purpose.COLOR_JITTER, iteration, mix * SAMPLES + sample);
    double brightness = stream.uniform(1 - s[0], 1 + s[0]);
    double contrast = stream.uniform(1 - s[1], 1 + s[1]);
    double hue = stream.uniform(-s[3], s[3]);
    double saturation = stream.uniform(1 - s[2], 1 + s[2]);
    return new ColorJitter(brightness, contrast, saturation, hue, stream.permutation(4));
  }

  @Override
  public double blurSigma(int mix, int sample) {
    return draws.stream(Purpose.BLUR, iteration, mix * SAMPLES + sample).uniform(BLUR_SIGMA_LOW, BLUR_SIGMA_HIGH);
  }

  private final class SeededPass implements PassDraws {
    private final int pass;

    SeededPass(int pass) {
      this.pass = pass;
    }

    @Override
    public Box cropBox(int height, int width, int choicesY, int choicesX, int multiple) {
      RandomStream stream = draws.stream(Purpose.CROP_BOX, iteration, pass);
      int y = stream.nextInt(choicesY) * multiple;
      int x = stream.nextInt(choicesX) * multiple;
      return new Box(y, y + height, x, x + width);
    }

    @Override
    public boolean keepBranch(EncoderRun run, int block, int branch, int sample, double dropProbability) {
      int index = ((pass * 2 + run.ordinal()) * SAMPLES + block) * 2 + branch;
      RandomStream stream = draws.stream(Purpose.DROP_PATH, iteration, index * SAMPLES + sample);
      return stream.nextDouble() >= dropProbability;
    }

    @Override
    public boolean keepChannel(HeadRun run, int sample, int channel, double dropProbability) {
      int index = ((pass * 3 + run.ordinal()) * SAMPLES + sample) << 13 | channel;
      return draws.stream(Purpose.DROPOUT, iteration, index).nextDouble() >= dropProbability;
    }
  }
}
