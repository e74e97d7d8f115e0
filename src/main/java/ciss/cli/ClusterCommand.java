package ciss.cli;

import ciss.api.JobScript;
import ciss.config.CissConfig;
import ciss.config.ConfigLoader;
import ciss.config.DatasetName;
import ciss.config.Experiments;
import ciss.error.ConfigException;
import ciss.error.ResourceException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code ciss slurm} and {@code ciss lsf}: a job script for a cluster. */
abstract class ClusterCommand extends CissCommand {
  private static final int DEFAULT_SCRATCH = 80000;

  @Parameters(paramLabel = "CONFIG", arity = "0..1", description = "File or built-in name.")
  private String config;

  @Option(names = "--experiment", paramLabel = "ID[:INDEX]", description = "The runs of an experiment of the paper.")
  private String experiment;

  @Option(names = "--seeds", paramLabel = "N", split = ",", description = "With CONFIG: one run per seed.")
  private List<Long> seeds = List.of();

  @Option(names = "--test", paramLabel = "RUN", description = "A job that tests this run instead of training.")
  private Path test;

  @Option(names = "--split", paramLabel = "val|test", defaultValue = "val", description = "With --test (val).")
  private String split;

  @Option(
      names = "--time",
      paramLabel = "H:M:S",
      defaultValue = "120:00:00",
      description = "Limit of each job (${DEFAULT-VALUE}).")
  private String time;

  @Option(names = "--cpus", paramLabel = "N", defaultValue = "8", description = "Cores of a job (${DEFAULT-VALUE}).")
  private int cpus;

  @Option(names = "--mem-per-cpu", paramLabel = "MB", defaultValue = "8192", description = "Memory (${DEFAULT-VALUE}).")
  private int memoryPerCpu;

  @Option(names = "--tmp", paramLabel = "MB", description = "Local disk; 80000 where archives are unpacked.")
  private Integer scratch;

  @Option(names = "--gpus", paramLabel = "N", defaultValue = "1", description = "GPUs of a job (${DEFAULT-VALUE}).")
  private int gpus;

  @Option(names = "--gpu-mem", paramLabel = "SIZE", description = "Least memory of the GPU, for instance 30g.")
  private String gpuMemory;

  @Option(
      names = "--array",
      paramLabel = "auto|none|POSITIONS",
      defaultValue = "auto",
      description = "auto: one job per run (${DEFAULT-VALUE}).")
  private String array;

  @Option(
      names = "--source-archive",
      paramLabel = "FILE",
      description = "Tar, zip or folder of the source data: unpacked on the local disk of each job.")
  private Path sourceArchive;

  @Option(names = "--target-archive", paramLabel = "FILE", description = "The same for the target data.")
  private Path targetArchive;

  @Option(names = "--partition", paramLabel = "NAME", description = "Partition or queue.")
  private String partition;

  @Option(names = "--mail", paramLabel = "ADDRESS", description = "Report the end of jobs there.")
  private String mail;

  @Option(names = "--out", paramLabel = "FILE", description = "Write the script to a file.")
  private Path out;

  @Option(names = "--submit", description = "Hand the script to the scheduler.")
  private boolean submit;

  /** Which scheduler. */
  abstract JobScript.Scheduler scheduler();

  /** Its command that takes a script on standard input. */
  abstract String submitter();

  /** What its array counts the first run as. */
  abstract int firstPosition();

  @Override
  public Integer call() {
    checkOptions();
    String script = JobScript.of(request());
    if (out != null) {
      write(script);
    }
    if (submit) {
      submit(script);
    } else if (out == null) {
      out().print(script);
      out().flush();
    }
    return 0;
  }

  private void checkOptions() {
    int given = (config == null ? 0 : 1) + (experiment == null ? 0 : 1) + (test == null ? 0 : 1);
    if (given != 1) {
      throw usageError("say what to run: one of CONFIG, --experiment ID[:INDEX], --test RUN");
    }
    if (!seeds.isEmpty() && config == null) {
      throw usageError("--seeds belongs to CONFIG");
    }
    if (!time.matches("\\d+:\\d\\d(:\\d\\d)?")) {
      throw usageError("--time " + time + ": expected HOURS:MINUTES or HOURS:MINUTES:SECONDS");
    }
    if (!array.matches("auto|none|\\d+(-\\d+)?(,\\d+(-\\d+)?)*(%\\d+)?")) {
      throw usageError("--array " + array + ": expected auto, none or positions such as 0-14 or 0,3,5%2");
    }
    if (!split.matches("val|test")) {
      throw usageError("--split " + split + ": expected val or test");
    }
    if (cpus < 1 || memoryPerCpu < 1 || gpus < 0) {
      throw usageError("--cpus and --mem-per-cpu must be at least 1, --gpus at least 0");
    }
  }

  private JobScript.Request request() {
    CissConfig first = test == null ? configuration() : null;
    int runs = runs();
    String positions = switch (array) {
      case "auto" -> runs > 1 ? firstPosition() + "-" + (firstPosition() + runs - 1) : null;
      case "none" -> null;
      default -> array;
    };
    boolean local = sourceArchive != null || targetArchive != null;
    Integer disk = scratch == null && local ? Integer.valueOf(DEFAULT_SCRATCH) : scratch;
    List<String> setup = new ArrayList<>();
    List<String> command = command(runs, positions != null, setup);
    return new JobScript.Request(
        scheduler(),
        name(first),
        positions,
        new JobScript.Resources(time, cpus, memoryPerCpu, disk, gpus, gpuMemory, partition, mail),
        data(first),
        Program.command(),
        setup,
        command);
  }

  private CissConfig configuration() {
    if (config != null) {
      return configuration(config).config();
    }
    ExperimentId id = ExperimentId.parse(experiment);
    int index = id.index() == null ? 0 : id.index();
    return announced(ConfigLoader.loadExperiment(id.id(), index, configOverrides())).config();
  }

  private int runs() {
    if (experiment == null) {
      return Math.max(1, seeds.size());
    }
    ExperimentId id = ExperimentId.parse(experiment);
    return id.index() != null ? 1 : Experiments.of(id.id()).size();
  }

  private String name(CissConfig first) {
    if (test != null) {
      return "ciss-test";
    }
    return experiment == null ? "ciss-" + first.name() : "ciss-exp" + experiment.replace(':', '-');
  }

  private List<String> command(int runs, boolean inArray, List<String> setup) {
    List<String> command = new ArrayList<>();
    if (test != null) {
      command.addAll(List.of("test", test.toString(), "--split", split));
    } else if (experiment != null) {
      command.addAll(List.of("train", "--experiment", experiment, "--resume-if-any"));
    } else {
      command.addAll(List.of("train", config, "--resume-if-any"));
      if (runs > 1 && inArray) {
        String position = scheduler() == JobScript.Scheduler.SLURM ? "SLURM_ARRAY_TASK_ID" : "LSB_JOBINDEX";
        setup.add("seeds=(" + seeds.stream().map(String::valueOf).collect(Collectors.joining(" ")) + ")");
        command.addAll(List.of("--seed", "${seeds[" + position + " - " + firstPosition() + "]}"));
      } else if (!seeds.isEmpty()) {
        command.addAll(List.of("--seeds", seeds.stream().map(String::valueOf).collect(Collectors.joining(","))));
      }
    }
    command.addAll(List.of("--work-root", global().workRoot().toString()));
    if (global().device() != null) {
      command.addAll(List.of("--device", global().device()));
    }
    if (global().precision() != null) {
      command.addAll(List.of("--precision", global().precision()));
    }
    global().overrides().forEach(override -> command.addAll(List.of("-o", override)));
    return command;
  }

  private List<JobScript.LocalData> data(CissConfig first) {
    List<JobScript.LocalData> data = new ArrayList<>();
    if (sourceArchive != null) {
      DatasetName dataset = first == null ? DatasetName.FOLDER : first.data().source().dataset();
      data.add(new JobScript.LocalData(existing(sourceArchive), "DIR_SOURCE_DATASET", kind(dataset)));
    }
    if (targetArchive != null) {
      boolean known = first != null && first.data().target() != null;
      DatasetName dataset = known ? first.data().target().dataset() : DatasetName.FOLDER;
      data.add(new JobScript.LocalData(existing(targetArchive), "DIR_TARGET_DATASET", kind(dataset)));
    }
    return data;
  }

  /** What {@code ciss prepare} calls a data set; folders of one's own are taken as they are. */
  private static String kind(DatasetName dataset) {
    return dataset == DatasetName.FOLDER ? null : dataset.toString();
  }

  /** Absolute, and there before a job waits in a queue for it. */
  private static Path existing(Path archive) {
    if (!Files.exists(archive)) {
      throw new ConfigException(archive + ": no such archive or folder");
    }
    return archive.toAbsolutePath().normalize();
  }

  private void write(String script) {
    if (Files.exists(out) && !global().yes()) {
      throw new ConfigException(out + " exists\n  add --yes to overwrite it");
    }
    try {
      Files.writeString(out, script);
    } catch (IOException e) {
      throw new ResourceException(out + ": cannot be written: " + e.getMessage(), e);
    }
    wrote(out);
  }

  private void submit(String script) {
    try {
      Process process =
          new ProcessBuilder(submitter())
              .redirectErrorStream(true)
              .start();
      try (var in = process.outputWriter()) {
        in.write(script);
      }
      String answer = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8).strip();
      if (process.waitFor() != 0) {
        throw new ResourceException(submitter() + " refused the job: " + answer);
      }
      out().println(answer);
      out().flush();
    } catch (IOException e) {
      throw new ResourceException(
          "%s: no such scheduler here (%s). Write the script with --out and submit it on the cluster"
              .formatted(submitter(), e.getMessage()),
          e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ResourceException("interrupted while submitting", e);
    }
  }

  /** {@code ciss slurm}. */
  @Command(
      name = "slurm",
      header = {"Make a job script for SLURM.", "", "  ciss slurm --experiment 129 --out job.sh", ""})
  static final class Slurm extends ClusterCommand {
    @Override
    JobScript.Scheduler scheduler() {
      return JobScript.Scheduler.SLURM;
    }

    @Override
    String submitter() {
      return "sbatch";
    }

    @Override
    int firstPosition() {
      return 0;
    }
  }

  /** {@code ciss lsf}. */
  @Command(name = "lsf", header = {"Make a job script for LSF.", "", "  ciss lsf --experiment 129 --out job.sh", ""})
  static final class Lsf extends ClusterCommand {
    @Override
    JobScript.Scheduler scheduler() {
      return JobScript.Scheduler.LSF;
    }

    @Override
    String submitter() {
      return "bsub";
    }

    @Override
    int firstPosition() {
      return 1;
    }
  }
}
