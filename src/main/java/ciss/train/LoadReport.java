package ciss.train;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * What of a weight file fitted a network. Lists are in the order of the network or of the file.
 *
 * @param network whose weights were taken
 * @param matched parameters and running statistics that were filled
 * @param missing those that the file lacks; they keep their values
 * @param unexpected names of the file that the network lacks
 * @param otherShape parameters that have another shape in the file, both shapes included; they keep their values
 * @param ignored names of the file that are known to be of no use
 * @param others tensors of the other networks in the file
 */
public record LoadReport(
    NetworkKind network,
    int matched,
    List<String> missing,
    List<String> unexpected,
    List<String> otherShape,
    List<String> ignored,
    Map<NetworkKind, Integer> others) {
  private static final int SHOWN = 5;

  /** The number of tensors, and what else the file held, in one line. */
  public String summary() {
    StringBuilder line = new StringBuilder();
    line.append(matched).append(" tensors of the ").append(network.shown());
    if (!others.isEmpty()) {
      List<String> counts = others.entrySet().stream().map(e -> e.getKey().shown() + " " + e.getValue()).toList();
      line.append(", not used: ").append(String.join(", ", counts));
    }
    if (!ignored.isEmpty()) {
      line.append(", ignored: ").append(some(ignored));
    }
    return line.toString();
  }

  /** A line for each way in which file and network differ; empty if they fit. */
  public List<String> differences() {
    List<String> lines = new ArrayList<>();
    add(lines, "not in the file, kept as they were", missing);
    add(lines, "of another shape, kept as they were", otherShape);
    add(lines, "not of this network, left out", unexpected);
    return lines;
  }

  private static void add(List<String> lines, String what, List<String> names) {
    if (!names.isEmpty()) {
      lines.add("%d %s: %s".formatted(names.size(), what, some(names)));
    }
  }

  private static String some(List<String> names) {
    String shown = String.join(", ", names.subList(0, Math.min(SHOWN, names.size())));
    return names.size() <= SHOWN ? shown : shown + " and " + (names.size() - SHOWN) + " more";
  }
}
