package ciss.tensor;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ShapeException;
import ciss.tensor.reference.ReferenceBackend;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class TensorTest {
  private final ReferenceBackend backend = new ReferenceBackend(64);
  private final Storage storage = backend.allocate(96);
  private final Tensor x = Tensor.of(storage, 0, Shape.of(4, 3, 2), DType.F32);

  @BeforeEach
  void count() {
    float[] values = new float[24];
    for (int i = 0; i < 24; i++) {
      values[i] = i;
    }
    backend.upload(values, x);
  }

  @AfterEach
  void close() {
    storage.close();
    backend.close();
  }

  @Test
  void rowsAreAViewOfTheFirstAxis() {
    Tensor rows = x.rows(1, 3);
    assertEquals(Shape.of(2, 3, 2), rows.shape());
    assertArrayEquals(new float[] {6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17}, backend.download(rows));
  }

  @Test
  void entryOfTheFirstAxisLosesThatAxis() {
    Tensor last = x.at(3);
    assertEquals(Shape.of(3, 2), last.shape());
    assertArrayEquals(new float[] {18, 19, 20, 21, 22, 23}, backend.download(last));
  }

  @Test
  void reshapeKeepsBytes() {
    assertEquals(5, backend.download(x.reshape(2, 12))[5]);
    ShapeException wrong = assertThrows(ShapeException.class, () -> x.reshape(5, 5));
    assertEquals("cannot see [4,3,2] as [5,5]", wrong.getMessage());
  }

  @Test
  void negativeAxesCountFromTheLast() {
    assertEquals(2, x.size(-1));
    assertEquals(3, x.size(-2));
  }

  @Test
  void viewOutsideOfItsStorageIsRefused() {
    assertThrows(ShapeException.class, () -> Tensor.of(storage, 4, Shape.of(24), DType.F32));
    assertThrows(ShapeException.class, () -> Tensor.of(storage, -4, Shape.of(1), DType.F32));
    assertThrows(ShapeException.class, () -> x.rows(2, 5));
  }

  @Test
  void useAfterCloseIsAnException() {
    Storage other = backend.allocate(64);
    Tensor y = Tensor.of(other, 0, Shape.of(4), DType.F32);
    other.close();
    assertThrows(ShapeException.class, () -> backend.fill(y, 0));
  }

  @Test
  void absentTensorHasNoElements() {
    assertTrue(Tensor.ABSENT.isAbsent());
    assertEquals(0, Tensor.ABSENT.address());
    assertEquals("absent", Tensor.ABSENT.toString());
  }
}
