package ciss.data;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.data.Resize.Size;
import ciss.error.DataException;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LoaderTest {
  private static final Backend CPU = new CpuBackend(2);

  @TempDir Path folder;

  @AfterAll
  static void close() {
    CPU.close();
  }

  @BeforeEach
  void write() {
    TinyDataSets.write(folder.resolve("s"), 6, 24, 32, 1);
    TinyDataSets.write(folder.resolve("t"), 4, 24, 32, 2);
  }

  private static PairOptions options(Stylization stylization, int[] margins, Size sync) {
    Size crop = new Size(16, 20);
    DomainSteps steps = new DomainSteps(null, crop, 0.75, 0.5, false, new Size(18, 20));
    return new PairOptions(
        steps, steps, stylization, true, true, null, true, sync, margins, Normalization.IMAGENET, 0);
  }

  private TrainingSamples samples(PairOptions options, boolean rareClasses) {
    DataSet source = TinyDataSets.open("source", folder.resolve("s"));
    DataSet target = TinyDataSets.open("target", folder.resolve("t"));
    RareClassSampling sampling = rareClasses
        ? new RareClassSampling(ClassIndex.count(source, 2, i -> {}), 0.1, 10, 2, 10)
        : null;
    return new TrainingSamples(source, target, new PairPipeline(options), sampling, new Draws(7), 2);
  }

  /** Everything that the network gets of a batch. */
  private static List<byte[]> tensors(Batch batch, PairOptions options) {
    List<byte[]> content = new ArrayList<>();
    try (Workspace.Region region = CPU.workspace().region()) {
      BatchRenderer.Tensors t = new BatchRenderer(CPU, options).render(batch);
      for (Tensor x : List.of(t.source(), t.sourceStylized(), t.label(), t.target(), t.targetStylized(), t.mask())) {
        content.add(CPU.hostBytes(x).toArray(ValueLayout.JAVA_BYTE));
      }
    }
    return content;
  }

  private List<byte[]> content(int threads, int prefetch, long first, int batches) {
    List<byte[]> content = new ArrayList<>();
    PairOptions options = options(new FourierStylization(0.1), new int[] {2, 3, 0, 1}, null);
    try (Loader loader = new Loader(samples(options, true), threads, prefetch, first)) {
      for (int i = 0; i < batches; i++) {
        try (Batch batch = loader.next()) {
          assertEquals(first + i, batch.iteration());
          content.addAll(tensors(batch, options));
        }
      }
    }
    return content;
  }

  private static void assertSame(List<byte[]> expected, List<byte[]> found) {
    for (int i = 0; i < expected.size(); i++) {
      assertArrayEquals(expected.get(i), found.get(i), "part " + i);
    }
  }

  @Test
  void theBatchesDoNotDependOnThreadsOrPrefetching() {
    List<byte[]> one = content(1, 1, 0, 5);
    assertSame(one, content(3, 4, 0, 5));
  }

  @Test
  void aLaterStartGivesTheSameBatchesAsAnUninterruptedRun() {
    List<byte[]> whole = content(2, 2, 0, 5);
    assertSame(whole.subList(18, 30), content(2, 2, 3, 2));
  }

  @Test
  void seekingGoesToAnotherIteration() {
    PairOptions options = options(null, null, null);
    try (Loader loader = new Loader(samples(options, false), 2, 2, 0)) {
      List<SampleInfo> third = null;
      for (int i = 0; i < 3; i++) {
        try (Batch batch = loader.next()) {
          third = batch.samples();
        }
      }
      loader.seek(2);
      try (Batch batch = loader.next()) {
        assertEquals(2, batch.iteration());
        assertEquals(third, batch.samples());
      }
    }
  }

  @Test
  void paddingHoldsIgnoredLabelsAndTheMeanColour() {
    PairOptions options = options(null, null, null);
    try (Loader loader = new Loader(samples(options, false), 1, 1, 0);
        Batch batch = loader.next();
        Workspace.Region region = CPU.workspace().region()) {
      float[] source = CPU.download(new BatchRenderer(CPU, options).render(batch).source());
      for (int x = 0; x < 40; x++) {
        assertEquals(-1, batch.label().get(ValueLayout.JAVA_BYTE, 16 * 20 + x));
        assertEquals(0, source[3 * (16 * 20 + x)]);
      }
      int[] present = batch.presentClasses();
      assertEquals(255, present[present.length - 1]);
      assertTrue(present.length > 2);
    }
  }

  @Test
  void aCommonCropMakesSmallerSamples() {
    TrainingSamples samples = samples(options(null, null, new Size(8, 8)), false);
    assertEquals(new Size(8, 8), samples.layout().source());
    try (Loader loader = new Loader(samples, 1, 1, 0); Batch batch = loader.next()) {
      assertEquals(2 * 64, batch.label().byteSize());
    }
  }

  @Test
  void withoutRareClassesEveryPairComesOncePerEpoch() {
    Set<String> seen = new HashSet<>();
    try (Loader loader = new Loader(samples(options(null, null, null), false), 1, 2, 0)) {
      for (int i = 0; i < 12; i++) {
        try (Batch batch = loader.next()) {
          batch.samples().forEach(s -> seen.add(s.source() + " " + s.target()));
        }
      }
    }
    assertEquals(24, seen.size());
  }

  @Test
  void supervisedTrainingHasNoTarget() {
    DataSet source = TinyDataSets.open("source", folder.resolve("s"));
    DomainSteps steps = new DomainSteps(null, new Size(8, 8), 0.75, 0.5, true, new Size(8, 8));
    PairOptions options = new PairOptions(
        steps, null, null, false, false, null, false, null, null, Normalization.IMAGENET, 0);
    TrainingSamples samples = new TrainingSamples(source, null, new PairPipeline(options), null, new Draws(1), 2);
    try (Loader loader = new Loader(samples, 1, 1, 0);
        Batch batch = loader.next();
        Workspace.Region region = CPU.workspace().region()) {
      assertTrue(new BatchRenderer(CPU, options).render(batch).target().isAbsent());
      assertNull(batch.samples().getFirst().target());
    }
  }

  @Test
  void aFailureOfAWorkerSurfacesInNext() {
    TrainingSamples real = samples(options(null, null, null), false);
    SampleSource broken = new SampleSource() {
      @Override
      public BatchLayout layout() {
        return real.layout();
      }

      @Override
      public Batch.Sample fill(long iteration, int slot, MemorySegment label, MemorySegment mask) {
        if (iteration == 1 && slot == 1) {
          throw new DataException("x.png: cut off");
        }
        return real.fill(iteration, slot, label, mask);
      }
    };
    try (Loader loader = new Loader(broken, 2, 2, 0)) {
      loader.next().close();
      assertEquals("x.png: cut off", assertThrows(DataException.class, loader::next).getMessage());
      assertEquals(2, loader.next().iteration());
    }
  }

  @Test
  void batchesThatAreNeverClosedAreNoticed() {
    try (Loader loader = new Loader(samples(options(null, null, null), false), 1, 1, 0)) {
      loader.next();
      loader.next();
      assertThrows(IllegalStateException.class, loader::next);
    }
  }

  @Test
  void tooFewPicturesForABatchAreADataError() {
    DataSet source = TinyDataSets.open("source", folder.resolve("s"));
    DomainSteps steps = new DomainSteps(null, new Size(8, 8), 1, 0.5, false, new Size(8, 8));
    PairOptions options = new PairOptions(
        steps, null, null, false, false, null, false, null, null, Normalization.IMAGENET, 0);
    assertThrows(DataException.class, () ->
        new TrainingSamples(source, null, new PairPipeline(options), null, new Draws(1), 7));
  }
}
