package ciss.benchmarks;

import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import ciss.train.LossLog;
import ciss.train.SyntheticTraining;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** Time of one CISS iteration: MiT-B0, crop 256, detail crop 128, batch 2, 19 classes. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Warmup(iterations = 5)
@Measurement(iterations = 20)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class IterationSpeed {
  /** Width of the heads. */
  @Param({"64", "256"})
  private int channels;

  @Param("2")
  private int threads;

  private Backend backend;
  private SyntheticTraining training;

  @Setup
  public void open() {
    backend = new CpuBackend(threads);
    training = new SyntheticTraining(backend, SyntheticTraining.smallSetting(channels), 2, 256, 256);
  }

  @Benchmark
  public LossLog run() {
    return training.run();
  }

  @TearDown
  public void close() {
    training.close();
    backend.close();
  }
}
