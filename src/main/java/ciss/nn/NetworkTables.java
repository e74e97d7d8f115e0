package ciss.nn;

import ciss.tensor.ParameterTable;
import ciss.tensor.ParameterTable.Init;

/**
 * Names, shapes, places and initial values of everything that a network stores: parameters and BatchNorm running
 * statistics. Student, teacher and frozen network share the tables and have a {@link ciss.tensor.ParameterStore} each.
 */
public record NetworkTables(ParameterTable parameters, ParameterTable buffers) {

  /** Layers add themselves in the order of the reference's state dict. */
  public static final class Builder {
    private final ParameterTable.Builder parameters = new ParameterTable.Builder();
    private final ParameterTable.Builder buffers = new ParameterTable.Builder();

    /** A trainable tensor in the reference's layout. */
    public Builder parameter(String name, Init init, int... sizes) {
      parameters.add(name, init, sizes);
      return this;
    }

    /** A running statistic {@code [channels]} that starts at {@code value}. */
    public Builder buffer(String name, float value, int channels) {
      buffers.add(name, new Init.Constant(value), channels);
      return this;
    }

    public NetworkTables build() {
      return new NetworkTables(parameters.build(), buffers.build());
    }
  }
}
