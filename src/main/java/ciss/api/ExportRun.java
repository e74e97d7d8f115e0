package ciss.api;

import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.Size;
import ciss.eval.onnx.OnnxExport;
import ciss.tensor.Backend;
import ciss.tensor.cpu.CpuBackend;
import java.nio.file.Path;
import java.util.Map;

/** Writes the network of a run as an ONNX file. */
public final class ExportRun {
  private ExportRun() {}

  /**
   * @param weights checkpoint or weight file
   * @param size of the pictures that the file will take
   * @param labels the file gives labels instead of class scores
   * @return size of the file in bytes
   * @throws ciss.error.ConfigException if the network cannot take pictures of that size
   * @throws ciss.error.CheckpointException if the weights do not fit the configuration
   */
  public static long write(CissConfig config, Path weights, Size size, boolean labels, Path out, Console console) {
    // Only memory is needed, whatever the configuration computes on.
    try (Backend backend = new CpuBackend(1);
        TestRun.Network network = TestRun.load(config, backend, weights, false, console)) {
      return OnnxExport.write(
          out,
          Assembly.segmentor(config.model()),
          backend,
          network.segmentor(),
          DataAssembly.normalization(config.data()),
          new OnnxExport.Options(size.height(), size.width(), labels),
          Map.of("name", config.name(), "classes", classNames(config)));
    }
  }

  private static String classNames(CissConfig config) {
    return String.join(",", config.data().classes().names());
  }
}
