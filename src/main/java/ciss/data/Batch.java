package ciss.data;

import ciss.data.Resize.Size;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.IntStream;

/**
 * The pictures and labels of one iteration, in native memory of the loader. Images are normalised R,G,B float32 {@code
 * [n, h, w, 3]}, labels and masks one byte per pixel {@code [n, h, w]}. Close it to give the memory back; it must not
 * be read afterwards.
 */
public final class Batch implements AutoCloseable {
  private static final int ALIGNMENT = 64;

  private final BatchLayout layout;
  private final MemorySegment source;
  private final MemorySegment sourceStylized;
  private final MemorySegment label;
  private final MemorySegment target;
  private final MemorySegment targetStylized;
  private final MemorySegment mask;
  private final SampleInfo[] samples;
  private final Consumer<Batch> recycle;
  private long iteration = -1;
  private boolean open;

  Batch(BatchLayout layout, Arena arena, Consumer<Batch> recycle) {
    this.layout = layout;
    this.recycle = recycle;
    this.samples = new SampleInfo[layout.samples()];
    long sourcePixels = pixels(layout.source());
    this.source = arena.allocate(12 * sourcePixels, ALIGNMENT);
    this.sourceStylized = layout.sourceStylized() ? arena.allocate(12 * sourcePixels, ALIGNMENT) : null;
    this.label = arena.allocate(sourcePixels, ALIGNMENT);
    boolean hasTarget = layout.target() != null;
    long targetPixels = hasTarget ? pixels(layout.target()) : 0;
    this.target = hasTarget ? arena.allocate(12 * targetPixels, ALIGNMENT) : null;
    this.targetStylized = layout.targetStylized() ? arena.allocate(12 * targetPixels, ALIGNMENT) : null;
    this.mask = layout.mask() ? arena.allocate(targetPixels, ALIGNMENT) : null;
  }

  private long pixels(Size size) {
    return (long) layout.samples() * size.height() * size.width();
  }

  void open(long iteration) {
    this.iteration = iteration;
    this.open = true;
  }

  /** The buffers of one source sample. */
  PairPipeline.Buffers sourceBuffers(int slot) {
    return new PairPipeline.Buffers(part(source, slot), part(sourceStylized, slot), part(label, slot));
  }

  /** The buffers of one target sample; null without a target. */
  PairPipeline.Buffers targetBuffers(int slot) {
    return target == null
        ? null
        : new PairPipeline.Buffers(part(target, slot), part(targetStylized, slot), part(mask, slot));
  }

  private MemorySegment part(MemorySegment all, int slot) {
    if (all == null) {
      return null;
    }
    long bytes = all.byteSize() / layout.samples();
    return all.asSlice(slot * bytes, bytes);
  }

  void sample(int slot, SampleInfo info) {
    samples[slot] = info;
  }

  /** What this holds. */
  public BatchLayout layout() {
    return layout;
  }

  /** The iteration this was made for. */
  public long iteration() {
    return iteration;
  }

  /** Source pictures, F32. */
  public MemorySegment source() {
    return source;
  }

  /** Source pictures in the look of the targets, F32; null if not wanted. */
  public MemorySegment sourceStylized() {
    return sourceStylized;
  }

  /** Labels of the source, U8 train ids and 255. */
  public MemorySegment label() {
    return label;
  }

  /** Target pictures, F32; null in supervised training. */
  public MemorySegment target() {
    return target;
  }

  /** Target pictures in the look of the sources, F32; null if not wanted. */
  public MemorySegment targetStylized() {
    return targetStylized;
  }

  /** Weight factor of the pseudo-labels, U8; null if there are no margins. */
  public MemorySegment mask() {
    return mask;
  }

  /** How each sample came about. */
  public List<SampleInfo> samples() {
    return List.copyOf(Arrays.asList(samples));
  }

  /** The distinct values of all labels, ascending, 255 included. */
  public int[] presentClasses() {
    boolean[] present = new boolean[256];
    for (long i = 0; i < label.byteSize(); i++) {
      present[label.get(ValueLayout.JAVA_BYTE, i) & 0xff] = true;
    }
    return IntStream.range(0, 256).filter(c -> present[c]).toArray();
  }

  /** Gives the memory back to the loader. */
  @Override
  public void close() {
    if (open) {
      open = false;
      recycle.accept(this);
    }
  }
}
