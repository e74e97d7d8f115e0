package ciss.benchmarks;

import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.ChainedOptionsBuilder;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/** JMH's command line; without {@code -p row=...} all timed rows of the operation case table are run. */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(arguments);
    ChainedOptionsBuilder options = new OptionsBuilder().parent(given);
    if (!given.getParameter(OperationSpeed.ROW).hasValue()) {
      String[] rows = OperationCases.measured().stream().map(OperationCase::toString).toArray(String[]::new);
      options.param(OperationSpeed.ROW, rows);
    }
    new Runner(options.build()).run();
  }
}
