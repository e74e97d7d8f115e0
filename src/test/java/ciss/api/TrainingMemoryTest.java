package ciss.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.error.ResourceException;
import ciss.nn.MemoryLevel;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class TrainingMemoryTest {
  private static final long GIB = 1L << 30;

  private static CissConfig published(String device, String memory) {
    List<String> overrides = List.of("train.device=" + device, "train.memory=" + memory);
    return ConfigLoader.load("cityscapes_to_acdc", overrides).config();
  }

  private static Optional<DeviceMemory> card(double gib) {
    return Optional.of(new DeviceMemory("a card", 2 * (long) (gib * GIB), (long) (gib * GIB), GIB));
  }

  @Test
  void theFastestLevelThatFitsIsChosenAndSaysWhichDoNot() {
    TrainingMemory memory = new TrainingMemory(published("cuda", "auto"));
    assertEquals(MemoryLevel.KEEP_ALL, memory.choose(card(80)).level());
    TrainingMemory.Choice lean = memory.choose(card(10));
    assertEquals(MemoryLevel.LEAN, lean.level());
    assertEquals(memory.plan(MemoryLevel.LEAN), lean.plan());
    assertTrue(lean.words().startsWith("lean   planned "), lean.words());
    assertTrue(lean.words().contains("free 10.0 GiB of 20.0 GiB   (too large: keep_all 1"), lean.words());
    assertTrue(lean.words().contains(", fused "), lean.words());
  }

  @Test
  void thePublishedConfigurationFitsIntoNineAndSixGigabytes() {
    TrainingMemory memory = new TrainingMemory(published("cuda", "auto"));
    assertTrue(memory.plan(MemoryLevel.LEAN).bytes() <= 9e9, "lean: " + memory.plan(MemoryLevel.LEAN).bytes());
    long recompute = memory.plan(MemoryLevel.RECOMPUTE).bytes();
    assertTrue(recompute < 6e9, "recompute: " + recompute);
  }

  @Test
  void whatDoesNotFitNamesTheChangeThatHelps() {
    TrainingMemory any = new TrainingMemory(published("cuda", "auto"));
    String refusal = assertThrows(ResourceException.class, () -> any.choose(card(5))).getMessage();
    assertTrue(refusal.contains("at least; a card has 5.0 GiB free of 10.0 GiB, of which 1.0 GiB are left"), refusal);
    assertTrue(refusal.contains("it fits with '-o train.batch_size=1'"), refusal);
    TrainingMemory named = new TrainingMemory(published("cuda", "fused"));
    String named9 = assertThrows(ResourceException.class, () -> named.choose(card(10))).getMessage();
    assertTrue(named9.contains("at train.memory fused; ") && named9.contains("'-o train.memory=lean'"), named9);
    String tiny = assertThrows(ResourceException.class, () -> any.choose(card(1.1))).getMessage();
    assertTrue(tiny.contains("no batch size fits; use smaller crops"), tiny);
  }

  @Test
  void aNamedLevelIsTakenWhereItFits() {
    TrainingMemory.Choice choice = new TrainingMemory(published("cuda", "recompute")).choose(card(80));
    assertEquals(MemoryLevel.RECOMPUTE, choice.level());
    assertTrue(choice.words().contains("(train.memory says so)"), choice.words());
  }

  @Test
  void theCpuBeginsAtFused() {
    TrainingMemory memory = new TrainingMemory(published("cpu", "auto"));
    assertEquals(MemoryLevel.FUSED, memory.choose(card(80)).level());
    assertEquals(MemoryLevel.FUSED, memory.choose(Optional.empty()).level());
    assertEquals(
        MemoryLevel.KEEP_ALL, new TrainingMemory(published("cpu", "keep_all")).choose(Optional.empty()).level());
  }
}
