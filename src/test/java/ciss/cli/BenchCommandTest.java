package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class BenchCommandTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();
  @TempDir private Path folder;

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  @Test
  void operationsAreTimedAndCompared() throws Exception {
    Path file = folder.resolve("speed.json");
    String[] bench = {"bench", "ops", "--filter", "{fill,flip}", "--seconds", "0.01", "--threads", "1"};
    assertEquals(0, run(with(bench, "--out", file.toString())));
    assertTrue(out.toString().contains("fill"), out.toString());
    assertTrue(Files.readString(file).contains("\"peaks\""));
    assertEquals(2, run(with(bench, "--out", file.toString())));
    rewriteMilliseconds(file, "1e9");
    assertEquals(0, run(with(bench, "--baseline", file.toString())));
    rewriteMilliseconds(file, "1e-9");
    assertEquals(6, run(with(bench, "--baseline", file.toString())));
    assertTrue(err.toString().contains("slower: "), err.toString());
  }

  @Test
  void operationsOfAnIterationAreTimedAtTheirSizes() {
    String[] bench = {"bench", "ops", "demo", "--filter", "{fuseScales*,adamW}", "--seconds", "0.01", "--threads", "1"};
    assertEquals(0, run(bench), err::toString);
    assertTrue(out.toString().matches("(?s).*\\d %\\s+1  adamW .*one iteration, if .*"), out.toString());
    assertTrue(out.toString().contains("fuseScalesBackward"), out.toString());
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    assertEquals(2, run("bench", "ops", "--tolerance", "much"));
    assertEquals(2, run("bench", "step", "--channels", "64,0"));
    assertTrue(err.toString().contains("--channels 0: expected a positive number"), err.toString());
    assertEquals(2, run("bench", "ops", "--baseline", folder.resolve("none.json").toString()));
  }

  /** Puts the earlier speed where no load of the machine can reach it. */
  private static void rewriteMilliseconds(Path file, String value) throws IOException {
    String text = Files.readString(file).replaceAll("\"milliseconds\" : [\\d.eE-]+", "\"milliseconds\" : " + value);
    Files.writeString(file, text);
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }
}
