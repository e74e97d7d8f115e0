package ciss.verify;

import ciss.model.MixTransformer;
import ciss.nn.Network;
import ciss.nn.NetworkTables;
import ciss.nn.Pass;
import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.ParameterStore;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.List;
import tools.jackson.databind.JsonNode;

/** Kind {@code mit}: the encoder alone, forward and backward, with or without stochastic depth. */
public final class MitKind implements CaseKind {
  private static final int STAGES = 4;
  private final Backend backend;
  private final Layout layout;

  public MitKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "mit";
  }

  @Override
  public double boundFactor() {
    return Bound.factor(backend.precision());
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    int variant = variant(options.get("variant").asString());
    NetworkTables.Builder tables = new NetworkTables.Builder();
    MixTransformer.declare(tables, "", variant);
    try (ParameterStore store =
            GoldenNetwork.load(backend, tables.build(), true, (name, shape) -> scaled(golden, name, shape));
        Workspace.Region region = backend.workspace().region()) {
      double dropPath = options.path("drop_path_rate").asDouble(0.1);
      MixTransformer encoder = new MixTransformer(new Network(backend, store), "", variant, dropPath);
      Tensor image = layout.map(golden, "in.img");
      Pass pass = new Pass(backend, true, true);
      MixTransformer.Run run = encoder.forward(pass, image, factors(golden, encoder, pass, image.size(0)), STAGES);
      for (int s = 0; s < STAGES; s++) {
        out.tensor("out.stage" + (s + 1), layout.nchw(run.maps().get(s)));
        backend.copy(layout.map(golden, "in.cot." + s), run.dMap(s));
      }
      Tensor dImage = backend.workspace().keep(DType.F32, image.shape());
      run.backward(dImage);
      out.tensor("grad.img", layout.nchw(dImage));
      GoldenNetwork.compareGradients(backend, store, name -> "grad." + name, List.of(), out);
    }
  }

  /** The number in {@code b0} to {@code b5}. */
  static int variant(String name) {
    return Integer.parseInt(name.substring(name.length() - 1));
  }

  /** A parameter after the factors of {@code param_scale} for the names that contain their key. */
  private static float[] scaled(GoldenCase golden, String name, long[] shape) {
    float[] values = golden.parameter(name, shape);
    for (JsonNode scale : golden.options().path("param_scale")) {
      if (name.contains(scale.get(0).asString())) {
        float factor = (float) scale.get(1).asDouble();
        for (int i = 0; i < values.length; i++) {
          values[i] *= factor;
        }
      }
    }
    return values;
  }

  private static List<Tensor> factors(GoldenCase golden, MixTransformer encoder, Pass pass, int n) {
    if (!golden.options().get("train").asBoolean()) {
      return encoder.noDrops();
    }
    byte[] keep = golden.bytes("draw.drop_path");
    return encoder.branchFactors(
        pass, n, (block, branch, sample, p) -> keep[(block * 2 + branch) * n + sample] != 0);
  }
}
