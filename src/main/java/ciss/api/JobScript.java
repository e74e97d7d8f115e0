package ciss.api;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/**
 * The script of a cluster job for SLURM or LSF: resources, data copied to the disk of the machine that runs it, and a
 * command of this program. Shortly before its time limit the job is told to stop, saves, and is queued again; the
 * command goes on where it stopped.
 */
public final class JobScript {
  /** Seconds before the time limit at which a job is told to save. */
  private static final int WARNING_SECONDS = 300;

  private static final String TERMINATED = "143";

  private JobScript() {}

  /** Whose job it is. */
  public enum Scheduler {
    SLURM,
    LSF
  }

  /**
   * What one job may use.
   *
   * @param time {@code HOURS:MINUTES:SECONDS}
   * @param memoryPerCpu megabytes
   * @param scratchMegabytes of the local disk; null: not asked for
   * @param gpus 0: none
   * @param gpuMemory at least this much, for instance {@code 30g}; null: any
   * @param partition or queue; null: the default one
   * @param mail where to report the end; null: nowhere
   */
  public record Resources(
      String time,
      int cpus,
      int memoryPerCpu,
      Integer scratchMegabytes,
      int gpus,
      String gpuMemory,
      String partition,
      String mail) {}

  /**
   * A data set that is copied to the local disk.
   *
   * @param archive tar or zip file, or a folder
   * @param variable that tells the program its root there, such as {@code DIR_SOURCE_DATASET}
   * @param kind for {@code ciss prepare}; null: nothing to prepare
   */
  public record LocalData(Path archive, String variable, String kind) {}

  /**
   * What to write.
   *
   * @param name of the job
   * @param array positions such as {@code 0-14}; null: no array
   * @param program how to start ciss: command and arguments
   * @param command arguments of ciss; each is quoted unless it starts with {@code $}
   * @param setup lines before it, in bash
   */
  public record Request(
      Scheduler scheduler,
      String name,
      String array,
      Resources resources,
      List<LocalData> data,
      List<String> program,
      List<String> setup,
      List<String> command) {}

  /** The script, for bash. */
  public static String of(Request request) {
    List<String> lines = new ArrayList<>();
    lines.add("#!/bin/bash");
    lines.addAll(request.scheduler() == Scheduler.SLURM ? slurm(request) : lsf(request));
    lines.add("");
    lines.add("set -u");
    lines.add("ciss=(" + words(request.program()) + ")");
    boolean slurm = request.scheduler() == Scheduler.SLURM;
    lines.add("threads=" + (slurm ? "${SLURM_CPUS_PER_TASK:-1}" : "${LSB_DJOB_NUMPROC:-1}"));
    lines.addAll(request.setup());
    if (!request.data().isEmpty()) {
      localData(request, lines);
    }
    lines.add("");
    lines.add("\"${ciss[@]}\" " + words(request.command()) + " --threads \"$threads\" &");
    lines.add(waiting());
    lines.add(slurm ? requeueing() : "exit \"$code\"   # 143: LSF queues the job again");
    return String.join("\n", lines) + "\n";
  }

  private static List<String> slurm(Request request) {
    Resources r = request.resources();
    List<String> lines = new ArrayList<>();
    lines.add("#SBATCH --job-name=" + request.name());
    if (request.array() != null) {
      lines.add("#SBATCH --array=" + request.array());
    }
    lines.add("#SBATCH --output=" + request.name() + (request.array() == null ? "_%j.out" : "_%A_%a.out"));
    lines.add("#SBATCH --open-mode=append");
    lines.add("#SBATCH --time=" + r.time());
    lines.add("#SBATCH --nodes=1");
    lines.add("#SBATCH --ntasks=1");
    lines.add("#SBATCH --cpus-per-task=" + r.cpus());
    lines.add("#SBATCH --mem-per-cpu=" + r.memoryPerCpu());
    if (r.scratchMegabytes() != null) {
      lines.add("#SBATCH --tmp=" + r.scratchMegabytes());
    }
    if (r.gpus() > 0) {
      lines.add("#SBATCH --gpus=" + r.gpus());
      if (r.gpuMemory() != null) {
        lines.add("#SBATCH --gres=gpumem:" + r.gpuMemory());
      }
    }
    if (r.partition() != null) {
      lines.add("#SBATCH --partition=" + r.partition());
    }
    if (r.mail() != null) {
      lines.add("#SBATCH --mail-user=" + r.mail());
      lines.add("#SBATCH --mail-type=END,FAIL");
    }
    lines.add("#SBATCH --requeue");
    lines.add("#SBATCH --signal=B:TERM@" + WARNING_SECONDS);
    return lines;
  }

  private static List<String> lsf(Request request) {
    Resources r = request.resources();
    List<String> lines = new ArrayList<>();
    String array = request.array() == null ? "" : "[" + request.array() + "]";
    lines.add("#BSUB -J \"" + request.name() + array + "\"");
    lines.add("#BSUB -o " + request.name() + (request.array() == null ? "_%J.out" : "_%J_%I.out"));
    lines.add("#BSUB -W " + r.time().replaceFirst("^(\\d+:\\d\\d):\\d\\d$", "$1"));
    lines.add("#BSUB -n " + r.cpus());
    lines.add("#BSUB -R \"span[hosts=1]\"");
    String scratch = r.scratchMegabytes() == null ? "" : ",scratch=" + r.scratchMegabytes() / r.cpus();
    lines.add("#BSUB -R \"rusage[mem=" + r.memoryPerCpu() + scratch + "]\"");
    if (r.gpus() > 0) {
      lines.add("#BSUB -gpu \"num=" + r.gpus() + (r.gpuMemory() == null ? "" : ":gmem=" + r.gpuMemory()) + "\"");
    }
    if (r.partition() != null) {
      lines.add("#BSUB -q " + r.partition());
    }
    if (r.mail() != null) {
      lines.add("#BSUB -u " + r.mail());
      lines.add("#BSUB -N");
    }
    lines.add("#BSUB -wa TERM");
    lines.add("#BSUB -wt " + WARNING_SECONDS / 60);
    lines.add("#BSUB -Q " + TERMINATED);
    return lines;
  }

  private static void localData(Request request, List<String> lines) {
    String job = request.scheduler() == Scheduler.SLURM ? "$SLURM_JOB_ID" : "${LSB_JOBID}_${LSB_JOBINDEX:-0}";
    lines.add(
        """

        # The data on the disk of this machine, for as long as the job runs.
        scratch=${TMPDIR:-/tmp}/ciss-%s
        mkdir -p "$scratch" || exit 5
        trap 'rm -rf "$scratch"' EXIT
        # local_copy ARCHIVE NAME: unpacks or copies, and prints the root of the data there.
        local_copy() {
          local to=$scratch/$2
          mkdir -p "$to"
          case $1 in
            *.zip) unzip -q "$1" -d "$to" ;;
            *.tar|*.tar.*|*.tgz) tar -xf "$1" -C "$to" ;;
            *) cp -r "$1/." "$to" ;;
          esac || exit 3
          local inside=("$to"/*)
          if [ ${#inside[@]} -eq 1 ] && [ -d "${inside[0]}" ]; then to=${inside[0]}; fi
          echo "$to"
        }"""
            .formatted(job));
    for (LocalData set : request.data()) {
      String name = set.variable().toLowerCase(Locale.ROOT);
      lines.add("%s=$(local_copy %s %s) || exit 3".formatted(set.variable(), quoted(set.archive().toString()), name));
      lines.add("export " + set.variable());
      if (set.kind() != null) {
        lines.add(
            "\"${ciss[@]}\" prepare %s \"$%s\" --threads \"$threads\" || exit".formatted(set.kind(), set.variable()));
      }
    }
  }

  /** A signal ends bash's wait but not the child, which saves first. */
  private static String waiting() {
    return """
        child=$!
        stopping=
        trap 'stopping=yes; kill -TERM "$child" 2>/dev/null' TERM
        wait "$child"; code=$?
        while [ -n "$stopping" ]; do stopping=; wait "$child"; code=$?; done""";
  }

  private static String requeueing() {
    return """
        if [ "$code" -eq %s ]; then
          # Saved before the time limit: queue this job again; it goes on from there.
          scontrol requeue "$SLURM_JOB_ID" || true
        fi
        exit "$code\""""
        .formatted(TERMINATED);
  }

  private static String words(List<String> words) {
    return words.stream()
        .map(word -> word.startsWith("$") ? "\"" + word + "\"" : quoted(word))
        .collect(Collectors.joining(" "));
  }

  /** A word as bash reads it back; quotes only where they are needed. */
  static String quoted(String word) {
    return word.matches("[A-Za-z0-9_@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
  }
}
