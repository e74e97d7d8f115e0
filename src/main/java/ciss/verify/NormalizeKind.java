package ciss.verify;

import ciss.data.Normalization;
import ciss.io.ElementType;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.DType;
import ciss.tensor.PictureOps.Placement;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Kind {@code normalize}: B,G,R 0..255 to normalised R,G,B, padded at the bottom and the right if asked. */
public final class NormalizeKind implements CaseKind {
  private final Backend backend;

  public NormalizeKind(Backend backend) {
    this.backend = backend;
  }

  @Override
  public String kind() {
    return "normalize";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    DType dtype = golden.stored("in.img").type() == ElementType.U8 ? DType.U8 : DType.F32;
    int h = (int) golden.shape("in.img")[0];
    int w = (int) golden.shape("in.img")[1];
    int[] size = options.path("pad_size_hw").isArray() ? GoldenCase.ints(options.get("pad_size_hw")) : new int[] {h, w};
    if (golden.isStored("in.label")) {
      out.bytes("out.label", padded(golden.bytes("in.label"), h, w, size));
    }
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor x = Pictures.kept(backend, golden, "in.img", dtype);
      Tensor y = backend.workspace().keep(size[0], size[1], 3);
      Placement place = new Placement(new Box(0, h, 0, w), false, new Box(0, size[0], 0, size[1]));
      backend.normalizePicture(x, place, normalization(options).scale(), 0, y);
      out.tensor("out.img", Pictures.channelsFirst(backend.download(y), size[0], size[1]));
    }
  }

  static Normalization normalization(JsonNode options) {
    double[] mean = new double[3];
    double[] std = new double[3];
    for (int c = 0; c < 3; c++) {
      mean[c] = options.get("mean").get(c).asDouble();
      std[c] = options.get("std").get(c).asDouble();
    }
    return new Normalization(mean, std);
  }

  private static byte[] padded(byte[] x, int h, int w, int[] size) {
    byte[] y = new byte[size[0] * size[1]];
    Arrays.fill(y, (byte) 255);
    for (int i = 0; i < h; i++) {
      System.arraycopy(x, i * w, y, i * size[1], w);
    }
    return y;
  }
}
