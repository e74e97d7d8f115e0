package ciss.cli;

import ciss.config.CissConfig;
import ciss.config.DataAssembly;
import ciss.config.ResolvedConfig;
import ciss.data.DecodedCache;
import java.io.PrintWriter;

/** {@code ciss train --dry-run}: everything that is checked before the first iteration. */
record DryRun(ResolvedConfig resolved) {
  void print(PrintWriter out) {
    CissConfig config = resolved.config();
    DataAssembly.TrainingData data = DataAssembly.open(config, new DecodedCache(0), 1, out::println);
    out.printf(
        "run        %s   seed %d   %d iterations   batch %d%n",
        config.name(),
        config.train().seed(),
        config.train().iterations(),
        config.train().batchSize());
    out.printf(
        "data       source %d%s%n",
        data.source().size(),
        data.target() == null ? "" : "   target " + data.target().size());
    out.println("nothing was trained or written");
    out.flush();
  }
}
