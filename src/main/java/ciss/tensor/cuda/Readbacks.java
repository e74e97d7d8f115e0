package ciss.tensor.cuda;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;

import ciss.tensor.Readback;
import ciss.tensor.Tensor;
import java.lang.foreign.MemorySegment;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;

/** Copies of small tensors that are on their way to the host, in pinned memory that is used again and again. */
final class Readbacks implements AutoCloseable {
  private static final long LARGEST = 1 << 14;

  private final Driver driver;
  private final List<Area> all = new ArrayList<>();
  private final Deque<Area> free = new ArrayDeque<>();

  private final class Area {
    private final MemorySegment pinned = driver.allocatePinned(LARGEST);
    private final Driver.Event arrived = driver.event();
  }

  private final class UnderWay implements Readback {
    private final Area area;
    private final long size;

    private UnderWay(Area area, long size) {
      this.area = area;
      this.size = size;
    }

    @Override
    public boolean isReady() {
      driver.enter();
      return area.arrived.isOver();
    }

    @Override
    public MemorySegment bytes() {
      driver.enter();
      area.arrived.await();
      MemorySegment copy = MemorySegment.ofArray(area.pinned.asSlice(0, size).toArray(JAVA_BYTE));
      free.push(area);
      return copy;
    }
  }

  Readbacks(Driver driver) {
    this.driver = driver;
  }

  /** Whether a tensor is small enough. */
  static boolean takes(Tensor x) {
    return x.bytes() <= LARGEST;
  }

  /** Queues the copy. */
  Readback read(Tensor x) {
    Area area = free.poll();
    if (area == null) {
      area = new Area();
      all.add(area);
    }
    driver.copyToHost(x.address(), area.pinned, x.bytes());
    area.arrived.record();
    return new UnderWay(area, x.bytes());
  }

  @Override
  public void close() {
    for (Area area : all) {
      area.arrived.close();
      driver.freePinned(area.pinned);
    }
  }
}
