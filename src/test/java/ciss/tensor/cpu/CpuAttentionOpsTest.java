package ciss.tensor.cpu;

import static ciss.tensor.cpu.DenseFixture.assertClose;
import static ciss.tensor.cpu.DenseFixture.assertSameBytes;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ShapeException;
import ciss.tensor.AttentionOps.AttentionDims;
import ciss.tensor.AttentionScratch;
import ciss.tensor.Tensor;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CpuAttentionOpsTest {
  private static final double OUTPUT_BOUND = 3e-7;
  /** Gradients of keys and values are sums over up to 1300 rows here. */
  private static final double GRADIENT_BOUND = 1e-6;

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

  /** n, tokens, keys, heads, headDim. */
  static List<AttentionDims> sizes() {
    return List.of(
        new AttentionDims(1, 1, 1, 1, 1),
        new AttentionDims(1, 1, 1, 1, 32),
        new AttentionDims(2, 60, 60, 3, 16),
        new AttentionDims(2, 64, 16, 5, 32),
        new AttentionDims(1, 256, 256, 2, 64),
        new AttentionDims(1, 1021, 64, 1, 32),
        new AttentionDims(1, 30, 1021, 1, 64),
        new AttentionDims(1, 1300, 17, 2, 32),
        new AttentionDims(3, 33, 7, 2, 19),
        new AttentionDims(1, 13, 70, 2, 100));
  }

  @ParameterizedTest
  @MethodSource("sizes")
  void forwardAndBackwardAgreeWithTheReference(AttentionDims d) {
    Tensor q = fixture.random(d.n(), d.tokens(), d.channels());
    Tensor kv = fixture.random(d.n(), d.keys(), 2 * d.channels());
    Tensor dO = fixture.random(d.n(), d.tokens(), d.channels());
    Tensor o = fixture.random(d.n(), d.tokens(), d.channels());
    Tensor logSumExp = fixture.random(d.n(), d.heads(), d.tokens());
    Tensor dkv = fixture.copy(kv);
    fixture.reference.attention(d, q, kv, o, logSumExp);
    Tensor dq = fixture.copy(dO);
    fixture.reference.attentionBackward(d, q, kv, o, logSumExp, dO, dq, dkv);
    Tensor first = null;
    for (var backend : fixture.backends) {
      String where = d + ", " + backend.cpu().threads() + " threads";
      Tensor actualO = fixture.random(d.n(), d.tokens(), d.channels());
      Tensor actualLogSumExp = fixture.random(d.n(), d.heads(), d.tokens());
      backend.attention(d, q, kv, actualO, actualLogSumExp);
      assertClose(where + ", o", o, actualO, OUTPUT_BOUND, 1);
      assertClose(where + ", logSumExp", logSumExp, actualLogSumExp, OUTPUT_BOUND, 1);
      Tensor inPlace = fixture.copy(dO);
      Tensor actualDkv = fixture.random(d.n(), d.keys(), 2 * d.channels());
      backend.attentionBackward(d, q, kv, o, logSumExp, inPlace, inPlace, actualDkv);
      assertClose(where + ", dq", dq, inPlace, GRADIENT_BOUND, 1);
      assertClose(where + ", dkv", dkv, actualDkv, GRADIENT_BOUND, 1);
      first = first == null ? actualDkv : first;
      assertSameBytes(where, first, actualDkv);
      assertEquals(0, backend.cpu().workspace().usedBytes(), where);
    }
    fixture.assertSentinelsUntouched(d.toString());
  }

  @Test
  void manyRowsOfOneHeadAreCutIntoPartials() {
    assertEquals(3, AttentionScratch.partials(new AttentionDims(1, 1300, 17, 2, 32)));
    assertEquals(1, AttentionScratch.partials(new AttentionDims(16, 16384, 17, 8, 32)));
  }

  @Test
  void aWrongShapeIsNamed() {
    AttentionDims d = new AttentionDims(1, 8, 4, 2, 16);
    Tensor q = fixture.random(1, 8, 32);
    Tensor kv = fixture.random(1, 4, 32);
    Tensor logSumExp = fixture.random(1, 2, 8);
    ShapeException e =
        assertThrows(ShapeException.class, () -> fixture.backends.get(0).attention(d, q, kv, q, logSumExp));
    assertEquals(
        "attention: kv is F32 [1,4,32], expected F32 [1,4,64] or another shape of as many elements", e.getMessage());
  }
}
