package ciss.benchmarks;

import ciss.tensor.Backend;
import ciss.tensor.cases.OperationBenchmark;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cpu.CpuBackend;
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

/** Time of one row of the operation case table. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 3, time = 1)
@Fork(value = 1, jvmArgsAppend = "--enable-native-access=ALL-UNNAMED")
public class OperationSpeed {
  static final String ROW = "row";

  /** {@link Main} puts the rows in. */
  @Param("")
  private String row;

  @Param("2")
  private int threads;

  private Backend backend;
  private OperationBenchmark benchmark;

  @Setup
  public void open() {
    OperationCase chosen =
        OperationCases.measured().stream().filter(each -> each.toString().equals(row)).findFirst().orElseThrow();
    backend = new CpuBackend(threads);
    benchmark = new OperationBenchmark(chosen, backend);
  }

  @Benchmark
  public void run() {
    benchmark.run();
  }

  @TearDown
  public void close() {
    benchmark.close();
    backend.close();
  }
}
