package ciss.data;

import ciss.error.DataException;
import ciss.tensor.Draws;
import java.lang.foreign.MemorySegment;

/**
 * The samples of a training run: which pictures, and their way through the pipeline. Every sample has its own stream of
 * random numbers, so samples can be made in any order, by any number of threads, from any iteration on.
 */
public final class TrainingSamples implements SampleSource {
  private final DataSet source;
  private final DataSet target;
  private final PairPipeline pipeline;
  private final RareClassSampling sampling;
  private final Draws draws;
  private final int batchSize;

  /**
   * @param target null = supervised training
   * @param sampling null = all pairs (without a target: all pictures) once per epoch in random order
   * @throws DataException if there are fewer pictures than a batch takes
   */
  public TrainingSamples(
      DataSet source,
      DataSet target,
      PairPipeline pipeline,
      RareClassSampling sampling,
      Draws draws,
      int batchSize) {
    this.source = source;
    this.target = target;
    this.pipeline = pipeline;
    this.sampling = sampling;
    this.draws = draws;
    this.batchSize = batchSize;
    if (pairs() < batchSize) {
      throw new DataException(
          source.spec().images() + ": " + pairs() + " pictures are too few for a batch of " + batchSize + ".");
    }
  }

  /** How pictures become samples. */
  public PairOptions options() {
    return pipeline.options();
  }

  private long pairs() {
    return (long) source.size() * (target == null ? 1 : target.size());
  }

  @Override
  public BatchLayout layout() {
    PairOptions o = pipeline.options();
    boolean stylized = o.stylization() != null;
    return new BatchLayout(
        batchSize,
        o.sourceSize(),
        target == null ? null : o.targetSize(),
        stylized && o.stylizeSource(),
        stylized && o.stylizeTarget(),
        target != null && o.margins() != null);
  }

  @Override
  public Batch.Sample fill(long iteration, int slot, MemorySegment label, MemorySegment mask) {
    SampleDraws stream = SampleDraws.from(draws.stream(Draws.Purpose.SAMPLE, iteration, slot));
    int rareClass = -1;
    int s;
    int t;
    if (sampling != null) {
      RareClassSampling.Choice choice = sampling.draw(stream);
      rareClass = choice.rareClass();
      s = choice.picture();
      t = target == null ? -1 : stream.nextInt(target.size());
    } else {
      long pair = shuffled(iteration, slot);
      s = (int) (pair / (pairs() / source.size()));
      t = target == null ? -1 : (int) (pair % target.size());
    }
    PairPipeline.Prepared pair = load(s, t);
    PairPipeline.Plan[] plan = new PairPipeline.Plan[1];
    int c = rareClass;
    int runs = 1;
    if (sampling == null) {
      plan[0] = pipeline.plan(pair, stream);
    } else {
      runs = sampling.runUntilEnough(run -> {
        plan[0] = pipeline.plan(pair, stream);
        return pair.source().maps().histogram(plan[0].source().crop())[c];
      });
    }
    pipeline.writeMaps(pair, plan[0], label, mask);
    SampleInfo info = new SampleInfo(source.name(s), t < 0 ? null : target.name(t), rareClass, runs, plan[0]);
    return new Batch.Sample(info, pair);
  }

  private PairPipeline.Prepared load(int s, int t) {
    BytePicture sourcePicture = source.picture(s);
    LabelMap labels = source.labels(s, sourcePicture);
    return pipeline.prepare(sourcePicture, labels, t < 0 ? null : target.picture(t));
  }

  /** Each epoch goes through all pairs in a new order; what does not fill a batch at its end is dropped. */
  private long shuffled(long iteration, int slot) {
    long batches = pairs() / batchSize;
    return new Shuffle(pairs(), draws, iteration / batches).at(iteration % batches * batchSize + slot);
  }
}
