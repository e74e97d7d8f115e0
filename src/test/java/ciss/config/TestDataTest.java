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
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which pictures are tested on: the preset's test folders, folders of one's own, another data set. */
class TestDataTest {
  @TempDir Path root;

  private EvaluationDataConfig test(String dataset, String... more) {
    String yaml = "data: {val: {dataset: " + dataset + ", root: '" + root + "'}}";
    return Configurations.text("base: cityscapes_to_acdc\n" + yaml, more).config().data().evaluation(true);
  }

  @Test
  void aPresetHasTestFolders() throws IOException {
    assertEquals(Path.of("rgb_anon/test"), test("acdc").images());
    assertEquals(Path.of("leftImg8bit/test"), test("cityscapes").images());
    assertEquals(Path.of("leftImg8bit/test/night"), test("nighttime_driving").images());
    assertNull(test("acdc").labels(), "a server has them");
    Files.createDirectories(root.resolve("gt/test"));
    assertEquals(Path.of("gt/test"), test("acdc").labels());
  }

  @Test
  void aFolderThatSomebodyChoseStays() {
    assertEquals(Path.of("rgb_anon/val/night"), test("acdc", "data.val.images=rgb_anon/val/night").images());
    assertEquals(Path.of("mine"), test("acdc", "data.test.images=mine").images());
  }

  @Test
  void theValidationPicturesAreThoseOfTheConfiguration() {
    CissConfig config = Configurations.named("cityscapes_to_acdc").config();
    assertEquals(config.data().val(), config.data().evaluation(false));
  }

  @Test
  void anotherDataSetKeepsTheTestSize() {
    List<String> overrides = DatasetOverrides.of(DatasetName.BDD100K, false, root, new Size(1080, 1920));
    EvaluationDataConfig set =
        Configurations.named("cityscapes_to_acdc", overrides.toArray(String[]::new)).config().data().val();
    assertEquals(DatasetName.BDD100K, set.dataset());
    assertEquals(root, set.root());
    assertEquals(".jpg", set.imageSuffix());
    assertEquals("_train_id.png", set.labelSuffix());
    assertEquals(new Size(1080, 1920), set.resize());
  }

  @Test
  void aPresetWithoutTestPicturesIsRefused() {
    String message =
        assertThrows(ConfigException.class, () -> DatasetOverrides.of(DatasetName.GTA, false, null, null)).getMessage();
    assertTrue(message.contains("--data gta: the preset has no pictures to test on"), message);
  }
}
