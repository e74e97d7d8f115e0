package ciss.cli;

import ciss.api.Backends;
import ciss.api.TrainingMemory;
import ciss.config.Assembly;
import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.ResolvedConfig;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.model.Segmentors;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.ParameterStore;
import ciss.train.LoadReport;
import ciss.train.WeightFile;
import java.io.PrintWriter;
import java.nio.file.Path;

/** {@code ciss train --dry-run}: everything that is checked before the first iteration. */
record DryRun(ResolvedConfig resolved) {
  /**
   * @throws ciss.error.DataException if data are missing
   * @throws ciss.error.CheckpointException if weights do not fit the network
   */
  void print(PrintWriter out) {
    CissConfig config = resolved.config();
    out.printf(
        "run        %s   seed %d   %d iterations   batch %d%n",
        config.name(),
        config.train().seed(),
        config.train().iterations(),
        config.train().batchSize());
    DataAssembly.TrainingData data = DataAssembly.open(config, new DecodedCache(0), 1, out::println);
    out.printf(
        "data       source %d%s%s%n",
        data.source().size(),
        data.target() == null ? "" : "   target " + data.target().size(),
        validation(config));
    weights(config, out);
    out.printf("memory     %s%n", TrainingMemory.choose(config).words());
    out.println("nothing was trained, no work directory was made");
    out.flush();
  }

  private static String validation(CissConfig config) {
    if (!config.train().validate() || config.data().val().labels() == null) {
      return "";
    }
    DataSet set = DataSet.open(DataAssembly.evaluation(config, false), new DecodedCache(0));
    set.checkEnds();
    return "   val " + set.size();
  }

  private static void weights(CissConfig config, PrintWriter out) {
    Path encoder = config.model().backbone().pretrained();
    Path start = config.train().initFrom();
    if (encoder == null && start == null) {
      out.println("weights    none: starts from random numbers");
      return;
    }
    NetworkTables tables = Segmentors.tables(Assembly.segmentor(config.model()));
    try (Backend backend = Backends.create(config);
        ParameterStore store = new ParameterStore(backend, tables.parameters(), tables.buffers(), false)) {
      if (encoder != null) {
        print(out, encoder, WeightFile.load(encoder, backend, store, WeightFile.Wanted.ENCODER));
      }
      if (start != null) {
        Path file = Backends.weights(start);
        print(out, file, WeightFile.load(file, backend, store, WeightFile.Wanted.START));
      }
    }
  }

  private static void print(PrintWriter out, Path file, LoadReport report) {
    out.println("weights    " + file + ": " + report.summary());
    report.differences().forEach(line -> out.println("           " + line));
  }
}
