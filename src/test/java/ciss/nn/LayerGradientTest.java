package ciss.nn;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable.Init;
import ciss.tensor.RandomStream;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Each layer alone on small odd shapes: its backward is the derivative of its forward, and saving changes no value. */
class LayerGradientTest {
  private static final Backend BACKEND = new ReferenceBackend(16L << 20);
  private static final Shape MAP = Shape.of(2, 5, 7, 6);
  private static final Shape SLABS = Shape.of(3, 2, 5, 7, 4);

  @AfterAll
  static void close() {
    BACKEND.close();
  }

  /** A layer in the form that the test needs. */
  private interface Layer {
    /** Runs forward into {@code y} and returns the backward {@code (dy, dx)}, dx overwritten. */
    BiConsumer<Tensor, Tensor> forward(Pass pass, Tensor x, Tensor y);
  }

  /** How to make a layer, and the shapes it maps. */
  private record Case(
      Consumer<NetworkTables.Builder> tables, Function<Network, Layer> layer, Shape x, Shape y) {}

  private static final Init ANY = new Init.Normal(0.5);

  static Stream<Named<Case>> layers() {
    return Stream.of(
        Named.of(
            "linear",
            new Case(
                t -> Linear.declare(t, "l", ANY, ANY, 6, 5), LayerGradientTest::linear, MAP, Shape.of(2, 5, 7, 5))),
        Named.of(
            "layer norm",
            new Case(t -> LayerNorm.declare(t, "l", 6), LayerGradientTest::layerNorm, MAP, MAP)),
        Named.of(
            "strided convolution",
            new Case(
                t -> Convolution.declareWithBias(t, "l", ANY, ANY, 6, 3, 3),
                LayerGradientTest::convolution,
                MAP,
                Shape.of(2, 3, 4, 3))),
        Named.of("attention, 2x2 reduction that drops a row and a column", attention(2)),
        Named.of("attention without reduction", attention(1)),
        Named.of(
            "Mix-FFN",
            new Case(t -> MixFfn.declare(t, "l", 6), LayerGradientTest::mixFfn, MAP, MAP)),
        block(MemoryLevel.KEEP_ALL),
        block(MemoryLevel.FUSED),
        block(MemoryLevel.LEAN),
        block(MemoryLevel.RECOMPUTE),
        unit("1x1 unit over slabs", t -> DenseUnit.declare(t, "l", 12, 5, 1), n -> new DenseUnit(n, "l", 1, 1)),
        unit("dilated 3x3 unit over slabs", t -> DenseUnit.declare(t, "l", 12, 5, 3), n -> new DenseUnit(n, "l", 3, 2)),
        unit(
            "separable unit over slabs",
            t -> SeparableUnit.declare(t, "l", 12, 5),
            n -> new SeparableUnit(n, "l", 2)));
  }

  private static Layer linear(Network network) {
    Linear layer = new Linear(network, "l");
    return (pass, x, y) -> {
      layer.forward(x, y);
      return (dy, dx) -> layer.backward(x, dy, dx);
    };
  }

  private static Layer layerNorm(Network network) {
    LayerNorm layer = new LayerNorm(network, "l", 1e-6);
    return (pass, x, y) -> {
      LayerNorm.Statistics statistics = LayerNorm.statistics(pass, x);
      layer.forward(x, y, statistics);
      return (dy, dx) -> layer.backward(x, statistics, dy, dx);
    };
  }

  private static Layer convolution(Network network) {
    Convolution layer = new Convolution(network, "l", 2, 1, 1);
    return (pass, x, y) -> {
      layer.forward(x, y);
      return (dy, dx) -> {
        layer.backwardWeight(x, dy);
        layer.backwardInput(dy, dx, false);
      };
    };
  }

  private static Case attention(int ratio) {
    return new Case(
        t -> EfficientAttention.declare(t, "l", 6, ratio),
        network -> {
          EfficientAttention layer = new EfficientAttention(network, "l", 2, ratio);
          return (pass, x, y) -> {
            EfficientAttention.Run run = layer.forward(pass, x, y);
            return (dy, dx) -> run.backward(x, dy, dx);
          };
        },
        MAP,
        MAP);
  }

  private static Layer mixFfn(Network network) {
    MixFfn layer = new MixFfn(network, "l");
    return (pass, x, y) -> {
      MixFfn.Run run = layer.forward(pass, x, y);
      return (dy, dx) -> run.backward(x, dy, dx);
    };
  }

  private static Named<Case> block(MemoryLevel level) {
    return Named.of(
        "transformer block, " + level,
        new Case(
            t -> TransformerBlock.declare(t, "l", 6, 2), network -> block(network, level), MAP, MAP));
  }

  private static Layer block(Network network, MemoryLevel level) {
    TransformerBlock layer = new TransformerBlock(network, "l", 2, 2);
    return (pass, x, y) -> {
      Tensor factors = BACKEND.workspace().keep(2, MAP.size(0));
      BACKEND.upload(new float[] {0, 1.25f, 1.5f, 1}, factors);
      if (!pass.saving()) {
        BACKEND.copy(x, y);
      }
      TransformerBlock.Run run = layer.forward(pass.at(level), pass.saving() ? x : y, factors, y);
      return (dy, dx) -> {
        BACKEND.copy(dy, dx);
        run.backward(dx);
      };
    };
  }

  private static Named<Case> unit(
      String name, Consumer<NetworkTables.Builder> tables, Function<Network, ConvUnit> make) {
    return Named.of(
        name,
        new Case(
            tables,
            network -> {
              ConvUnit unit = make.apply(network);
              return (pass, x, y) -> {
                ConvUnit.Run run = unit.forward(pass, x, y);
                return (dy, dx) -> run.backward(x, dy, dx, false);
              };
            },
            SLABS,
            Shape.of(2, 5, 7, 5)));
  }

  private static Tensor keep(Shape shape) {
    return BACKEND.workspace().keep(DType.F32, shape);
  }

  private static float[] normal(long elements, int index) {
    RandomStream stream = new Draws(8).stream(Draws.Purpose.SCENE, 0, index);
    float[] values = new float[Math.toIntExact(elements)];
    for (int i = 0; i < values.length; i++) {
      values[i] = (float) stream.nextGaussian();
    }
    return values;
  }

  private static ParameterStore store(Case layer) {
    NetworkTables.Builder builder = new NetworkTables.Builder();
    layer.tables.accept(builder);
    NetworkTables tables = builder.build();
    ParameterStore store = new ParameterStore(BACKEND, tables.parameters(), tables.buffers(), true);
    BACKEND.upload(scaled(normal(store.values().flat().elements(), 0), 0.4f), store.values().flat());
    return store;
  }

  private static float[] scaled(float[] values, float factor) {
    for (int i = 0; i < values.length; i++) {
      values[i] *= factor;
    }
    return values;
  }

  private static double loss(Layer layer, Tensor x, Shape yShape) {
    try (Workspace.Region region = BACKEND.workspace().region()) {
      Tensor y = keep(yShape);
      layer.forward(new Pass(BACKEND, true, true), x, y);
      return dot(BACKEND.download(y), normal(y.elements(), 2));
    }
  }

  private static double dot(float[] a, float[] b) {
    double sum = 0;
    for (int i = 0; i < a.length; i++) {
      sum += (double) a[i] * b[i];
    }
    return sum;
  }

  @ParameterizedTest
  @MethodSource("layers")
  void backwardIsTheDerivative(Case made) {
    try (ParameterStore store = store(made);
        Workspace.Region region = BACKEND.workspace().region()) {
      Layer layer = made.layer.apply(new Network(BACKEND, store));
      Tensor x = keep(made.x);
      BACKEND.upload(normal(x.elements(), 1), x);
      Tensor dx = keep(made.x);
      Tensor dy = keep(made.y);
      BACKEND.upload(normal(dy.elements(), 2), dy);
      layer.forward(new Pass(BACKEND, true, true), x, keep(made.y)).accept(dy, dx);
      assertDerivative(layer, made, x, x, BACKEND.download(dx), "input");
      float[] gradients = BACKEND.download(store.gradients().flat());
      assertDerivative(layer, made, x, store.values().flat(), gradients, "parameters");
    }
  }

  private static void assertDerivative(
      Layer layer, Case made, Tensor x, Tensor variable, float[] gradient, String what) {
    double norm = Math.sqrt(dot(gradient, gradient));
    assertTrue(norm > 0.1, what + ": " + norm);
    double step = 5e-4;
    float[] values = BACKEND.download(variable);
    List<Double> losses = new ArrayList<>();
    for (int side = -1; side <= 1; side += 2) {
      float[] moved = values.clone();
      for (int i = 0; i < moved.length; i++) {
        moved[i] += (float) (side * step * gradient[i] / norm);
      }
      BACKEND.upload(moved, variable);
      losses.add(loss(layer, x, made.y));
    }
    BACKEND.upload(values, variable);
    assertEquals(norm, (losses.get(1) - losses.get(0)) / (2 * step), 0.01 * norm, what);
  }

  @ParameterizedTest
  @MethodSource("layers")
  void outputDoesNotDependOnSaving(Case made) {
    try (ParameterStore store = store(made);
        Workspace.Region region = BACKEND.workspace().region();
        Workspace.Frame frame = BACKEND.workspace().frame()) {
      Layer layer = made.layer.apply(new Network(BACKEND, store));
      Tensor x = keep(made.x);
      BACKEND.upload(normal(x.elements(), 1), x);
      Tensor saved = keep(made.y);
      Tensor unsaved = keep(made.y);
      layer.forward(new Pass(BACKEND, true, true), x, saved);
      layer.forward(new Pass(BACKEND, true, false), x, unsaved);
      assertArrayEquals(BACKEND.download(saved), BACKEND.download(unsaved));
    }
  }
}
