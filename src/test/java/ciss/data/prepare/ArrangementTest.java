package ciss.data.prepare;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.data.Conditions;
import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Downloads in the layouts of their archives; the files hold a word instead of a picture. */
class ArrangementTest {
  @TempDir Path folder;

  private Path file(String name) throws IOException {
    Path file = folder.resolve(name);
    Files.createDirectories(file.getParent());
    return Files.writeString(file, name);
  }

  private Arrangement arrangement(String from, String root, FilePlacing.Mode mode, boolean dryRun) {
    Arrangement.Options options =
        new Arrangement.Options(folder.resolve(from), folder.resolve(root), Path.of("gt"), mode, 2, dryRun);
    return new Arrangement(options, (name, total) -> file -> {});
  }

  private void acdc() throws IOException {
    for (String condition : List.of("fog", "night")) {
      for (String split : List.of("train", "val_ref", "test")) {
        String ref = split.endsWith("_ref") ? "_ref" : "";
        String name = condition + "_" + split;
        file("acdc/rgb_anon/%s/%s/GOPR1/%s_rgb%s_anon.png".formatted(condition, split, name, ref));
        file("acdc/gt/%s/%s/GOPR1/%s_gt%s_labelTrainIds.png".formatted(condition, split, name, ref));
        file("acdc/gt/%s/%s/GOPR1/%s_gt%s_labelColor.png".formatted(condition, split, name, ref));
      }
    }
  }

  @Test
  void acdcBecomesFlatByLinksAndIsFinishedWhenRepeated() throws IOException {
    acdc();
    Arrangement arrangement = arrangement("acdc", "acdc", FilePlacing.Mode.LINK, false);
    assertEquals(new FilePlacing.Report(8, 0, 0), arrangement.acdc(AcdcLayout.Part.ADVERSE));
    assertEquals(new FilePlacing.Report(0, 8, 0), arrangement.acdc(AcdcLayout.Part.ADVERSE));
    Path picture = folder.resolve("acdc/rgb_anon/train/fog_train_rgb_anon.png");
    assertTrue(Files.isSameFile(folder.resolve("acdc/rgb_anon/fog/train/GOPR1/fog_train_rgb_anon.png"), picture));
    assertTrue(Files.exists(folder.resolve("acdc/gt/train/night_train_gt_labelTrainIds.png")));
    assertFalse(Files.exists(folder.resolve("acdc/rgb_anon/val")), "reference pictures are left out");
  }

  @Test
  void theConditionOfEachPictureIsKept() throws IOException {
    acdc();
    arrangement("acdc", "flat", FilePlacing.Mode.MOVE, false).acdc(AcdcLayout.Part.ADVERSE);
    assertEquals(
        Map.of("fog_train", "fog", "fog_test", "fog", "night_train", "night", "night_test", "night"),
        Conditions.read(folder.resolve("flat")));
    assertEquals(List.of("night_test"), Files.readAllLines(folder.resolve("flat/lists/test_night.txt")));
  }

  @Test
  void referencePicturesBecomeADataSetOfTheirOwn() throws IOException {
    acdc();
    FilePlacing.Report report =
        arrangement("acdc", "acdcref", FilePlacing.Mode.COPY, false).acdc(AcdcLayout.Part.REFERENCE);
    assertEquals(new FilePlacing.Report(4, 0, 0), report);
    assertEquals(
        "acdc/gt/fog/val_ref/GOPR1/fog_val_ref_gt_ref_labelTrainIds.png",
        Files.readString(folder.resolve("acdcref/gt/val/fog_val_ref_gt_ref_labelTrainIds.png")));
  }

  @Test
  void movingEmptiesTheDownloadAndGoesOnAfterAnInterruption() throws IOException {
    acdc();
    Path moved = folder.resolve("flat/rgb_anon/train/fog_train_rgb_anon.png");
    Files.createDirectories(moved.getParent());
    Files.writeString(moved, "the beginning of a copy that was broken off");
    assertEquals(8, arrangement("acdc", "flat", FilePlacing.Mode.MOVE, false).acdc(AcdcLayout.Part.ADVERSE).placed());
    assertEquals("acdc/rgb_anon/fog/train/GOPR1/fog_train_rgb_anon.png", Files.readString(moved));
    assertFalse(Files.exists(folder.resolve("acdc/rgb_anon/fog/train/GOPR1/fog_train_rgb_anon.png")));
    assertEquals(0, arrangement("acdc", "flat", FilePlacing.Mode.MOVE, false).acdc(AcdcLayout.Part.ADVERSE).placed());
    assertEquals(4, Conditions.read(folder.resolve("flat")).size(), "still known after the second run");
  }

  @Test
  void aHalfWrittenFileIsReplaced() throws IOException {
    acdc();
    Path half = folder.resolve("flat/gt/train/fog_train_gt_labelTrainIds.png");
    Files.createDirectories(half.getParent());
    Files.writeString(half, "acdc/gt");
    assertEquals(8, arrangement("acdc", "flat", FilePlacing.Mode.LINK, false).acdc(AcdcLayout.Part.ADVERSE).placed());
    assertEquals("acdc/gt/fog/train/GOPR1/fog_train_gt_labelTrainIds.png", Files.readString(half));
  }

  @Test
  void twoPicturesOfOneNameAreRefused() throws IOException {
    file("acdc/rgb_anon/fog/train/GOPR1/a_rgb_anon.png");
    file("acdc/rgb_anon/rain/train/GOPR2/a_rgb_anon.png");
    Arrangement arrangement = arrangement("acdc", "acdc", FilePlacing.Mode.LINK, false);
    assertThrows(DataException.class, () -> arrangement.acdc(AcdcLayout.Part.ADVERSE));
  }

  @Test
  void aDryRunChangesNothing() throws IOException {
    acdc();
    assertEquals(8, arrangement("acdc", "flat", FilePlacing.Mode.MOVE, true).acdc(AcdcLayout.Part.ADVERSE).placed());
    assertFalse(Files.exists(folder.resolve("flat")));
  }

  @Test
  void bothFormsOfBdd100kBecomeOne() throws IOException {
    file("old/bdd100k/seg/images/val/a.jpg");
    file("old/bdd100k/seg/labels/val/a_train_id.png");
    file("new/images/10k/val/a.jpg");
    file("new/labels/sem_seg/masks/val/a.png");
    for (String form : List.of("old", "new")) {
      assertEquals(2, arrangement(form, form + "_flat", FilePlacing.Mode.LINK, false).bdd100k(null).placed());
      assertTrue(Files.exists(folder.resolve(form + "_flat/images/val/a.jpg")));
      assertTrue(Files.exists(folder.resolve(form + "_flat/labels/val/a_train_id.png")));
    }
  }

  @Test
  void ofBdd100kAListChoosesPictures() throws IOException {
    for (String name : List.of("a", "b")) {
      file("bdd/seg/images/val/" + name + ".jpg");
      file("bdd/seg/labels/val/" + name + "_train_id.png");
    }
    Path list = Files.writeString(folder.resolve("night.txt"), "b.jpg\n\n");
    Arrangement arrangement = arrangement("bdd", "night", FilePlacing.Mode.LINK, false);
    assertEquals(2, arrangement.bdd100k(list).placed());
    assertFalse(Files.exists(folder.resolve("night/images/val/a.jpg")));
    Files.writeString(list, "b\nc\n");
    String message = assertThrows(DataException.class, () -> arrangement.bdd100k(list)).getMessage();
    assertTrue(message.contains("1 of 2 pictures are not below") && message.contains("c.jpg"), message);
  }

  @Test
  void anErrorSaysWhereTheFilesWereSeen() throws IOException {
    file("data/rgb_anon_trainvaltest/rgb_anon/fog/train/GOPR1/a_rgb_anon.png");
    Arrangement arrangement = arrangement("data", "data", FilePlacing.Mode.LINK, false);
    String message = assertThrows(DataException.class, () -> arrangement.acdc(AcdcLayout.Part.ADVERSE)).getMessage();
    assertTrue(message.contains("looked there for <condition>/<split>/<sequence>/*_rgb_anon.png"), message);
    assertTrue(message.contains("give " + folder.resolve("data/rgb_anon_trainvaltest") + " as ROOT"), message);
  }
}
