package ciss.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RareClassSamplingTest {
  @TempDir Path root;

  private final List<String> notes = new ArrayList<>();

  private List<ClassCounts> index(DataSet set) {
    return ClassIndex.of(set, 2, i -> {}, notes::add);
  }

  @Test
  void aClassWithoutCandidatesIsLeftOut() {
    List<ClassCounts> counts =
        List.of(new ClassCounts("a", new long[] {500, 5, 0}), new ClassCounts("b", new long[] {400, 0, 0}));
    RareClassSampling sampling = new RareClassSampling(counts, 0.01, 100, 2, 10);
    assertEquals(List.of(1), sampling.withoutCandidates());
    assertArrayEquals(new int[] {1, 0}, sampling.classes());
    for (double u = 0; u < 1; u += 0.1) {
      assertEquals(0, sampling.classFor(u));
    }
  }

  @Test
  void exactlyTheMinimumIsNotEnough() {
    List<ClassCounts> counts =
        List.of(new ClassCounts("a", new long[] {100}), new ClassCounts("b", new long[] {101}));
    assertArrayEquals(new int[] {1}, new RareClassSampling(counts, 1, 100, 0, 10).candidates(0));
  }

  @Test
  void noCandidatesAtAllIsADataError() {
    List<ClassCounts> counts = List.of(new ClassCounts("a", new long[] {100}));
    assertThrows(DataException.class, () -> new RareClassSampling(counts, 1, 100, 0, 10));
  }

  @Test
  void theEleventhRunIsTakenUnchecked() {
    List<ClassCounts> counts = List.of(new ClassCounts("a", new long[] {1000}));
    RareClassSampling sampling = new RareClassSampling(counts, 1, 100, 2, 10);
    assertEquals(11, sampling.runUntilEnough(run -> 200));
    assertEquals(2, sampling.runUntilEnough(run -> run == 1 ? 201 : 0));
    assertEquals(1, new RareClassSampling(counts, 1, 100, 0, 10).runUntilEnough(run -> 0));
  }

  @Test
  void statisticsAreCountedWrittenAndReadBack() throws IOException {
    TinyDataSets.write(root, 3, 8, 16, 1);
    List<ClassCounts> counted = index(TinyDataSets.open("source", root));
    assertArrayEquals(new long[] {32, 32, 32, 16}, counted.getFirst().pixels());
    assertTrue(Files.readString(root.resolve("sample_class_stats.json"))
        .startsWith("[\n  {\n    \"0\": 32,\n    \"1\": 32"));
    assertTrue(Files.readString(root.resolve("samples_with_class.json")).contains("\"3\": ["));
    assertTrue(Files.exists(root.resolve("sample_class_stats_dict.json")));
    notes.clear();
    List<ClassCounts> read = index(TinyDataSets.open("source", root));
    assertEquals(List.of(), notes);
    assertArrayEquals(counted.get(2).pixels(), read.get(2).pixels());
    assertEquals("labels/a/p2_l.png", read.get(2).file());
  }

  @Test
  void statisticsThatDoNotFitAreReplacedByCountsButNotOverwritten() throws IOException {
    TinyDataSets.write(root, 2, 8, 16, 1);
    Path file = root.resolve("sample_class_stats.json");
    for (String wrong : new String[] {
        "[{\"0\": 5, \"file\": \"labels/a/other_l.png\"}]", "[{\"9\": 5, \"file\": \"x\"}]", "[{\"0\": 1}]", "[{", ""
    }) {
      Files.writeString(file, wrong);
      notes.clear();
      assertEquals(2, index(TinyDataSets.open("source", root)).size());
      assertEquals(wrong, Files.readString(file));
      assertNotEquals(List.of(), notes);
    }
  }

  @Test
  void equalBaseNamesAreToldApartByTheirFolder() {
    TinyDataSets.write(root, 1, 8, 16, 1);
    DataSet set = TinyDataSets.open("source", root);
    List<ClassCounts> entries = List.of(
        new ClassCounts("data/labels/b/p0_l.png", new long[] {1}),
        new ClassCounts("data/labels/a/p0_l.png", new long[] {2}));
    assertEquals(2, ClassIndex.inOrderOf(set, entries).getFirst().pixels()[0]);
  }

  @Test
  void aBrokenLabelStopsTheCount() throws IOException {
    TinyDataSets.write(root, 2, 8, 16, 1);
    Files.writeString(root.resolve("labels/a/p1_l.png"), "x");
    assertThrows(DataException.class, () -> index(TinyDataSets.open("source", root)));
  }
}
