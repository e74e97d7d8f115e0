package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.CheckpointException;
import ciss.error.ConfigException;
import ciss.error.DataException;
import ciss.error.NumericsException;
import ciss.error.ResourceException;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class MainTest {
  private final StringWriter out = new StringWriter();
  private final StringWriter err = new StringWriter();

  private int run(String... arguments) {
    return Main.run(new PrintWriter(out), new PrintWriter(err), arguments);
  }

  private int report(Throwable failure) {
    return Errors.report(failure, new PrintWriter(err), false);
  }

  @Test
  void withoutCommandTheMostCommonJobsArePrinted() {
    assertEquals(0, run());
    assertTrue(out.toString().contains("ciss demo"));
    assertEquals("", err.toString());
  }

  @Test
  void mistypedCommandGetsASuggestionAndExitCode2() {
    assertEquals(2, run("doctr"));
    assertTrue(err.toString().startsWith("error: unknown command 'doctr'"), err.toString());
    assertTrue(err.toString().contains("did you mean 'doctor'"), err.toString());
    assertEquals("", out.toString());
  }

  @Test
  void mistypedOptionGetsASuggestionAndExitCode2() {
    assertEquals(2, run("doctor", "--theads", "2"));
    assertTrue(err.toString().contains("did you mean '--threads'"), err.toString());
  }

  @Test
  void wrongTypeOfAnOptionIsExitCode2() {
    assertEquals(2, run("--threads", "many", "doctor"));
    assertTrue(err.toString().contains("'--threads': 'many' is not an int"), err.toString());
  }

  @Test
  void helpOfEveryCommandExitsWith0AndFitsTheTerminal() {
    for (String command : Main.commandNames()) {
      assertEquals(0, run("help", command), command);
      assertEquals(0, run(command, "--help"), command);
    }
    assertEquals(0, run("--help"));
    assertTrue(out.toString().lines().allMatch(line -> line.length() <= 80));
    assertEquals("", err.toString());
  }

  /** Asks bash itself what it would offer. */
  @Test
  void completionOffersCommandsAndOptions() throws Exception {
    assertEquals(0, run("completion", "bash"));
    assertEquals("train", offered("ciss", "tra"));
    assertTrue(offered("ciss", "train", "--resu").contains("--resume-if-any"));
    assertTrue(offered("ciss", "config", "di").contains("diff"));
    assertEquals(2, run("completion", "fish"));
    assertTrue(err.toString().contains("fish"), err.toString());
  }

  private String offered(String... words) throws IOException {
    String script = out + "\nCOMP_WORDS=(" + String.join(" ", words) + ")\nCOMP_CWORD=" + (words.length - 1)
        + "\n_complete_ciss\necho ${COMPREPLY[@]}\n";
    Process bash = new ProcessBuilder("bash").redirectError(ProcessBuilder.Redirect.DISCARD).start();
    try (var in = bash.outputWriter()) {
      in.write(script);
    }
    return new String(bash.getInputStream().readAllBytes()).strip();
  }

  @Test
  void eachKindOfFailureHasItsExitCode() {
    assertEquals(2, report(new ConfigException("a.yaml:1: unknown key")));
    assertEquals(3, report(new DataException("a.png: missing")));
    assertEquals(3, report(new CheckpointException("a.safetensors: wrong shape")));
    assertEquals(4, report(new NumericsException("loss is not finite")));
    assertEquals(5, report(new ResourceException("no memory")));
    assertEquals(3, report(new NoSuchFileException("b.png")));
    assertEquals(5, report(new UncheckedIOException(new IOException("No space left on device"))));
    assertFalse(err.toString().contains("\tat "), "no stack trace for a user's mistake");
  }

  @Test
  void failureInAnInitializerIsReportedByItsCause() {
    assertEquals(5, report(new ExceptionInInitializerError(new ResourceException("no memory"))));
    assertTrue(err.toString().startsWith("error: no memory"), err.toString());
  }

  @Test
  void ourMistakeHasExitCode1AndAStackTrace() {
    assertEquals(1, report(new IllegalStateException("impossible")));
    assertTrue(err.toString().contains("\tat ciss.cli.MainTest"));
    assertTrue(err.toString().contains("please report it"));
  }

  @Test
  void globalOptionsAreTakenBeforeAndAfterTheCommand() {
    GlobalOptions global = Main.parse("-o", "a=1", "--threads=3", "doctor", "--set=b=[1,2]", "-oc=2", "--json", "-v", "-v");
    assertEquals(List.of("a=1", "b=[1,2]", "c=2"), global.overrides());
    assertEquals(3, global.threads());
    assertTrue(global.json());
    assertEquals(2, global.verbosity());
  }

  @Test
  void doctorFindsThisMachineReadyAndPrintsJsonThatParses() {
    assertEquals(0, run("doctor", "--json"), out::toString);
    JsonNode findings = JsonMapper.shared().readTree(out.toString());
    assertEquals("java", findings.get(0).get("subject").asString());
  }

  @Test
  void doctorFailsWith6WherePretrainedWeightsAreDemanded() {
    assertEquals(6, run("doctor", "--weights"));
    assertTrue(out.toString().lines().anyMatch(line -> line.matches("FAIL +weights +pretrained/mit_b5.pth is missing.*")),
        out.toString());
  }

  @Test
  void doctorFailsWith6WhereAGpuIsDemanded() {
    assertEquals(6, run("doctor", "--gpu"));
    assertTrue(out.toString().contains("FAIL  cuda"), out.toString());
  }
}
