package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ObjectNode;

class BuiltInConfigTest {
  private static final JsonMapper JSON = new JsonMapper();

  static Iterable<String> names() {
    return new ConfigFinder(new Environment(name -> null, Path.of(""))).builtInNames();
  }

  static List<Experiments.Run> experiments() {
    return Experiments.all();
  }

  private static JsonNode resource(String name) throws IOException {
    try (InputStream in = BuiltInConfigTest.class.getResourceAsStream(name)) {
      return JSON.readTree(in);
    }
  }

  private static void assertFlatEquals(JsonNode expected, ResolvedConfig resolved) {
    JsonNode flat = JSON.readTree(JSON.writeValueAsString(resolved.toFlat()));
    for (String path : expected.propertyNames()) {
      assertTrue(
          expected.get(path).equals(BuiltInConfigTest::compareNumbers, flat.get(path)),
          () -> path + ": expected " + expected.get(path) + ", found " + flat.get(path));
    }
    assertEquals(expected.size(), flat.size());
  }

  /** In JSON 1 and 1.0 are the same number. */
  private static int compareNumbers(JsonNode a, JsonNode b) {
    if (a.isNumber() && b.isNumber()) {
      return Double.compare(a.doubleValue(), b.doubleValue());
    }
    return a.equals(b) ? 0 : 1;
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyBuiltInConfigurationResolvesWithoutWarning(String name) {
    assertEquals(List.of(), Configurations.named(name).warnings());
  }

  @ParameterizedTest
  @MethodSource("names")
  void writtenYamlResolvesToTheSameConfiguration(String name, @TempDir Path folder) throws IOException {
    ResolvedConfig resolved = Configurations.named(name);
    Path file = Files.writeString(folder.resolve("config.yaml"), resolved.toYaml());
    ResolvedConfig again = ConfigLoader.parse(file);
    assertEquals(resolved.config(), again.config());
    assertEquals(List.of(), again.warnings());
  }

  @Test
  void theFinalConfigurationIsTheFirstRunOfExperiment1() throws IOException {
    assertFlatEquals(resource("/config/experiment_1_0.json"), Configurations.named("cityscapes_to_acdc"));
  }

  @ParameterizedTest
  @MethodSource("experiments")
  void everyRunOfThePaperResolvesToItself(Experiments.Run run) throws IOException {
    JsonNode document = resource("experiments.json");
    ObjectNode expected = (ObjectNode) document.get("common");
    for (JsonNode stored : document.get("runs")) {
      if (stored.get("name").asString().equals(run.name())) {
        expected.setAll((ObjectNode) stored.get("config"));
      }
    }
    ResolvedConfig resolved = ConfigLoader.loadExperiment(run.id(), run.index(), List.of());
    assertFlatEquals(expected, resolved);
    assertEquals(run.name(), resolved.config().name());
    assertEquals(List.of(), resolved.warnings());
  }

  @Test
  void darkZurichAndTheReferencePicturesAreExperiments135And141() {
    assertEquals(
        ConfigLoader.loadExperiment(135, 0, List.of()).toFlat(),
        Configurations.named("cityscapes_to_dark_zurich").toFlat());
    assertEquals(
        ConfigLoader.loadExperiment(141, 0, List.of()).toFlat(), Configurations.named("cityscapes_to_acdc_ref").toFlat());
  }

  @Test
  void hrdaIsExperiment50() {
    assertEquals(
        ConfigLoader.loadExperiment(50, 0, List.of()).toFlat(), Configurations.named("hrda/cityscapes_to_acdc").toFlat());
  }

  @Test
  void camvidAdaptsASmallNetworkFromDayToDusk() {
    CissConfig config = Configurations.named("camvid_day2dusk").config();
    assertEquals(BackboneConfig.Type.MIT_B0, config.model().backbone().type());
    assertNull(config.model().backbone().pretrained());
    assertEquals(64, config.model().hrda().attention().dims());
    assertEquals(new Size(96, 96), config.model().hrda().detailCrop());
    assertEquals(0.99, config.uda().teacherMomentum());
    assertEquals(0.0, config.uda().featureDistance().weight());
    assertEquals(LevelWeights.encoderOnly(20), config.uda().invariance().weightTarget());
    assertNull(config.stylization().centralCrop());
    assertTrue(config.data().jointPipeline());
    assertEquals(Path.of("val60.txt"), config.data().test().list());
    assertEquals(100, config.data().rareClassSampling().minPixels());
    assertEquals("bicyclist", config.data().classes().names().get(10));
    assertEquals(3e-4, config.optimizer().lr());
    assertEquals(35, config.schedule().warmupIterations());
  }

  @Test
  void camvidStartsOnDayAlone() {
    CissConfig config = Configurations.named("camvid_day").config();
    assertEquals(UdaConfig.Method.NONE, config.uda().method());
    assertNull(config.uda().pseudoLabel());
    assertNull(config.data().target());
    assertEquals(Path.of("camvid/dusk"), config.data().val().root());
    assertFalse(config.data().floatImages());
    assertFalse(config.data().rareClassSampling().enabled());
    assertEquals(2000, config.train().iterations());
  }

  @Test
  void theTemplateForOwnDataMapsOwnLabelValues() {
    DataConfig data = Configurations.named("folder_example").config().data();
    assertEquals(7, data.classes().size());
    assertEquals(Map.of(7, 0, 8, 1, 11, 2, 21, 3, 23, 4, 24, 5, 26, 6), data.labelMap());
  }
}
