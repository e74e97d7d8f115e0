package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class BuiltInConfigTest {
  static Iterable<String> names() {
    return new ConfigFinder(new Environment(name -> null, Path.of(""))).builtInNames();
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
