package ciss.data;

import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * What one iteration is made of: decoded pictures and what was drawn for them, and the finished labels, one byte per
 * pixel {@code [n, h, w]} in native memory of the loader. {@link BatchRenderer} makes the tensors. Close it to give the
 * memory back; it must not be read afterwards.
 */
public final class Batch implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final BatchLayout layout;
  private final MemorySegment label;
  private final MemorySegment mask;
  private final Sample[] samples;
  private final Consumer<Batch> recycle;
  private long iteration = -1;
  private boolean open;

  /** One sample before its pictures are computed. */
  public record Sample(SampleInfo info, PairPipeline.Prepared pair) {}

  Batch(BatchLayout layout, Arena arena, Consumer<Batch> recycle) {
    this.layout = layout;
    this.recycle = recycle;
    this.samples = new Sample[layout.samples()];
    this.label = arena.allocate(layout.samples() * layout.labelBytes(), ALIGNMENT);
    this.mask = layout.mask() ? arena.allocate(layout.samples() * layout.maskBytes(), ALIGNMENT) : null;
  }

  void open(long iteration) {
    this.iteration = iteration;
    this.open = true;
  }

  /** Where the labels of one sample go. */
  MemorySegment label(int slot) {
    return label.asSlice(slot * layout.labelBytes(), layout.labelBytes());
  }

  /** Where the mask of one sample goes; null if there are none. */
  MemorySegment mask(int slot) {
    return mask == null ? null : mask.asSlice(slot * layout.maskBytes(), layout.maskBytes());
  }

  void sample(int slot, Sample sample) {
    samples[slot] = sample;
  }

  /** The pictures of one sample. */
  PairPipeline.Prepared pair(int slot) {
    return samples[slot].pair();
  }

  /** What this holds. */
  public BatchLayout layout() {
    return layout;
  }

  /** The iteration this was made for. */
  public long iteration() {
    return iteration;
  }

  /** Labels of the source, U8 train ids and 255. */
  public MemorySegment label() {
    return label;
  }

  /** Weight factor of the pseudo-labels, U8; null if there are no margins. */
  public MemorySegment mask() {
    return mask;
  }

  /** How each sample came about. */
  public List<SampleInfo> samples() {
    return Arrays.stream(samples).map(Sample::info).toList();
  }

  /** The distinct values of all labels, ascending, 255 included. */
  public int[] presentClasses() {
    boolean[] present = new boolean[256];
    for (long i = 0; i < label.byteSize(); i++) {
      present[label.get(ValueLayout.JAVA_BYTE, i) & 0xff] = true;
    }
    return IntStream.range(0, 256).filter(c -> present[c]).toArray();
  }

  /** Gives the memory back to the loader, and forgets the pictures. */
  @Override
  public void close() {
    if (open) {
      open = false;
      Arrays.fill(samples, null);
      recycle.accept(this);
    }
  }
}
