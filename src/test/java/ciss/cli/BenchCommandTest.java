package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

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
    String[] bench = {"bench", "ops", "--filter", "{fill,linear}", "--seconds", "0.01", "--threads", "1"};
    assertEquals(0, run(with(bench, "--out", file.toString())));
    assertTrue(out.toString().contains("fill"), out.toString());
    assertTrue(Files.readString(file).contains("\"gemmPeak\""));
    assertEquals(2, run(with(bench, "--out", file.toString())));
    assertEquals(0, run(with(bench, "--baseline", file.toString(), "--tolerance", "9999%")));
    Files.writeString(file, Files.readString(file).replaceAll("\"milliseconds\" : [\\d.E-]+", "\"milliseconds\" : 1e-9"));
    assertEquals(6, run(with(bench, "--baseline", file.toString())));
    assertTrue(err.toString().contains("slower: "), err.toString());
  }

  @Test
  void wrongArgumentsAreUsageErrors() {
    assertEquals(2, run("bench", "ops", "--tolerance", "much"));
    assertEquals(2, run("bench", "ops", "--baseline", folder.resolve("none.json").toString()));
  }

  private static String[] with(String[] arguments, String... more) {
    String[] all = Arrays.copyOf(arguments, arguments.length + more.length);
    System.arraycopy(more, 0, all, arguments.length, more.length);
    return all;
  }
}
