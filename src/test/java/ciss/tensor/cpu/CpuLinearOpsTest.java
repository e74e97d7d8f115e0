package ciss.tensor.cpu;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ShapeException;
import ciss.tensor.LinearOps;
import ciss.tensor.LinearOps.LinearDims;
import ciss.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuLinearOpsTest {
  private static DenseFixture fixture;

  @BeforeAll
  static void open() {
    fixture = new DenseFixture(1, 2, 5);
  }

  @AfterAll
  static void close() {
    fixture.close();
  }

  @AfterEach
  void release() {
    fixture.release();
  }

  static List<LinearDims> sizes() {
    return List.of(
        new LinearDims(1, 1, 1, 1),
        new LinearDims(3, 1, 7, 19),
        new LinearDims(65, 1, 33, 5),
        new LinearDims(64, 1, 32, 64),
        new LinearDims(64, 1, 512, 2048),
        new LinearDims(1030, 1, 64, 256),
        new LinearDims(4096, 1, 32, 32),
        new LinearDims(257, 4, 256, 48),
        new LinearDims(300, 2, 256, 24), // weight rows 2 KiB apart
        new LinearDims(2000, 3, 20, 17));
  }

  private static void check(String what, Tensor output, Tensor bias, DenseFixture.Call<LinearOps> call) {
    fixture.check(LinearOps.class, what, output, bias, call);
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void forwardAgreesWithTheReference(LinearDims d) {
    Tensor x = fixture.random(d.slabs(), d.rows(), d.in());
    Tensor weight = fixture.random(d.out(), d.slabs() * d.in());
    Tensor bias = fixture.random(d.out());
    Tensor y = fixture.random(d.rows(), d.out());
    check(d + " with bias", y, bias, (ops, out, none) -> ops.linear(d, x, weight, bias, out));
    check(d + " without bias", y, bias, (ops, out, none) -> ops.linear(d, x, weight, Tensor.ABSENT, out));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void backwardAgreesWithTheReference(LinearDims d) {
    Tensor x = fixture.random(d.slabs(), d.rows(), d.in());
    Tensor weight = fixture.random(d.out(), d.slabs() * d.in());
    Tensor dy = fixture.random(d.rows(), d.out());
    Tensor bias = fixture.random(d.out());
    check(d + " dx", x, bias, (ops, dx, none) -> ops.linearBackwardInput(d, dy, weight, dx));
    check(d + " dx +=", x, bias, (ops, dx, none) -> ops.linearBackwardInputAccumulate(d, dy, weight, dx));
    check(d + " dw", weight, bias, (ops, dw, db) -> ops.linearBackwardWeight(d, x, dy, dw, db));
    check(d + " dw alone", weight, bias, (ops, dw, db) -> ops.linearBackwardWeight(d, x, dy, dw, Tensor.ABSENT));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void slabsOneAfterAnotherGiveTheBytesOfAll(LinearDims d) {
    Tensor x = fixture.random(d.slabs(), d.rows(), d.in());
    Tensor weight = fixture.random(d.out(), d.slabs() * d.in());
    Tensor expected = fixture.random(d.rows(), d.out());
    Tensor actual = fixture.random(d.rows(), d.out());
    LinearOps ops = fixture.backends.get(1);
    ops.linear(d, x, weight, Tensor.ABSENT, expected);
    for (int s = 0; s < d.slabs(); s++) {
      ops.linearSlab(d, s, x.at(s), weight, actual);
    }
    DenseFixture.assertSameBytes(d.toString(), expected, actual);
  }

  @Test
  void aSlabThatIsNotThereIsNamed() {
    LinearDims d = new LinearDims(8, 2, 4, 2);
    Tensor x = fixture.random(8, 4);
    Tensor weight = fixture.random(2, 8);
    ShapeException e =
        assertThrows(
            ShapeException.class,
            () -> fixture.backends.get(0).linearSlab(d, 2, x, weight, fixture.random(8, 2)));
    assertEquals("linearSlab: no slab 2 in LinearDims[rows=8, slabs=2, in=4, out=2]", e.getMessage());
  }

  @Test
  void aWrongShapeIsNamed() {
    LinearDims d = LinearDims.of(8, 4, 2);
    Tensor x = fixture.random(8, 4);
    Tensor weight = fixture.random(2, 5);
    Tensor y = fixture.random(8, 2);
    ShapeException e =
        assertThrows(
            ShapeException.class, () -> fixture.backends.get(0).linear(d, x, weight, Tensor.ABSENT, y));
    assertEquals(
        "linear: weight is F32 [2,5], expected F32 [2,4] or another shape of as many elements", e.getMessage());
  }
}
