package ciss.data;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DataCheckTest {
  @TempDir Path root;

  @BeforeEach
  void write() {
    TinyDataSets.write(root, 4, 8, 16, 1);
  }

  private DataCheck.Result check(boolean deep) {
    return DataCheck.of(TinyDataSets.open("source", root), true, deep, 2, i -> {});
  }

  private Set<String> kinds(DataCheck.Result result) {
    return DataCheck.byKind(result.problems()).keySet();
  }

  @Test
  void aSoundDataSetHasNoProblems() {
    DataCheck.Result result = check(false);
    assertEquals(List.of(), result.problems());
    assertEquals(Map.of("8x16", 4), result.sizes());
    assertEquals(List.of(0, 1, 2, 3, 255), result.labelValues());
    assertEquals(DataCheck.Statistics.ABSENT, result.statistics());
  }

  @Test
  void everyBrokenFileIsReportedWithItsKind() throws IOException {
    Files.writeString(root.resolve("images/a/p0.png"), "");
    Files.delete(root.resolve("labels/a/p1_l.png"));
    ImageWriting.writePng(root.resolve("labels/a/p2_l.png"), new Pixels(8, 8, 1, new byte[64]));
    Files.copy(root.resolve("labels/a/p3_l.png"), root.resolve("labels/a/q_l.png"));
    DataCheck.Result result = check(false);
    assertEquals(Set.of("bad picture", "missing label", "bad label", "label without picture"), kinds(result));
    assertEquals(4, result.problems().size());
    assertTrue(result.problems().get(1).detail().contains("p1.png -> "), result.problems().get(1).detail());
  }

  @Test
  void onlyADeepCheckNoticesWrongCounts() throws IOException {
    ClassIndex.of(TinyDataSets.open("source", root), 1, i -> {}, note -> {});
    assertEquals(DataCheck.Statistics.OK, check(true).statistics());
    Path file = root.resolve(ClassIndexFiles.STATISTICS);
    Files.writeString(file, Files.readString(file).replaceFirst("32", "31"));
    assertEquals(DataCheck.Statistics.OK, check(false).statistics());
    assertEquals(Set.of("wrong statistics"), kinds(check(true)));
  }
}
