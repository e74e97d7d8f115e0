package ciss.model;

import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.RandomStream;
import java.lang.foreign.MemorySegment;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;

/** Draws the values of a network that starts without weights (method.md 1.1 and 1.2, "Init"). */
public final class Initialisation {
  private static final double TRUNCATED_AT = 2;

  /** Values that are drawn before they are uploaded: enough to share among processors, little beside the network. */
  private static final long VALUES_AT_ONCE = 4 << 20;

  private Initialisation() {}

  /**
   * A new network. Entry i of the table draws from stream i, so that a network has the same values wherever and by however
   * many threads it is made.
   *
   * @param network tells networks of one run apart (student 0, teacher 1, frozen 2)
   */
  public static ParameterStore create(
      Backend backend, NetworkTables tables, boolean trained, Draws draws, int network) {
    ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), trained);
    fill(backend, store.values(), draws, network);
    fill(backend, store.buffers(), draws, network);
    return store;
  }

  /**
   * A network whose parameters will be copied from another before they are first read, as the teacher's are: they are 0,
   * its running statistics are those of a new network. Drawing a large one takes seconds.
   */
  public static ParameterStore createWithoutParameters(Backend backend, NetworkTables tables, Draws draws, int network) {
    ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), false);
    fill(backend, store.buffers(), draws, network);
    return store;
  }

  private static void fill(Backend backend, FlatBuffer buffer, Draws draws, int network) {
    if (buffer.flat().address() == 0) {
      return; // A plan: nothing would be kept.
    }
    List<ParameterTable.Entry> entries = buffer.table().entries();
    float[] values = new float[0]; // of a group, used again: arrays of this size would each stretch the Java heap
    for (int start = 0; start < entries.size(); ) {
      int end = groupEnd(entries, start);
      List<ParameterTable.Entry> group = entries.subList(start, end);
      int[] offsets = offsets(group);
      values = values.length < offsets[group.size()] ? new float[offsets[group.size()]] : values;
      float[] drawn = values;
      int first = start;
      // Streams know nothing of each other: any processor may draw any entry. Only this thread talks to the device.
      IntStream.range(0, group.size())
          .parallel()
          .forEach(
              i ->
                  draw(
                      group.get(i).init(),
                      draws.stream(Draws.Purpose.INITIALISATION, network, first + i),
                      drawn,
                      offsets[i],
                      offsets[i + 1]));
      for (int i = 0; i < group.size(); i++) {
        MemorySegment part =
            MemorySegment.ofArray(drawn).asSlice(4L * offsets[i], 4L * (offsets[i + 1] - offsets[i]));
        backend.upload(part, buffer.get(group.get(i).name()));
      }
      start = end;
    }
  }

  /** End of the group of entries that starts at {@code start}: about {@link #VALUES_AT_ONCE} values, at least one entry. */
  private static int groupEnd(List<ParameterTable.Entry> entries, int start) {
    long values = entries.get(start).shape().elements();
    int end = start + 1;
    while (end < entries.size() && values + entries.get(end).shape().elements() <= VALUES_AT_ONCE) {
      values += entries.get(end).shape().elements();
      end++;
    }
    return end;
  }

  /** Where the values of each entry begin when they follow each other; last, where they end. */
  private static int[] offsets(List<ParameterTable.Entry> entries) {
    int[] offsets = new int[entries.size() + 1];
    for (int i = 0; i < entries.size(); i++) {
      offsets[i + 1] = Math.toIntExact(offsets[i] + entries.get(i).shape().elements());
    }
    return offsets;
  }

  /** Values of one parameter. */
  static float[] values(ParameterTable.Entry entry, RandomStream stream) {
    float[] values = new float[Math.toIntExact(entry.shape().elements())];
    draw(entry.init(), stream, values, 0, values.length);
    return values;
  }

  private static void draw(ParameterTable.Init init, RandomStream stream, float[] values, int begin, int end) {
    switch (init) {
      case ParameterTable.Init.Constant constant -> Arrays.fill(values, begin, end, constant.value());
      case ParameterTable.Init.Normal normal -> {
        for (int i = begin; i < end; i++) {
          values[i] = (float) (normal.std() * stream.nextGaussian());
        }
      }
      case ParameterTable.Init.TruncatedNormal normal -> {
        for (int i = begin; i < end; i++) {
          values[i] = truncated(normal.std(), stream);
        }
      }
      case ParameterTable.Init.Uniform uniform -> {
        for (int i = begin; i < end; i++) {
          values[i] = (float) stream.uniform(-uniform.bound(), uniform.bound());
        }
      }
    }
  }

  private static float truncated(double std, RandomStream stream) {
    double value = std * stream.nextGaussian();
    while (Math.abs(value) > TRUNCATED_AT) {
      value = std * stream.nextGaussian();
    }
    return (float) value;
  }
}
