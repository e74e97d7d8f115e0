package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.Backend;
import ciss.tensor.ConvolutionOps.ConvolutionDims;
import ciss.tensor.DType;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.MixOps.ColorJitter;
import ciss.tensor.Phase;
import ciss.tensor.PhaseTimer;
import ciss.tensor.Precision;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;

/** A process of its own that puts operations of each kind into phases and checks what comes out. A line per check. */
final class CudaPhases {
  private static final int TIMES = 4;

  private final CudaBackend cuda;
  private long launches;
  private boolean failed;

  private CudaPhases(CudaBackend cuda) {
    this.cuda = cuda;
  }

  public static void main(String[] arguments) {
    boolean failed;
    try (CudaBackend cuda = new CudaBackend(0, Precision.FP32, 64L << 20)) {
      CudaPhases phases = new CudaPhases(cuda);
      cuda.workspace().expectPeak(16L << 20); // else addresses move after the first use
      phases.libraryCalls();
      phases.slotsThatChange();
      phases.readBack();
      phases.largeUpload();
      phases.moreSlotsThanThereIsRoom();
      phases.moreListsThanAreKept();
      phases.times();
      phases.exception();
      phases.nested();
      failed = phases.failed;
    }
    System.exit(failed ? 1 : 0);
  }

  private void check(String name, boolean right, long graphs) {
    long launched = cuda.cuda().driver().graphLaunches() - launches;
    launches += launched;
    failed |= !right || launched != graphs;
    System.out.println("%s %s, %d graphs".formatted(right && launched == graphs ? "ok" : "wrong", name, launched));
  }

  private Tensor tensor(int... sizes) {
    Shape shape = Shape.of(sizes);
    Storage storage = cuda.allocate(4 * shape.elements());
    return Tensor.of(storage, 0, shape, DType.F32);
  }

  private Tensor ramp(int... sizes) {
    Tensor x = tensor(sizes);
    float[] values = new float[Math.toIntExact(x.elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] = i * 37 % 101 / 16f - 3;
    }
    cuda.upload(values, x);
    return x;
  }

  /** cuBLAS, each direction of cuDNN, a memset, a copy: captured at the second time. */
  private void libraryCalls() {
    ConvolutionDims d = new ConvolutionDims(1, 6, 5, 1, 4, 8, 3, 1, 1, 1);
    LinearDims l = LinearDims.of(30, 4, 8);
    Tensor x = ramp(1, 6, 5, 4);
    Tensor weight = ramp(8, 36);
    Tensor y = tensor(1, 6, 5, 8);
    Tensor dx = tensor(1, 6, 5, 4);
    Tensor dWeight = tensor(8, 36);
    Tensor product = tensor(30, 8);
    Tensor copy = tensor(30, 8);
    Tensor[] results = {y, dx, dWeight, product, copy};
    float[][] first = new float[results.length][];
    boolean equal = true;
    for (int i = 0; i < TIMES; i++) {
      try (Phase phase = cuda.phase("libraries")) {
        cuda.convolution(d, x, weight, Tensor.ABSENT, y);
        cuda.convolutionBackwardInput(d, y, weight, dx);
        cuda.cuda().commands().zero(dWeight.address(), dWeight.bytes());
        cuda.convolutionBackwardWeight(d, x, y, dWeight, Tensor.ABSENT);
        cuda.linear(l, x.reshape(30, 4), weight.reshape(72, 4).rows(0, 8), Tensor.ABSENT, product);
        cuda.copy(product, copy);
      }
      for (int k = 0; k < results.length; k++) {
        float[] values = cuda.download(results[k]);
        first[k] = i == 0 ? values : first[k];
        equal &= Arrays.equals(first[k], values) && values[1] != 0;
        cuda.fill(results[k], Float.NaN);
      }
    }
    check("cuBLAS, cuDNN, zeros and copies", equal, TIMES - 1);
  }

  private void slotsThatChange() {
    float[] mean = {0, 0, 0};
    float[] std = {1, 1, 1};
    Tensor image = tensor(4, 4, 3);
    Tensor picture = ramp(4, 4, 3);
    Tensor small = tensor(2);
    boolean equal = true;
    for (int i = 0; i < TIMES; i++) {
      ColorJitter jitter = new ColorJitter(1 + 0.1 * i, 1 - 0.1 * i, 1, 0.01 * i, new int[] {i % 2, 1 - i % 2, 2, 3});
      cuda.copy(picture, image);
      cuda.colorJitter(image, jitter, mean, std);
      float[] expected = cuda.download(image);
      try (Phase phase = cuda.phase("slots")) {
        cuda.copy(picture, image);
        cuda.colorJitter(image, jitter, mean, std);
        cuda.upload(new float[] {i, -i}, small);
      }
      equal &= Arrays.equals(expected, cuda.download(image));
      equal &= Arrays.equals(new float[] {i, -i}, cuda.download(small));
    }
    check("slots and small uploads", equal, TIMES - 1);
  }

  private void readBack() {
    Tensor x = tensor(8);
    boolean equal = true;
    for (int i = 0; i < TIMES; i++) {
      try (Phase phase = cuda.phase("read")) {
        cuda.fill(x, 3);
        equal &= cuda.download(x)[7] == 3;
        cuda.fill(x, 4);
      }
      equal &= cuda.download(x)[7] == 4;
    }
    check("a result that is read within a phase", equal, 0);
  }

  private void largeUpload() {
    Tensor x = tensor(1 << 16);
    Tensor y = tensor(1 << 16);
    boolean equal = true;
    for (int i = 0; i < TIMES; i++) {
      float[] values = new float[1 << 16];
      Arrays.fill(values, i);
      try (Phase phase = cuda.phase("upload")) {
        cuda.fill(x, -1);
        cuda.copy(x, y);
        cuda.upload(MemorySegment.ofArray(values), x);
        cuda.accumulate(x, y);
      }
      equal &= cuda.download(y)[9] == i - 1;
    }
    check("a large upload between operations", equal, 0);
  }

  private void moreSlotsThanThereIsRoom() {
    int pieces = 300;
    Tensor x = tensor(pieces, 1 << 10);
    float[] values = new float[1 << 10];
    try (Phase phase = cuda.phase("many")) {
      for (int i = 0; i < pieces; i++) {
        Arrays.fill(values, i);
        cuda.upload(values, x.at(i));
      }
    }
    float[] all = cuda.download(x);
    boolean equal = true;
    for (int i = 0; i < all.length; i++) {
      equal &= all[i] == i >> 10;
    }
    check("more slots than there is room for", equal, 0);
  }

  /** Ten lists in turn, of which eight are kept: none is there any more when it comes again. */
  private void moreListsThanAreKept() {
    Tensor x = tensor(8);
    boolean equal = true;
    for (int i = 0; i < 30; i++) {
      int value = i % 10;
      try (Phase phase = cuda.phase("lists")) {
        cuda.fill(x, value);
      }
      equal &= cuda.download(x)[0] == value;
    }
    check("more lists than are kept", equal, 0);
    for (int i = 0; i < 30; i++) {
      int value = i / 3;
      try (Phase phase = cuda.phase("lists")) {
        cuda.fill(x, value);
      }
      equal &= cuda.download(x)[0] == value;
    }
    // Each has made room before it comes again, is new at its first time and a graph at the next two.
    check("graphs that make room", equal, 10 * 2);
  }

  /** Each phase from its first command to its last, however it is issued. */
  private void times() {
    Tensor x = tensor(1 << 20);
    PhaseTimer timer = new PhaseTimer();
    Backend timed = timer.observe(cuda);
    for (int i = 0; i < TIMES; i++) {
      try (Phase phase = timed.phase("long")) {
        timed.fill(x, 1);
      }
      try (Phase phase = timed.phase("none")) {
        timed.name();
      }
    }
    List<PhaseTimer.PhaseTime> times = timer.times();
    timer.reset();
    boolean right = times.size() == 2 && times.get(0).phase().equals("long") && times.get(1).phase().equals("none");
    right &= times.get(0).seconds() > times.get(1).seconds() && times.get(1).seconds() >= 0;
    check("times of phases", right, TIMES - 1);
  }

  /** What came before it has been done, and the next phase is one like others. */
  private void exception() {
    Tensor x = tensor(8);
    boolean equal = true;
    for (int i = 0; i < TIMES; i++) {
      try (Phase phase = cuda.phase("broken")) {
        cuda.fill(x, i);
        cuda.accumulate(x, tensor(7));
        equal = false;
      } catch (ShapeException e) {
        equal &= cuda.download(x)[0] == i;
      }
    }
    try (Phase phase = cuda.phase("whole")) {
      cuda.fill(x, -1);
    }
    check("an exception in a phase", equal && cuda.download(x)[7] == -1, 0);
  }

  private void nested() {
    String message = "";
    try (Phase outer = cuda.phase("outer");
        Phase inner = cuda.phase("inner")) {
      message = "no exception";
    } catch (IllegalStateException e) {
      message = e.getMessage();
    }
    check("a phase in a phase: " + message, message.equals("phase 'inner' begins in a phase"), 0);
  }
}
