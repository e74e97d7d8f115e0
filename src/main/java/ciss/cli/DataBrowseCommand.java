package ciss.cli;

import ciss.config.CissConfig;
import ciss.config.ClassSet;
import ciss.config.ConfigLoader;
import ciss.config.DataAssembly;
import ciss.data.Batch;
import ciss.data.BatchRenderer;
import ciss.data.BytePicture;
import ciss.data.DataSet;
import ciss.data.DecodedCache;
import ciss.data.Loader;
import ciss.data.RareClassSampling;
import ciss.error.ConfigException;
import ciss.error.ResourceException;
import ciss.io.AtomicFile;
import ciss.report.SamplePage;
import ciss.tensor.Backend;
import ciss.tensor.Workspace;
import ciss.tensor.cpu.CpuBackend;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss data browse}: samples as training sees them, on one page. */
@Command(
    name = "browse",
    header = {"Show samples exactly as training sees them.", "", "  ciss data browse camvid_day2dusk", ""})
final class DataBrowseCommand extends CissCommand {
  /** What can be looked at. */
  enum Split {
    TRAIN,
    VAL
  }

  @Parameters(paramLabel = "CONFIG", description = "File, work directory or built-in name.")
  private String name;

  @Option(names = "--n", paramLabel = "N", defaultValue = "24", description = "Number of samples (${DEFAULT-VALUE}).")
  private int count;

  @Option(names = "--seed", paramLabel = "N", description = "Other draws than those of the configuration.")
  private Long seed;

  @Option(names = "--split", paramLabel = "train|val", defaultValue = "train", description = "${DEFAULT-VALUE}")
  private Split split;

  @Option(names = "--out", paramLabel = "FILE", defaultValue = "browse.html", description = "${DEFAULT-VALUE}")
  private Path file;

  @Option(
      names = "--serve",
      arity = "0..1",
      paramLabel = "PORT",
      fallbackValue = "8080",
      description = "Show the page on this machine's port instead of writing it (8080). Ctrl-C ends.")
  private Integer port;

  @Option(names = "--open", description = "Show the written page in the browser.")
  private boolean open;

  @Override
  public Integer call() {
    if (count < 1) {
      throw usageError("--n " + count + ": expected at least 1");
    }
    if (port == null && Files.exists(file) && !global().yes()) {
      throw new ConfigException(file + " exists\n  add --yes to overwrite it, or --out for another name");
    }
    List<String> overrides = new ArrayList<>(configOverrides());
    if (seed != null) {
      overrides.add("train.seed=" + seed);
    }
    CissConfig config = announced(ConfigLoader.load(name, overrides)).config();
    String html = page(config);
    if (port != null) {
      serve(html);
      return 0;
    }
    try {
      AtomicFile.write(file, html.getBytes(StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new ResourceException(file + ": cannot be written: " + e.getMessage(), e);
    }
    wrote(file);
    if (open) {
      Browser.open(file);
    }
    return 0;
  }

  private String page(CissConfig config) {
    try (Backend backend = new CpuBackend(threads(config))) {
      return split == Split.TRAIN ? training(config, backend) : evaluation(config, backend);
    }
  }

  private static int threads(CissConfig config) {
    return Math.min(config.data().workers(), Runtime.getRuntime().availableProcessors());
  }

  private static SamplePage page(CissConfig config, Backend backend, String what, String summary) {
    List<ClassSet.LabelClass> classes = config.data().classes().classes();
    int[] palette =
        classes.stream().mapToInt(c -> c.red() << 16 | c.green() << 8 | c.blue()).toArray();
    return new SamplePage(backend, config.name() + ": " + what, summary, config.data().classes().names(), palette);
  }

  private String training(CissConfig config, Backend backend) {
    int threads = threads(config);
    DataAssembly.TrainingData data =
        DataAssembly.open(config, new DecodedCache(DecodedCache.DEFAULT_LIMIT_BYTES), threads, this::note);
    SamplePage page = page(config, backend, "training samples", summary(config, data));
    int batches = (count + config.train().batchSize() - 1) / config.train().batchSize();
    try (Loader loader = new Loader(data.samples(), threads, 2, 0)) {
      BatchRenderer renderer = new BatchRenderer(backend, data.samples().options());
      for (int i = 0; i < batches; i++) {
        try (Batch batch = loader.next(); Workspace.Region region = backend.workspace().region()) {
          page.add(batch, renderer.render(batch), DataAssembly.normalization(config.data()));
        }
      }
    }
    RareClassSampling sampling = data.sampling();
    page.classTable(sampling == null ? null : sampling.probabilityByClass(config.model().classes()));
    return page.render();
  }

  private static String summary(CissConfig config, DataAssembly.TrainingData data) {
    String target = data.target() == null ? "" : ", target " + described(data.target());
    String stylization =
        switch (config.stylization().type()) {
          case NONE -> "not stylized";
          case FDA -> "stylized by FDA, bandwidth " + config.stylization().bandwidth();
          case REINHARD -> "stylized by Reinhard's colour transfer";
        };
    return "Source " + described(data.source()) + target + "; " + stylization + "; seed " + config.train().seed()
        + ". Pictures are shown as they enter the network; click to enlarge.";
  }

  private static String described(DataSet set) {
    return set.spec().root() + " (" + set.size() + " pictures)";
  }

  private String evaluation(CissConfig config, Backend backend) {
    DataSet set = DataSet.open(DataAssembly.evaluation(config, false), new DecodedCache(0));
    SamplePage page = page(config, backend, "evaluation pictures", described(set) + ", evenly chosen.");
    int shown = Math.min(count, set.size());
    for (int k = 0; k < shown; k++) {
      int i = (int) ((long) k * set.size() / shown);
      BytePicture picture = set.picture(i);
      page.add(set.name(i), picture, set.hasLabels() ? set.labels(i, picture) : null);
    }
    page.classTable(null);
    return page.render();
  }

  /** Answers every request with the page, on the loopback interface only, until the process is ended. */
  private void serve(String html) {
    byte[] bytes = html.getBytes(StandardCharsets.UTF_8);
    try {
      HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), 0);
      server.createContext("/", exchange -> {
        exchange.getResponseHeaders().set("Content-Type", "text/html; charset=utf-8");
        exchange.sendResponseHeaders(200, bytes.length);
        try (OutputStream body = exchange.getResponseBody()) {
          body.write(bytes);
        }
      });
      server.start();
      err().println("http://localhost:" + server.getAddress().getPort() + "/   (Ctrl-C ends)");
      Thread.currentThread().join();
    } catch (IOException e) {
      throw new ResourceException("port " + port + " cannot be opened: " + e.getMessage() + ". Try another.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
