package ciss.tensor;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ResourceException;
import ciss.tensor.reference.ReferenceBackend;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WorkspaceTest {
  private final ReferenceBackend backend = new ReferenceBackend(4096);
  private final Workspace workspace = backend.workspace();

  @AfterEach
  void close() {
    backend.close();
  }

  @Test
  void closingAFrameForgetsItsTemporaries() {
    try (Workspace.Frame outer = workspace.frame()) {
      outer.take(3);
      try (Workspace.Frame inner = workspace.frame()) {
        inner.take(16);
        assertEquals(128, workspace.usedBytes());
      }
      assertEquals(64, workspace.usedBytes());
    }
    assertEquals(0, workspace.usedBytes());
  }

  @Test
  void closingARegionForgetsWhatWasKept() {
    try (Workspace.Region region = workspace.region()) {
      workspace.keep(17);
      assertEquals(128, workspace.usedBytes());
    }
    assertEquals(0, workspace.usedBytes());
  }

  @Test
  void keptTensorsSurviveTheFrameTheyWereMadeIn() {
    try (Workspace.Region region = workspace.region()) {
      Tensor kept;
      try (Workspace.Frame frame = workspace.frame()) {
        frame.take(100);
        kept = workspace.keep(2);
      }
      backend.fill(kept, 3);
      try (Workspace.Frame frame = workspace.frame()) {
        backend.fill(frame.take(900), 0);
      }
      assertEquals(3, backend.download(kept)[1]);
    }
  }

  @Test
  void addressesAreMultiplesOf64() {
    try (Workspace.Frame frame = workspace.frame();
        Workspace.Region region = workspace.region()) {
      for (int i = 1; i < 5; i++) {
        assertEquals(0, frame.take(i).address() % 64);
        assertEquals(0, workspace.keep(DType.U8, Shape.of(i)).address() % 64);
      }
    }
  }

  @Test
  void itKnowsItsOwnTensors() {
    try (Workspace.Frame frame = workspace.frame();
        Storage other = backend.allocate(64)) {
      assertTrue(workspace.holds(frame.take(3)));
      assertFalse(workspace.holds(Tensor.of(other, 0, Shape.of(3), DType.F32)));
    }
  }

  @Test
  void peakCountsBothEnds() {
    try (Workspace.Region region = workspace.region()) {
      workspace.keep(64);
      try (Workspace.Frame frame = workspace.frame()) {
        frame.take(32);
      }
      workspace.keep(16);
    }
    assertEquals(384, workspace.peakBytes());
  }

  @Test
  void fullWorkspaceSaysWhatWasWantedAndWhatIsFree() {
    try (Workspace.Frame frame = workspace.frame()) {
      frame.take(960);
      ResourceException full = assertThrows(ResourceException.class, () -> workspace.keep(5, 16));
      assertTrue(full.getMessage().contains("F32 [5,16] needs 320 bytes, 256 are free"), full.getMessage());
    }
  }

  @Test
  void bothStacksShareThePeakOnceItIsKnown() {
    try (Workspace.Region region = workspace.region()) {
      workspace.keep(64);
    }
    try (Workspace.Frame frame = workspace.frame()) {
      frame.take(96);
    }
    assertEquals(384, workspace.peakBytes());
    try (Workspace.Region region = workspace.region();
        Workspace.Frame frame = workspace.frame()) {
      assertEquals(0, workspace.keep(32).offset());
      assertEquals(384 - 256, frame.take(64).offset());
    }
  }

  @Test
  void bothStacksShareAnExpectedPeakFromTheStart() {
    workspace.expectPeak(350);
    try (Workspace.Region region = workspace.region();
        Workspace.Frame frame = workspace.frame()) {
      assertEquals(0, workspace.keep(32).offset());
      assertEquals(384 - 128, frame.take(32).offset());
      assertEquals(4096 - 192, frame.take(48).offset());
    }
    try (Workspace.Frame frame = workspace.frame()) {
      assertEquals(448 - 128, frame.take(32).offset());
    }
  }

  @Test
  void partsAreReservedAsTheyAreNeededAndExchangedForOne() {
    List<Long> reserved = new ArrayList<>();
    try (Workspace growing =
        new Workspace(
            bytes -> {
              reserved.add(bytes);
              return backend.allocate(bytes);
            })) {
      assertEquals(0, growing.reservedBytes());
      growing.expectPeak(1000);
      try (Workspace.Region region = growing.region();
          Workspace.Frame frame = growing.frame()) {
        Tensor first = growing.keep(128);
        Tensor second = frame.take(128);
        assertEquals(first.storage(), second.storage());
        try (Workspace.Frame inner = growing.frame()) {
          assertNotEquals(first.storage(), inner.take(9 << 20).storage());
          assertEquals(1024 + (36 << 20), growing.usedBytes());
        }
        assertEquals(1024, growing.usedBytes());
        assertEquals(2, reserved.size());
      }
      assertEquals(List.of(1024L, 36L << 20, 1024L + (36 << 20)), reserved);
      assertEquals(1024 + (36 << 20), growing.reservedBytes());
      growing.expectPeak(10);
      try (Workspace.Frame frame = growing.frame()) {
        frame.take(16);
      }
      assertEquals(3, reserved.size());
    }
  }

  @Test
  void whatDoesNotFitThePeakGoesBehindIt() {
    try (Workspace.Region region = workspace.region()) {
      workspace.keep(64);
    }
    try (Workspace.Region outer = workspace.region()) {
      workspace.keep(48);
      try (Workspace.Region inner = workspace.region();
          Workspace.Frame frame = workspace.frame()) {
        assertEquals(256, workspace.keep(32).offset());
        assertEquals(4096 - 128, frame.take(32).offset());
        assertEquals(192, workspace.keep(16).offset());
        assertEquals(512, workspace.usedBytes());
      }
      assertEquals(192, workspace.usedBytes());
    }
    assertEquals(0, workspace.usedBytes());
  }
}
