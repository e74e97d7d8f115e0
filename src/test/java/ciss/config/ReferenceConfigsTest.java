package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Configurations against what the authors' generator and files resolve to, in {@code experiments_reference.json.gz}: 69
 * runs and 3 files written by hand, 168 keys each, and the parts they are made of.
 */
class ReferenceConfigsTest {
  private static final int KEYS = 168;
  private static final JsonMapper JSON = new JsonMapper();
  private static final JsonNode REFERENCE = read();

  private static JsonNode read() {
    try (InputStream in =
        new GZIPInputStream(ReferenceConfigsTest.class.getResourceAsStream("/config/experiments_reference.json.gz"))) {
      return JSON.readTree(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static List<Arguments> runs() {
    List<Arguments> runs = new ArrayList<>();
    REFERENCE.get("runs").forEach(run -> runs.add(Arguments.of(run.get("name").asString(), run)));
    return runs;
  }

  private static ResolvedConfig experiment(int id, int index) {
    return Configurations.loader(Path.of(""), Map.of()).loadRun(id, index, List.of());
  }

  /** Every key but the excepted ones has the expected value, and there are no others. */
  private static void assertSame(JsonNode expected, ResolvedConfig resolved, Set<String> except) {
    JsonNode flat = JSON.readTree(JSON.writeValueAsString(resolved.toFlat()));
    assertEquals(KEYS, expected.size());
    assertEquals(Set.copyOf(expected.propertyNames()), Set.copyOf(flat.propertyNames()));
    for (String path : expected.propertyNames()) {
      assertTrue(
          except.contains(path) || expected.get(path).equals(ReferenceConfigsTest::compareNumbers, flat.get(path)),
          () -> path + ": expected " + expected.get(path) + ", found " + flat.get(path));
    }
  }

  /** In JSON 1 and 1.0 are the same number. */
  private static int compareNumbers(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    return a.equals(b) ? 0 : 1;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("runs")
  void everyRunOfThePaperEqualsTheReferenceInEveryKey(String name, JsonNode run) {
    ResolvedConfig resolved = experiment(run.get("id").asInt(), run.get("index").asInt());
    assertSame(run.get("config"), resolved, Set.of());
    assertEquals(name, resolved.config().name());
    assertEquals(List.of(), resolved.warnings());
  }

  @Test
  void noRunIsMissingAndNoneIsTooMuch() {
    assertEquals(69, REFERENCE.get("runs").size());
    List<Experiments.Run> expected = new ArrayList<>();
    REFERENCE.get("runs").forEach(run -> expected.add(new Experiments.Run(
        run.get("id").asInt(),
        run.get("index").asInt(),
        run.get("name").asString(),
        run.get("paper").asString(),
        run.get("purpose").asString())));
    assertEquals(expected, Experiments.all());
  }

  /** The reference's own three files save only at the end; ours as often as the experiments do. */
  @ParameterizedTest
  @MethodSource
  void theFilesWrittenByHandEqualTheReference(String ours, int index, Set<String> except) {
    assertSame(REFERENCE.get("hand_written").get(index).get("config"), Configurations.named(ours), except);
  }

  static List<Arguments> theFilesWrittenByHandEqualTheReference() {
    return List.of(
        Arguments.of("ciss/cityscapes_to_acdc", 0, Set.of("checkpoint.interval")),
        Arguments.of("hrda/gta_to_cityscapes", 1, Set.of("checkpoint.interval", "train.seed")),
        Arguments.of("daformer/gta_to_cityscapes", 2, Set.of("checkpoint.interval")));
  }

  @Test
  void shortFilesEqualTheExperimentsTheyName() {
    assertEquals(experiment(1, 0).toFlat(), Configurations.named("cityscapes_to_acdc").toFlat());
    assertEquals(experiment(135, 0).toFlat(), Configurations.named("cityscapes_to_dark_zurich").toFlat());
    assertEquals(experiment(141, 0).toFlat(), Configurations.named("cityscapes_to_acdc_ref").toFlat());
    assertEquals(experiment(50, 0).toFlat(), Configurations.named("hrda/cityscapes_to_acdc").toFlat());
  }

  /** Other files, against the parts that the reference would put together; workers do not change a result of ours. */
  @ParameterizedTest
  @MethodSource
  void otherFilesAreMadeOfThePartsOfTheReference(String ours, String part, String name, Set<String> except) {
    JsonNode flat = JSON.readTree(JSON.writeValueAsString(Configurations.named(ours).toFlat()));
    JsonNode expected = REFERENCE.get("bases").get(part).get(name);
    for (String path : expected.propertyNames()) {
      assertTrue(
          except.contains(path) || expected.get(path).equals(ReferenceConfigsTest::compareNumbers, flat.get(path)),
          () -> path + ": expected " + expected.get(path) + ", found " + flat.get(path));
    }
  }

  static List<Arguments> otherFilesAreMadeOfThePartsOfTheReference() {
    Set<String> sampling =
        Set.of(
            "data.workers",
            "data.rare_class_sampling.enabled",
            "data.rare_class_sampling.temperature",
            "data.rare_class_sampling.min_pixels",
            "data.rare_class_sampling.min_crop_ratio",
            "data.rare_class_sampling.max_tries");
    return List.of(
        Arguments.of("hrda/synthia_to_cityscapes", "datasets", "uda_synthiaHR_to_cityscapesHR_1024x1024", sampling),
        Arguments.of("daformer/synthia_to_cityscapes", "datasets", "uda_synthia_to_cityscapes_512x512", sampling),
        Arguments.of("daformer/cityscapes_to_acdc", "datasets", "uda_cityscapes_to_acdc_512x512", sampling),
        Arguments.of("daformer/cityscapes_to_dark_zurich", "datasets", "uda_cityscapes_to_darkzurich_512x512", sampling),
        Arguments.of("daformer/cityscapes_to_acdc", "uda", "dacs_a999_fdthings", Set.of()),
        Arguments.of("daformer/cityscapes_to_acdc", "models", "daformer_sepaspp_mitb5", Set.of()),
        Arguments.of("target_only/cityscapes", "datasets", "cityscapesHR_1024x1024", Set.of("data.workers")),
        Arguments.of("source_only/gta_to_cityscapes", "datasets", "gta_to_cityscapes_512x512", Set.of("data.workers")),
        Arguments.of("segformer/cityscapes", "datasets", "cityscapes_512x512", Set.of("data.workers")),
        Arguments.of("segformer/cityscapes", "models", "segformer_b5", Set.of()),
        Arguments.of("segformer/gta_to_cityscapes", "models", "segformer_b5", Set.of()),
        Arguments.of("segformer/gta_to_cityscapes", "datasets", "uda_gta_to_cityscapes_512x512", sampling));
  }

  @Test
  void rootsOfTheEnvironmentWinForEveryDataSetOfARun() {
    Map<String, String> variables = Map.of("DIR_SOURCE_DATASET", "/scratch/cs", "DIR_TARGET_DATASET", "/scratch/dz");
    DataConfig data = Configurations.loader(Path.of(""), variables).loadRun(135, 2, List.of()).config().data();
    assertEquals(Path.of("/scratch/cs"), data.source().root());
    for (Path root : List.of(data.target().root(), data.val().root(), data.test().root())) {
      assertEquals(Path.of("/scratch/dz"), root);
    }
    DataConfig chosen =
        Configurations.loader(Path.of(""), variables).loadRun(135, 2, List.of("data.target.root=/other")).config().data();
    assertEquals(Path.of("/other"), chosen.target().root());
  }
}
