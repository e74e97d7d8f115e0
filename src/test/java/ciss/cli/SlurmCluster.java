package ciss.cli;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A SLURM cluster of this machine alone: munged, slurmctld and slurmd on the loopback interface, with all their files
 * below one folder, run by the present user. Closed, nothing of it is left.
 */
final class SlurmCluster implements AutoCloseable {
  private static final List<String> FOLDERS = List.of("/usr/sbin", "/usr/bin", "/usr/local/sbin", "/usr/local/bin");
  private static final List<String> PROGRAMS =
      List.of("munged", "slurmctld", "slurmd", "sbatch", "scontrol", "scancel", "sinfo", "squeue");

  private final Path folder;
  private final List<Process> daemons = new ArrayList<>();

  private SlurmCluster(Path folder) {
    this.folder = folder;
  }

  /** The programs that are not installed here. */
  static List<String> missingPrograms() {
    return PROGRAMS.stream().filter(name -> program(name) == null).toList();
  }

  private static String program(String name) {
    return FOLDERS.stream()
        .map(f -> Path.of(f, name))
        .filter(Files::isExecutable)
        .map(Path::toString)
        .findFirst()
        .orElse(null);
  }

  /** Starts the daemons and waits until the machine takes jobs. */
  static SlurmCluster start(Path folder) throws Exception {
    SlurmCluster cluster = new SlurmCluster(folder);
    try {
      cluster.configure();
      cluster.daemon("munged", "--foreground", "--force", "--socket=" + folder.resolve("munge.socket"),
          "--key-file=" + folder.resolve("munge.key"), "--pid-file=" + folder.resolve("munged.pid"),
          "--log-file=" + folder.resolve("munged.log"), "--seed-file=" + folder.resolve("munged.seed"));
      cluster.await("munged", () -> Files.exists(folder.resolve("munge.socket")));
      cluster.daemon("slurmctld", "-D", "-f", cluster.config());
      cluster.daemon("slurmd", "-D", "-f", cluster.config());
      cluster.await("slurmd", () -> cluster.run("sinfo", "-h", "-o", "%T").equals("idle"));
      return cluster;
    } catch (Exception | Error e) {
      cluster.close();
      throw e;
    }
  }

  private void configure() throws IOException {
    Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    Path key = folder.resolve("munge.key");
    Files.write(key, new byte[1024]);
    Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
    Files.createDirectory(folder.resolve("state"));
    Files.createDirectory(folder.resolve("spool"));
    String host = Files.readString(Path.of("/proc/sys/kernel/hostname")).strip().replaceFirst("\\..*", "");
    String user = System.getProperty("user.name");
    Files.writeString(
        Path.of(config()),
        """
        ClusterName=ciss
        SlurmctldHost=%1$s(127.0.0.1)
        SlurmUser=%2$s
        SlurmdUser=%2$s
        SlurmctldPort=%4$d
        SlurmdPort=%5$d
        AuthType=auth/munge
        KillWait=5
        AuthInfo=socket=%3$s/munge.socket,cred_expire=5
        CredType=cred/munge
        StateSaveLocation=%3$s/state
        SlurmdSpoolDir=%3$s/spool
        SlurmctldPidFile=%3$s/slurmctld.pid
        SlurmdPidFile=%3$s/slurmd.pid
        ProctrackType=proctrack/linuxproc
        TaskPlugin=task/none
        JobAcctGatherType=jobacct_gather/none
        AccountingStorageType=accounting_storage/none
        MpiDefault=none
        SwitchType=switch/none
        SchedulerType=sched/builtin
        SelectType=select/cons_tres
        SelectTypeParameters=CR_Core
        SlurmdParameters=config_overrides
        ReturnToService=2
        NodeName=%1$s NodeAddr=127.0.0.1 CPUs=1 RealMemory=4000 TmpDisk=100 State=UNKNOWN
        PartitionName=test Nodes=%1$s Default=YES MaxTime=INFINITE State=UP
        """
            .formatted(host, user, folder, freePort(), freePort()));
    Files.writeString(folder.resolve("cgroup.conf"), "");
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }

  private String config() {
    return folder.resolve("slurm.conf").toString();
  }

  private void daemon(String name, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(List.of(program(name)));
    command.addAll(List.of(arguments));
    daemons.add(builder(command).redirectOutput(folder.resolve(name + ".txt").toFile()).start());
  }

  private ProcessBuilder builder(List<String> command) {
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder.environment().put("SLURM_CONF", config());
    // Jobs inherit it: short programs start faster without the second compiler.
    builder.environment().put("JAVA_TOOL_OPTIONS", "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC");
    return builder;
  }

  /** Runs a client program of SLURM here; returns what it prints. */
  String run(String name, String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(program(name)));
    command.addAll(List.of(arguments));
    Process process = builder(command).start();
    String text = new String(process.getInputStream().readAllBytes()).strip();
    process.waitFor(30, TimeUnit.SECONDS);
    return text;
  }

  /** Something to wait for. */
  interface Condition {
    boolean holds() throws Exception;
  }

  /** Waits until a condition holds. */
  void await(String what, Condition condition) throws Exception {
    long end = System.nanoTime() + TimeUnit.MINUTES.toNanos(9);
    while (!condition.holds()) {
      for (Process daemon : daemons) {
        if (!daemon.isAlive()) {
          throw new AssertionError(daemon.info() + " ended while waiting for " + what + "\n" + logs());
        }
      }
      if (System.nanoTime() > end) {
        throw new AssertionError("waited too long for " + what + "\n" + run("scontrol", "show", "job") + logs());
      }
      Thread.sleep(200);
    }
  }

  private String logs() throws IOException {
    StringBuilder text = new StringBuilder();
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.filter(f -> f.toString().endsWith(".txt") || f.toString().endsWith(".log")).toList()) {
        text.append(file).append(":\n").append(Files.readString(file)).append('\n');
      }
    }
    return text.toString();
  }

  @Override
  public void close() throws Exception {
    if (daemons.stream().allMatch(Process::isAlive) && daemons.size() == 3) {
      run("scancel", "--user=" + System.getProperty("user.name"));
      for (int i = 0; i < 50 && !run("squeue", "-h").isEmpty(); i++) {
        Thread.sleep(200);
      }
    }
    for (Process daemon : daemons.reversed()) {
      daemon.destroy();
      if (!daemon.waitFor(10, TimeUnit.SECONDS)) {
        daemon.destroyForcibly().waitFor();
      }
    }
  }
}
