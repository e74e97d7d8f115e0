package ciss.tensor.cuda;

import ciss.model.SmallPass;
import ciss.tensor.Precision;
import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A process of its own that computes a network's pass: the stand-in for a GPU loads kernels once in a process. */
final class CudaHalves {
  private static final long WORKSPACE = 96L << 20;

  private CudaHalves() {}

  /**
   * Writes the results of {@link SmallPass}, without the decoder's maps, then with them.
   *
   * @param arguments precision, file
   */
  public static void main(String[] arguments) throws IOException {
    try (CudaBackend cuda = new CudaBackend(0, Precision.valueOf(arguments[0]), WORKSPACE);
        DataOutputStream out = new DataOutputStream(new BufferedOutputStream(Files.newOutputStream(Path.of(arguments[1]))))) {
      for (boolean decoderFeatures : new boolean[] {false, true}) {
        write(SmallPass.run(cuda, decoderFeatures), out);
      }
    }
  }

  private static void write(List<float[]> results, DataOutputStream out) throws IOException {
    out.writeInt(results.size());
    for (float[] values : results) {
      out.writeInt(values.length);
      for (float value : values) {
        out.writeFloat(value);
      }
    }
  }

  /** What {@link #main} wrote: two passes. */
  static List<List<float[]>> read(Path file) throws IOException {
    try (DataInputStream in = new DataInputStream(new BufferedInputStream(Files.newInputStream(file)))) {
      return List.of(readPass(in), readPass(in));
    }
  }

  private static List<float[]> readPass(DataInputStream in) throws IOException {
    List<float[]> results = new ArrayList<>();
    int count = in.readInt();
    for (int i = 0; i < count; i++) {
      float[] values = new float[in.readInt()];
      for (int k = 0; k < values.length; k++) {
        values[k] = in.readFloat();
      }
      results.add(values);
    }
    return results;
  }
}
