package ciss.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ShapeException;
import org.junit.jupiter.api.Test;

class BFloat16Test {
  /** Neighbours of 1 are 2^-7 apart above it. */
  @Test
  void nearestValueIsTakenAndOfTwoTheEvenOne() {
    assertEquals(1, BFloat16.round(1));
    assertEquals(1, BFloat16.round(1 + 0x1p-8f), "a tie, 1 is even");
    assertEquals(1 + 0x1p-6f, BFloat16.round(1 + 0x1.8p-7f), "a tie, 1 + 2^-7 is odd");
    assertEquals(1 + 0x1p-7f, BFloat16.round(1 + 0x1.01p-8f));
    assertEquals(-3.140625f, BFloat16.round((float) -Math.PI));
  }

  @Test
  void rangeIsThatOfFloat() {
    assertEquals(Float.MIN_NORMAL, BFloat16.round(Float.MIN_NORMAL));
    assertEquals(Float.POSITIVE_INFINITY, BFloat16.round(Float.MAX_VALUE), "nearer to 2^128 than to the largest value");
    assertEquals(Float.NEGATIVE_INFINITY, BFloat16.round(Float.NEGATIVE_INFINITY));
    assertTrue(Float.isNaN(BFloat16.round(Float.intBitsToFloat(0x7F800001))), "a NaN with low bits only");
  }

  @Test
  void memoryOfABackendWithoutItHoldsNone() {
    Storage floats =
        new Storage() {
          @Override
          public long bytes() {
            return 64;
          }

          @Override
          public long address() {
            return 0;
          }

          @Override
          public void close() {}
        };
    ShapeException error =
        assertThrows(ShapeException.class, () -> Tensor.of(floats, 0, Shape.of(4), DType.BF16));
    assertEquals("tensor BF16 [4]: this backend computes without BF16", error.getMessage());
  }
}
