package ciss.benchmarks;

import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import java.util.Collection;
import java.util.List;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.CommandLineOptionException;
import org.openjdk.jmh.runner.options.CommandLineOptions;
import org.openjdk.jmh.runner.options.OptionsBuilder;

/**
 * JMH's command line; {@code -p row=linear,fill} runs the timed rows of the operation case table that begin with these
 * words, without it all of them.
 */
public final class Main {
  private Main() {}

  public static void main(String[] arguments) throws CommandLineOptionException, RunnerException {
    CommandLineOptions given = new CommandLineOptions(arguments);
    Collection<String> beginnings = given.getParameter(OperationSpeed.ROW).orElse(List.of(""));
    String[] rows =
        OperationCases.measured().stream()
            .map(OperationCase::toString)
            .filter(row -> beginnings.stream().anyMatch(row::startsWith))
            .toArray(String[]::new);
    new Runner(new OptionsBuilder().parent(given).param(OperationSpeed.ROW, rows).build()).run();
  }
}
