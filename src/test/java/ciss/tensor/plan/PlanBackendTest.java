package ciss.tensor.plan;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ShapeException;
import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.DType;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.OperationFamily;
import ciss.tensor.OperationWork;
import ciss.tensor.Precision;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.cases.OperationCase;
import ciss.tensor.cases.OperationCases;
import ciss.tensor.cases.Operands;
import ciss.tensor.cuda.CudaScratch;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class PlanBackendTest {
  private final PlanBackend plan = new PlanBackend();

  @AfterEach
  void close() {
    plan.close();
  }

  @Test
  void linearCountsTwoOperationsPerMultiplyAdd() {
    try (Workspace.Frame frame = plan.workspace().frame()) {
      Tensor y = frame.take(3, 5);
      plan.linear(LinearDims.of(3, 7, 5), frame.take(3, 7), frame.take(5, 7), Tensor.ABSENT, y);
      plan.fill(y, 0);
    }
    long bytes = 4 * (21 + 35 + 15);
    assertEquals(
        List.of(new OperationWork("linear", 1, 210, bytes), new OperationWork("fill", 1, 0, 60)), plan.work());
  }

  @Test
  void attentionBackwardCountsTwoAndAHalfForwards() {
    AttentionDims d = new AttentionDims(2, 8, 4, 2, 16);
    try (Workspace.Frame frame = plan.workspace().frame()) {
      Tensor q = frame.take(2, 8, 32);
      Tensor kv = frame.take(2, 4, 64);
      plan.attentionBackward(d, q, kv, q, frame.take(2, 2, 8), q, q, kv);
    }
    assertEquals(d.flops() * 5 / 2, plan.flops());
  }

  @Test
  void openStoragesAreCounted() {
    Storage first = plan.allocate(1000);
    Storage second = plan.allocate(24);
    assertEquals(1024, plan.allocatedBytes());
    first.close();
    first.close();
    assertEquals(24, plan.allocatedBytes());
    assertEquals(2, plan.allocations());
    second.close();
    assertThrows(ShapeException.class, second::address);
  }

  /** Where products are of bf16, parameters have copies, and factors of another type in the workspace too. */
  @Test
  void roundedCopiesAreCounted() {
    try (PlanBackend halves = new PlanBackend(DType.BF16, CudaScratch.of(Precision.BF16, true));
        Storage parameters = halves.allocate(4000);
        Workspace.Frame frame = halves.workspace().frame()) {
      Tensor weight = Tensor.of(parameters, 0, Shape.of(8, 64), DType.F32);
      Tensor y = frame.take(DType.BF16, Shape.of(4, 8));
      Tensor x = frame.take(4, 64);
      long before = halves.workspace().peakBytes();
      halves.linear(LinearDims.of(4, 64, 8), x, weight, Tensor.ABSENT, y);
      halves.linear(LinearDims.of(4, 64, 8), x, weight, Tensor.ABSENT, y);
      assertEquals(before + 2 * 4 * 64, halves.workspace().peakBytes());
      assertEquals(4000 + 2000, halves.allocatedBytes());
      parameters.close();
      assertEquals(0, halves.allocatedBytes());
    }
  }

  @Test
  void hugeTensorsTakeNoMemory() {
    try (Workspace.Frame frame = plan.workspace().frame()) {
      frame.take(18, 1024, 1024, 1024);
      assertEquals(4L * 18 << 30, plan.workspace().peakBytes());
    }
  }

  @Test
  void downloadsReadZeros() {
    try (Workspace.Frame frame = plan.workspace().frame()) {
      assertEquals(0, plan.download(frame.take(2))[1]);
    }
  }

  @Test
  void everythingIsFinite() {
    try (Workspace.Frame frame = plan.workspace().frame()) {
      Tensor index = frame.take(DType.F64, Shape.of(1));
      plan.firstNonFinite(frame.take(3), index);
      assertEquals(-1, plan.downloadDoubles(index)[0]);
    }
  }

  /** Also shows that no row of the case table needs more than its operands. */
  @Test
  void everyRowOfTheCaseTableRunsAndHasAFamily() {
    for (OperationCase row : OperationCases.all()) {
      plan.reset();
      try (Workspace.Frame frame = plan.workspace().frame()) {
        Operands operands = new Operands();
        row.operands().forEach(o -> operands.put(o.name(), frame.take(o.dtype(), o.shape())));
        row.run(plan, operands);
      }
      assertEquals(1, plan.work().size());
      OperationWork work = plan.work().getFirst();
      assertEquals(row.operation(), work.operation());
      OperationFamily.of(work.operation());
    }
  }
}
