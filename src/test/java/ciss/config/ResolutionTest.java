package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ConfigException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResolutionTest {
  @TempDir private Path folder;

  private Path write(String name, String yaml) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, yaml);
  }

  private ResolvedConfig load(String name, Map<String, String> variables, String... overrides) {
    return Configurations.loader(folder, variables).loadNamed(name, List.of(overrides));
  }

  @Test
  void nestedAndDottedKeysMeanTheSame() {
    assertEquals(
        Configurations.text("train: {seed: 3}\nuda: {source: {average_ce: true}}").config(),
        Configurations.text("train.seed: 3\nuda.source.average_ce: true").config());
  }

  @Test
  void aSectionWithEveryKeyCommentedOutSetsNothing() {
    assertEquals(
        Configurations.text("").config().train(), Configurations.text("train:\n  # seed: 3\nlog:").config().train());
  }

  @Test
  void laterBasesWinOverEarlierOnesAndTheFileOverItsBases() throws IOException {
    write("a.yaml", "train: {seed: 1, batch_size: 4}\nlog: {interval: 7}");
    write("sub/b.yaml", "train: {seed: 2}\nlog: {interval: 8}");
    write("c.yaml", "base: [a.yaml, sub/b.yaml]\nlog: {interval: 9}");
    ResolvedConfig resolved = load("c.yaml", Map.of());
    assertEquals(2, resolved.config().train().seed());
    assertEquals(4, resolved.config().train().batchSize());
    assertEquals(9, resolved.config().log().interval());
    assertEquals("sub/b.yaml:1", resolved.origins().get("train.seed").text());
    assertEquals("c.yaml:2", resolved.origins().get("log.interval").text());
    assertEquals("c", resolved.config().name());
  }

  @Test
  void aBaseMayBeABuiltInConfiguration() {
    assertEquals(20, Configurations.text("base: cityscapes_to_acdc").config().uda().invariance().weightTarget().at(0));
  }

  @Test
  void basesInACircleAreAnError() throws IOException {
    write("a.yaml", "base: b.yaml");
    write("b.yaml", "base: a.yaml");
    ConfigException e = assertThrows(ConfigException.class, () -> load("a.yaml", Map.of()));
    assertEquals("b.yaml:1:7: base goes in a circle: a.yaml -> b.yaml -> a.yaml", e.getMessage());
  }

  @Test
  void moreThan16BasesOneUponTheOtherAreAnError() throws IOException {
    for (int i = 0; i < 18; i++) {
      write("c" + i + ".yaml", "base: c" + (i + 1) + ".yaml");
    }
    write("c18.yaml", "");
    ConfigException e = assertThrows(ConfigException.class, () -> load("c0.yaml", Map.of()));
    assertEquals("c16.yaml:1:7: more than 16 bases one upon the other", e.getMessage());
  }

  @Test
  void overridesWinOverEverything() {
    ResolvedConfig resolved =
        Configurations.text("train: {seed: 1}", "train.seed=2", "train.seed=5", "model.hrda.scales=[1,0.25]",
            "model.hrda.feature_scale=all");
    assertEquals(5, resolved.config().train().seed());
    assertEquals(List.of(1.0, 0.25), resolved.config().model().hrda().scales());
    assertEquals("-o", resolved.origins().get("train.seed").text());
  }

  @Test
  void openMapsMergeEntryByEntryAndNullRemovesOne() {
    assertEquals(
        Map.of("norm", new ParameterGroup(1, 0), "pos_block", new ParameterGroup(1, 0), "bias", new ParameterGroup(2, 1)),
        Configurations.text("optimizer: {groups: {bias: {lr_mult: 2}, head: null}}").config().optimizer().groups());
    assertEquals(
        new ParameterGroup(1, 1),
        Configurations.text("", "optimizer.groups.head.lr_mult=1").config().optimizer().groups().get("head"));
  }

  @Test
  void groupsAreTriedLongestNameFirst() {
    OptimizerConfig optimizer = Configurations.text("optimizer.groups: {axe: {}, decode_head.bn: {}}").config().optimizer();
    assertEquals(
        List.of("decode_head.bn", "pos_block", "head", "norm", "axe"), List.copyOf(optimizer.groups().keySet()));
  }

  @Test
  void presetsFollowTheFolderOfAllDataSets() throws IOException {
    write("a.yaml", "data: {target: {dataset: bdd100k}}");
    DataConfig data = load("a.yaml", Map.of("CISS_DATA", "/mnt/sets")).config().data();
    assertEquals(Path.of("/mnt/sets/bdd100k"), data.target().root());
    assertEquals("_train_id.png", data.val().labelSuffix());
    assertEquals(DatasetName.BDD100K, data.test().dataset());
  }

  @Test
  void centralCropIsTheSmallerOfTheTwoSizesPerAxis() {
    assertEquals(new Size(1024, 1920), Configurations.text("").config().stylization().centralCrop());
    assertNull(
        Configurations.text("data: {target: {resize: [1024, 2048]}}").config().stylization().centralCrop());
  }

  @Test
  void rootsOfTheEnvironmentWinOverFilesButNotOverOverrides() throws IOException {
    write("a.yaml", "data: {source: {root: s}, target: {root: t}}");
    Map<String, String> variables = Map.of("DIR_SOURCE_DATASET", "/tmp/cs", "DIR_TARGET_DATASET", "/tmp/acdc");
    ResolvedConfig resolved = load("a.yaml", variables, "data.source.root=/other");
    assertEquals(Path.of("/other"), resolved.config().data().source().root());
    assertEquals(Path.of("/tmp/acdc"), resolved.config().data().target().root());
    assertEquals(Path.of("/tmp/acdc"), resolved.config().data().val().root());
    assertEquals(Path.of("/tmp/acdc"), resolved.config().data().test().root());
    assertEquals("environment DIR_TARGET_DATASET", resolved.origins().get("data.val.root").text());
  }

  @Test
  void theTargetRootOfTheEnvironmentIsNotThatOfAnotherValidationSet() throws IOException {
    write("a.yaml", "data: {val: {dataset: dark_zurich}}");
    DataConfig data = load("a.yaml", Map.of("DIR_TARGET_DATASET", "/tmp/acdc")).config().data();
    assertEquals(Path.of("data/dark_zurich"), data.val().root());
  }

  @Test
  void aRelativeRootIsLookedForUnderTheFolderOfAllDataSets() throws IOException {
    Files.createDirectories(folder.resolve("sets/mine"));
    write("a.yaml", "data: {source: {root: mine}, target: {root: absent}}");
    DataConfig data = load("a.yaml", Map.of("CISS_DATA", "sets")).config().data();
    assertEquals(Path.of("sets/mine"), data.source().root());
    assertEquals(Path.of("absent"), data.target().root());
  }

  @Test
  void pathsTakeEnvironmentVariables() throws IOException {
    write("a.yaml", "data.source.root: ${MY_ROOT}/cs\ntrain.init_from: ${MY_WEIGHTS:-weights/a.pth}");
    CissConfig config = load("a.yaml", Map.of("MY_ROOT", "/r")).config();
    assertEquals(Path.of("/r/cs"), config.data().source().root());
    assertEquals(Path.of("weights/a.pth"), config.train().initFrom());
    ConfigException e = assertThrows(ConfigException.class, () -> load("a.yaml", Map.of()));
    assertEquals(
        "a.yaml:1:19: environment variable MY_ROOT is not set\n  set it, or write ${MY_ROOT:-default}", e.getMessage());
  }

  @Test
  void keysThatDoNotApplyBecomeNullWithOneWarningIfTheFileSetThem() {
    ResolvedConfig own = Configurations.text("uda: {method: dacs, invariance: {weight_source: 5}}");
    assertNull(own.config().uda().invariance());
    assertEquals(
        List.of("uda.invariance.weight_source does not apply and is ignored: uda.method is dacs"), own.warnings());
    ResolvedConfig inherited = Configurations.text("base: cityscapes_to_acdc\nuda: {method: dacs}\nstylization: {type: none}");
    assertEquals(List.of(), inherited.warnings());
    assertTrue(inherited.toFlat().containsKey("uda.invariance.weight_source"));
    assertNull(inherited.toFlat().get("uda.invariance.weight_source"));
  }

  @Test
  void relativeDefaultsFollowTheirValues() {
    ResolvedConfig resolved =
        Configurations.text("train.iterations: 500\nschedule.warmup_iterations: 5\nuda.invariance.weight_source: 7");
    assertEquals(50, resolved.config().evaluation().interval());
    assertEquals(50, resolved.config().checkpoint().interval());
    assertEquals(7, resolved.config().uda().invariance().weightTarget().at(0));
  }

  @Test
  void backboneDecidesChannelsAndPretrainedFile() {
    ModelConfig model = Configurations.text("model.backbone.type: mit_b0").config().model();
    assertEquals(List.of(32, 64, 160, 256), model.head().inChannels());
    assertEquals(Path.of("pretrained/mit_b0.pth"), model.backbone().pretrained());
  }

  @Test
  void removedDefaultsStayRemovedInTheWrittenYaml() throws IOException {
    ResolvedConfig resolved = Configurations.text("optimizer: {groups: {head: null}}");
    assertEquals(resolved.config(), ConfigLoader.parse(write("config.yaml", resolved.toYaml())).config());
  }

  @Test
  void classesMayComeFromAFile() throws IOException {
    write("classes.yaml", "- {name: field, colour: [0, 1, 2]}\n- {name: path, colour: [3, 4, 255]}");
    write("a.yaml", "data.classes: classes.yaml\nuda.feature_distance.classes: null");
    CissConfig config = load("a.yaml", Map.of()).config();
    assertEquals(2, config.model().classes());
    assertEquals(new ClassSet.LabelClass("path", 3, 4, 255), config.data().classes().classes().get(1));
  }
}
