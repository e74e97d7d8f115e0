package ciss.tensor.cases;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.OperationScratch;
import ciss.tensor.Precision;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.plan.PlanBackend;
import ciss.tensor.reference.ReferenceBackend;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;

/** Runs one row of the case table on a backend and says what is wrong with it. */
public final class OperationCheck implements AutoCloseable {
  private static final int POISONED_BYTES = 8 << 20;

  private final ReferenceBackend reference = new ReferenceBackend(1 << 20);

  /** One way of calling an operation. */
  private record Setting(int shift, OperationCase.Alias alias) {
    @Override
    public String toString() {
      return (shift == 0 ? "" : " at odd addresses") + (alias == null ? "" : " with " + alias.output() + " = " + alias.input());
    }
  }

  /**
   * Results against the reference, at aligned and at odd addresses and for every allowed aliasing; nothing else written;
   * workspace given back and not trusted to be zero, and no more of it taken than planned.
   *
   * @return complaints, none if all is well
   */
  public List<String> complaints(OperationCase row, Backend backend) {
    return complaints(row, backend, Precision.FP32);
  }

  /** The same with the bounds of a precision. */
  public List<String> complaints(OperationCase row, Backend backend, Precision precision) {
    Map<String, byte[]> initial = initial(row);
    OperationCase floats = row.inFloats();
    Map<String, byte[]> expected =
        run(floats, reference, CaseMemory.converted(row, floats, initial), new Setting(0, null), new ArrayList<>());
    List<Setting> settings = new ArrayList<>(List.of(new Setting(0, null), new Setting(1, null)));
    row.aliases().forEach(alias -> settings.add(new Setting(0, alias)));
    List<String> complaints = new ArrayList<>();
    for (Setting setting : settings) {
      Map<String, byte[]> actual = run(row, backend, initial, setting, complaints);
      for (Operand operand : row.operands()) {
        boolean replaced = setting.alias != null && operand.name().equals(setting.alias.input());
        if (!replaced) {
          byte[] start = initial.get(operand.name());
          difference(
              row, operand, precision, operand.isOutput() ? expected.get(operand.name()) : start,
              actual.get(operand.name()), setting, complaints);
        }
      }
    }
    return complaints;
  }

  /** What a plan counts for the temporary memory of one call. */
  private static long plannedScratch(OperationCase row, OperationScratch scratch) {
    try (PlanBackend plan = new PlanBackend(DType.F32, scratch);
        Workspace.Frame frame = plan.workspace().frame()) {
      Operands operands = new Operands();
      row.operands().forEach(o -> operands.put(o.name(), frame.take(o.dtype(), o.shape())));
      plan.workspace().restartPeak();
      row.run(plan, operands);
      return plan.workspace().peakBytes() - plan.workspace().usedBytes();
    }
  }

  /** The bytes of all operands after the call, for comparisons between thread counts. */
  public Map<String, byte[]> results(OperationCase row, Backend backend) {
    return run(row, backend, initial(row), new Setting(0, null), new ArrayList<>());
  }

  private Map<String, byte[]> initial(OperationCase row) {
    OperationCase floats = row.inFloats();
    try (CaseMemory memory = new CaseMemory(reference, floats, 0, null)) {
      memory.upload(CaseMemory.initial(row));
      floats.prepare(reference, memory.operands());
      return CaseMemory.converted(floats, row, memory.download());
    }
  }

  private static Map<String, byte[]> run(
      OperationCase row, Backend backend, Map<String, byte[]> initial, Setting setting, List<String> complaints) {
    try (CaseMemory memory = new CaseMemory(backend, row, setting.shift, setting.alias)) {
      memory.upload(initial);
      poisonWorkspace(backend);
      long used = backend.workspace().usedBytes();
      backend.workspace().restartPeak();
      row.run(backend, memory.operands());
      backend.synchronize();
      long taken = backend.workspace().peakBytes() - used;
      long planned = plannedScratch(row, backend.scratch());
      if (taken > planned) {
        complaints.add("%s%s: takes %,d bytes of workspace, a plan says %,d".formatted(row, setting, taken, planned));
      }
      if (backend.workspace().usedBytes() != used) {
        complaints.add(row.toString() + setting + ": keeps workspace memory");
      }
      if (memory.isGuardBroken()) {
        complaints.add(row.toString() + setting + ": writes outside of its operands");
      }
      return memory.download();
    }
  }

  /** Temporaries come from both ends. */
  private static void poisonWorkspace(Backend backend) {
    long total = backend.workspace().storage().bytes();
    int bytes = (int) Math.min(total, POISONED_BYTES);
    byte[] poison = new byte[bytes];
    Arrays.fill(poison, (byte) 0xFF);
    for (long offset : new long[] {0, total - bytes}) {
      Tensor end = Tensor.of(backend.workspace().storage(), offset, Shape.of(bytes), DType.U8);
      backend.upload(MemorySegment.ofArray(poison), end);
    }
  }

  private static void difference(
      OperationCase row, Operand operand, Precision precision, byte[] expected, byte[] actual, Setting setting,
      List<String> complaints) {
    if (Arrays.equals(expected, actual)) {
      return;
    }
    if (!operand.isOutput()) {
      complaints.add(row.toString() + setting + ": changes its input " + operand.name());
      return;
    }
    double[] wanted = CaseMemory.values(inFloats(row, operand), expected);
    double[] found = CaseMemory.values(operand, actual);
    double magnitude = isActivation(operand) ? Math.max(rootMeanSquare(wanted), row.scale()) : row.scale();
    double tolerance = operand.dtype() == DType.U8 ? 0 : row.tolerance(precision, operand);
    int worst = -1;
    double worstShare = 1;
    int count = 0;
    for (int i = 0; i < wanted.length; i++) {
      double error = Math.abs(found[i] - wanted[i]);
      double share = error == 0 ? 0 : error / (tolerance * (Math.abs(wanted[i]) + magnitude));
      if (!(share <= 1)) {
        count++;
        if (worst < 0 || !(share <= worstShare)) {
          worst = i;
          worstShare = share;
        }
      }
    }
    if (worst >= 0) {
      complaints.add(
          "%s%s: %s[%d] is %s, expected %s: %.3g times the bound; %d of %d values are wrong"
              .formatted(
                  row, setting, operand.name(), worst, found[worst], wanted[worst], worstShare, count, wanted.length));
    }
  }

  /** The operand as the reference sees it. */
  private static Operand inFloats(OperationCase row, Operand operand) {
    return row.inFloats().operands().stream().filter(o -> o.name().equals(operand.name())).findFirst().orElseThrow();
  }

  private static boolean isActivation(Operand operand) {
    return operand.dtype() == DType.F32 || operand.dtype() == DType.BF16;
  }

  private static double rootMeanSquare(double[] values) {
    double sum = 0;
    for (double value : values) {
      sum += Double.isFinite(value) ? value * value : 0;
    }
    return Math.sqrt(sum / values.length);
  }

  @Override
  public void close() {
    reference.close();
  }
}
