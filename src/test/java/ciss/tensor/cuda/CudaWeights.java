package ciss.tensor.cuda;

import ciss.tensor.BFloat16;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.OptimizerOps.AdamWGroup;
import ciss.tensor.Precision;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;

/** A process of its own that changes parameters in every way there is: products read what they hold then. */
final class CudaWeights {
  private static final int OUT = 5;
  private static final int IN = 6;
  private static final int PADDED = 48;

  private final Backend cuda;
  private final Tensor parameters;
  private final Tensor other;
  private final Tensor x;

  private CudaWeights(Backend cuda, Storage parameters, Storage other, Storage x) {
    this.cuda = cuda;
    this.parameters = Tensor.of(parameters, 0, Shape.of(PADDED), DType.F32);
    this.other = Tensor.of(other, 0, Shape.of(PADDED), DType.F32);
    this.x = Tensor.of(x, 0, Shape.of(IN, IN), DType.F32);
  }

  /** A line per way, {@code ok} or {@code wrong}. */
  public static void main(String[] arguments) {
    try (CudaBackend cuda = new CudaBackend(0, Precision.BF16, 1 << 20);
        Storage parameters = cuda.allocate(4 * PADDED);
        Storage other = cuda.allocate(4 * PADDED);
        Storage x = cuda.allocate(4 * IN * IN)) {
      new CudaWeights(cuda, parameters, other, x).run();
    }
  }

  private void run() {
    float[] unit = new float[IN * IN];
    for (int i = 0; i < IN; i++) {
      unit[IN * i + i] = 1;
    }
    cuda.upload(unit, x);
    check("upload", w -> cuda.upload(ramp(1), w));
    check("upload of a part", w -> cuda.upload(new float[] {9}, w.rows(17, 18)));
    check("fill", w -> cuda.fill(w, 0.3f));
    cuda.upload(ramp(7), other);
    check("copy", w -> cuda.copy(other, w));
    check("accumulate", w -> cuda.accumulate(other, w));
    check("adamW", this::step);
    check("adamW once more", this::step);
    check("movingAverage", w -> cuda.movingAverage(0.9, other, w));
    check("upload after adamW", w -> cuda.upload(ramp(3), w));
    cuda.fill(parameters, 2);
    check("adamW with a copy that is out of date", this::step);
  }

  /** Two groups, the second at an odd place; what lies between and behind stays. */
  private void step(Tensor w) {
    try (Storage moments = cuda.allocate(12 * PADDED)) {
      Tensor all = Tensor.of(moments, 0, Shape.of(3, PADDED), DType.F32);
      cuda.fill(all, 0.5f);
      List<AdamWGroup> groups = List.of(new AdamWGroup(0, 8, 0.1, 0.1), new AdamWGroup(13, 30, 0.2, 0));
      cuda.adamW(groups, 0.9, 0.999, 1e-8, 1, all.at(0), w, all.at(1), all.at(2), Tensor.ABSENT);
    }
  }

  /** The product of the unit matrix with weights that start at the 13th parameter shows them. */
  private void check(String name, Consumer<Tensor> change) {
    change.accept(parameters);
    Tensor weight = parameters.rows(13, 13 + OUT * IN).reshape(OUT, IN);
    try (Storage result = cuda.allocate(4 * IN * OUT)) {
      Tensor y = Tensor.of(result, 0, Shape.of(IN, OUT), DType.F32);
      cuda.linear(LinearDims.of(IN, IN, OUT), x, weight, Tensor.ABSENT, y);
      float[] shown = cuda.download(y);
      float[] values = cuda.download(weight);
      float[] expected = new float[shown.length];
      for (int i = 0; i < expected.length; i++) {
        expected[i] = BFloat16.round(values[i % OUT * IN + i / OUT]);
      }
      System.out.println((Arrays.equals(expected, shown) ? "ok " : "wrong ") + name);
    }
  }

  private static float[] ramp(int step) {
    float[] values = new float[PADDED];
    for (int i = 0; i < PADDED; i++) {
      values[i] = (float) Math.sin(i * step);
    }
    return values;
  }
}
