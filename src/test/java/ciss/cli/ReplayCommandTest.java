package ciss.cli;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class ReplayCommandTest {
  @TempDir private Path folder;

  private static JsonNode logged(Path run, int iteration) throws IOException {
    for (String line : Files.readAllLines(run.resolve("log.jsonl"))) {
      JsonNode entry = JsonMapper.shared().readTree(line);
      if (entry.get("type").asString().equals("train") && entry.get("iter").asInt() == iteration) {
        return entry;
      }
    }
    throw new AssertionError("iteration " + iteration + " is not in the log");
  }

  private static void assertSameLosses(Path run, int iteration, SmallWorkplace.Result result) throws IOException {
    assertEquals(0, result.code(), result.err());
    JsonNode replayed = JsonMapper.shared().readTree(result.out());
    assertEquals(iteration, replayed.get("iteration").asInt());
    JsonNode log = logged(run, iteration);
    assertTrue(replayed.get("losses").size() > 5, result.out());
    for (String name : replayed.get("losses").propertyNames()) {
      assertEquals(log.get(name).asDouble(), replayed.get("losses").get(name).asDouble(), name);
    }
    for (JsonNode norm : replayed.get("gradient_norms")) {
      assertTrue(norm.asDouble() > 0, result.out());
    }
  }

  @Test
  void anIterationIsComputedAgainFromACheckpointOrTheBeginning() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result trained = workplace.train("run");
    assertEquals(0, trained.code(), trained.err());
    Path run = workplace.run("run");
    assertSameLosses(run, 4, workplace.ciss("replay", run.toString(), "--iteration", "4", "--json"));
    Path dump = folder.resolve("dump");
    SmallWorkplace.Result second =
        workplace.ciss("replay", run.toString(), "--iteration", "2", "--json", "--dump", dump.toString(), "--threads", "2");
    assertSameLosses(run, 2, second);
    assertTrue(Files.exists(dump.resolve("000002_0.png")) && Files.exists(dump.resolve("000002_0_s.png")));
    assertEquals(2, workplace.ciss("replay", run.toString(), "--iteration", "5").code());
    assertEquals(2, workplace.ciss("replay", run.toString()).code(), "nothing failed");
  }

  @Test
  void aFailedIterationFailsAgain() throws IOException {
    SmallWorkplace workplace = SmallWorkplace.in(folder);
    SmallWorkplace.Result trained = workplace.train("run", "-o", "optimizer.lr=1e30", "-o", "schedule.warmup=none");
    assertEquals(4, trained.code(), trained.err());
    assertTrue(trained.err().contains("ciss replay " + workplace.run("run")), trained.err());
    SmallWorkplace.Result replayed = workplace.ciss("replay", workplace.run("run").toString());
    assertEquals(4, replayed.code(), replayed.err());
    assertTrue(replayed.out().contains("not finite"), replayed.out());
    assertTrue(replayed.error().startsWith("error: reproduced: iteration"), replayed.err());
  }
}
