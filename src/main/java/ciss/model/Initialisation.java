package ciss.model;

import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.FlatBuffer;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.RandomStream;
import java.util.List;

/** Draws the values of a network that starts without weights (method.md 1.1 and 1.2, "Init"). */
public final class Initialisation {
  private static final double TRUNCATED_AT = 2;

  private Initialisation() {}

  /**
   * A new network. Entry i of the table draws from stream i, so that a network has the same values wherever it is made.
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

  private static void fill(Backend backend, FlatBuffer buffer, Draws draws, int network) {
    if (buffer.flat().address() == 0) {
      return; // A plan: nothing would be kept, and large networks take seconds to draw.
    }
    List<ParameterTable.Entry> entries = buffer.table().entries();
    for (int i = 0; i < entries.size(); i++) {
      ParameterTable.Entry entry = entries.get(i);
      RandomStream stream = draws.stream(Draws.Purpose.INITIALISATION, network, i);
      backend.upload(values(entry, stream), buffer.get(entry.name()));
    }
  }

  /** Values of one parameter. */
  static float[] values(ParameterTable.Entry entry, RandomStream stream) {
    float[] values = new float[Math.toIntExact(entry.shape().elements())];
    for (int i = 0; i < values.length; i++) {
      values[i] =
          switch (entry.init()) {
            case ParameterTable.Init.Constant constant -> constant.value();
            case ParameterTable.Init.Normal normal -> (float) (normal.std() * stream.nextGaussian());
            case ParameterTable.Init.TruncatedNormal normal -> truncated(normal.std(), stream);
            case ParameterTable.Init.Uniform uniform -> (float) stream.uniform(-uniform.bound(), uniform.bound());
          };
    }
    return values;
  }

  private static float truncated(double std, RandomStream stream) {
    double value = std * stream.nextGaussian();
    while (Math.abs(value) > TRUNCATED_AT) {
      value = std * stream.nextGaussian();
    }
    return (float) value;
  }
}
