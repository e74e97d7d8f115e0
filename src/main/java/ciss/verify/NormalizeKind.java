package ciss.verify;

import ciss.data.Normalization;
import ciss.data.Picture;
import ciss.io.ElementType;
import java.util.Arrays;
import tools.jackson.databind.JsonNode;

/** Kind {@code normalize}: B,G,R 0..255 to normalised R,G,B, padded at the bottom and the right if asked. */
public final class NormalizeKind implements CaseKind {

  @Override
  public String kind() {
    return "normalize";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode options = golden.options();
    Normalization normalization = normalization(options);
    boolean bytes = golden.stored("in.img").type() == ElementType.U8;
    Picture x = bytes ? Pictures.bytes(golden, "in.img") : Pictures.floats(golden, "in.img");
    float[] rgb = normalization.apply(x);
    int h = x.height();
    int w = x.width();
    if (options.path("pad_size_hw").isArray()) {
      int[] size = GoldenCase.ints(options.get("pad_size_hw"));
      if (golden.isStored("in.label")) {
        byte[] label = padded(golden.bytes("in.label"), h, w, size);
        out.bytes("out.label", label);
      }
      rgb = padded(rgb, h, w, size);
      h = size[0];
      w = size[1];
    }
    out.tensor("out.img", Pictures.channelsFirst(rgb, h, w));
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

  private static float[] padded(float[] x, int h, int w, int[] size) {
    float[] y = new float[3 * size[0] * size[1]];
    for (int i = 0; i < h; i++) {
      System.arraycopy(x, 3 * i * w, y, 3 * i * size[1], 3 * w);
    }
    return y;
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
