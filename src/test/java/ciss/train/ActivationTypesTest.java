package ciss.train;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.Saving;
import ciss.model.SegmentorOptions;
import ciss.model.Segmentors;
import ciss.model.TrainingPass;
import ciss.nn.MemoryLevel;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.OperationScratch;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cases.CallRecorder;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.Operands;
import ciss.tensor.cases.RecordedCall;
import ciss.tensor.plan.PlanBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** In which types networks and losses hand their tensors to operations where activations are bf16. */
class ActivationTypesTest {
  /** An operation and the types of its tensors, in order; an absent tensor's is null. */
  private record Call(String operation, List<DType> types) {
    static Call of(RecordedCall call) {
      List<DType> types = new ArrayList<>();
      for (Object argument : call.arguments()) {
        if (argument instanceof Tensor t) {
          types.add(t.isAbsent() ? null : t.dtype());
        }
      }
      return new Call(call.operation(), types);
    }

    /** Whether this call differs from {@code other} by absent tensors at most. */
    boolean isCoveredBy(Call other) {
      boolean covered = operation.equals(other.operation);
      for (int i = 0; covered && i < types.size(); i++) {
        covered = types.get(i) == null || types.get(i) == other.types.get(i);
      }
      return covered;
    }
  }

  @Test
  void caseTableHasEveryCombinationOfTypesThatTrainingUses() {
    Set<Call> table = calls(DType.BF16, ActivationTypesTest::runTable);
    Set<Call> used = calls(DType.BF16, ActivationTypesTest::train);
    List<Call> missing =
        used.stream().filter(call -> table.stream().noneMatch(call::isCoveredBy)).toList();
    assertEquals(List.of(), missing);
    assertTrue(used.stream().anyMatch(call -> call.types.contains(DType.BF16)));
  }

  @Test
  void nothingIsBf16WhereActivationsAreFloats() {
    List<Call> halves =
        calls(DType.F32, ActivationTypesTest::train).stream().filter(call -> call.types.contains(DType.BF16)).toList();
    assertEquals(List.of(), halves);
  }

  private static Set<Call> calls(DType activations, Consumer<Backend> code) {
    try (PlanBackend plan = new PlanBackend(activations, OperationScratch.NONE)) {
      CallRecorder recorder = new CallRecorder(plan);
      code.accept(recorder.backend());
      return recorder.calls().stream().map(Call::of).collect(Collectors.toSet());
    }
  }

  private static void runTable(Backend backend) {
    Stream.of(OperationCases.tested(), OperationCases.testedInBf16())
        .flatMap(List::stream)
        .forEach(
            row -> {
              try (Workspace.Frame frame = backend.workspace().frame()) {
                Operands operands = new Operands();
                row.operands().forEach(o -> operands.put(o.name(), frame.take(o.dtype(), o.shape())));
                row.run(backend, operands);
              }
            });
  }

  /** An iteration at every level of memory, and a pass whose decoder's maps all enter losses. */
  private static void train(Backend backend) {
    for (MemoryLevel level : MemoryLevel.values()) {
      try (SyntheticTraining training =
          new SyntheticTraining(backend, SyntheticTraining.smallSetting(8), level, 1, 256, 256)) {
        training.run();
      }
    }
    SegmentorOptions network = SyntheticTraining.smallNetwork(8, 128);
    NetworkTables tables = Segmentors.tables(network);
    try (ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), true);
        Workspace.Region region = backend.workspace().region()) {
      Tensor image = backend.workspace().keep(1, 256, 256, 3);
      TrainingPass pass =
          Segmentors.create(network, backend, store)
              .forwardTraining(image, new SeededDraws(new Draws(0), 0).pass(0), Saving.EVERYTHING);
      for (int level = 0; level < pass.levels(); level++) {
        for (int i = 0; i < pass.maps(level); i++) {
          backend.accumulate(pass.feature(level, i), pass.dFeature(level, i));
        }
      }
      pass.backward();
    }
  }
}
