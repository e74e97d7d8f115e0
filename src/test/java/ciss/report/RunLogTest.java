package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class RunLogTest {
  @TempDir Path folder;

  @Test
  void everyLineIsAnObjectWithItsType() throws IOException {
    RunLog log = new RunLog(folder);
    log.start("demo", 100, Map.of("seed", 3));
    log.train(50, Map.of("lr", 6e-5, "src_orig.decode.loss_seg", Double.NaN));
    log.evaluation(ClassScores.of("acdc", "val", 100, 0.5, Map.of("road", 0.9, "train", Double.NaN)));
    log.event("end", 100, Map.of());
    List<String> types =
        Files.readAllLines(folder.resolve("log.jsonl")).stream()
            .map(line -> JsonMapper.shared().readTree(line).path("type").asString())
            .toList();
    assertEquals(List.of("start", "train", "eval", "event"), types);
  }

  @Test
  void numbersThatAreNotFiniteAreNull() throws IOException {
    new RunLog(folder).train(1, Map.of("loss", Double.POSITIVE_INFINITY));
    JsonNode line = JsonMapper.shared().readTree(Files.readString(folder.resolve("log.jsonl")));
    assertTrue(line.path("loss").isNull());
  }

  @Test
  void aLineCutOffByACrashIsDroppedWhenTheLogIsOpenedAgain() throws IOException {
    Path file = folder.resolve("log.jsonl");
    new RunLog(folder).train(1, Map.of("loss", 2.0));
    Files.writeString(file, "{\"type\":\"tra", StandardOpenOption.APPEND);
    new RunLog(folder).train(2, Map.of("loss", 1.0));
    assertEquals(2, Files.readAllLines(file).size());
    assertEquals(2, RunHistory.read(file, "x").train().size());
  }

  @Test
  void afterAResumeTheLaterLineOfAnIterationCounts() {
    RunLog log = new RunLog(folder);
    log.start("run", 10, Map.of());
    log.train(5, Map.of("loss", 3.0));
    log.event("resume", 4, Map.of());
    log.train(5, Map.of("loss", 2.0));
    RunHistory history = RunHistory.read(folder.resolve("log.jsonl"), "x");
    assertEquals(Map.of("loss", 2.0), history.train().get(5));
    assertEquals("run", history.name());
    assertEquals(10, history.iterations());
  }

  @Test
  void theReferencesLogIsReadToo() throws IOException {
    Path file = folder.resolve("20221122.log.json");
    Files.writeString(
        file,
        """
        {"env_info": "x", "seed": 0}
        {"mode": "train", "epoch": 1, "iter": 50, "lr": 0.0, "decode.loss_seg": 2.5}
        {"mode": "val", "epoch": 1, "iter": 4000, "mIoU": 0.48, "IoU.road": 0.9}
        """);
    RunHistory history = RunHistory.read(file, "theirs");
    assertEquals(2.5, history.train().get(50).get("decode.loss_seg"));
    assertEquals(0.9, history.evaluations().getFirst().iou().get("road"));
  }

  @Test
  void textLinesCarryTheTime() throws IOException {
    new RunLog(folder).text("wrote x");
    assertTrue(Files.readString(folder.resolve("log.txt"))
        .matches("\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d  wrote x\n"));
  }
}
