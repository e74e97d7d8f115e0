package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DemoCommandTest {
  @TempDir Path folder;
  private final StringWriter err = new StringWriter();

  private int demo(String... arguments) {
    return Main.run(new PrintWriter(new StringWriter()), new PrintWriter(err), arguments);
  }

  @Test
  void anOlderDemoIsNotReplacedUnasked() throws Exception {
    Files.createDirectories(folder.resolve("source_only"));
    assertEquals(2, demo("demo", "--out", folder.toString()));
    assertTrue(err.toString().contains("--yes"), err.toString());
  }

  @Test
  void lessThanThreeMinutesAreRefused() {
    assertEquals(2, demo("demo", "--minutes", "2"));
  }
}
