package ciss.report;

import ciss.nn.NetworkTables;
import ciss.tensor.ParameterTable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * A network as a tree of modules for the terminal: the number of parameters of each module, the shape of each tensor.
 * Numbered modules that are alike, such as the blocks of a stage, are shown once.
 */
public final class ModuleTree {
  private static final int NAME_WIDTH = 52;
  private static final int SHAPE_WIDTH = 18;

  private final Map<String, ModuleTree> children = new LinkedHashMap<>();
  private String shape = "";
  private long parameters;
  private boolean buffer;

  private ModuleTree() {}

  /**
   * The tree of a network; the running statistics of its BatchNorms are shown and not counted.
   *
   * @param name of the whole
   */
  public static String of(String name, NetworkTables tables) {
    ModuleTree root = new ModuleTree();
    tables.parameters().entries().forEach(entry -> root.add(entry, false));
    tables.buffers().entries().forEach(entry -> root.add(entry, true));
    StringBuilder out = new StringBuilder();
    root.print(name, "", 1, out);
    return out.toString();
  }

  private void add(ParameterTable.Entry entry, boolean isBuffer) {
    long count = isBuffer ? 0 : entry.shape().elements();
    ModuleTree at = this;
    at.parameters += count;
    for (String part : entry.name().split("\\.")) {
      at = at.children.computeIfAbsent(part, key -> new ModuleTree());
      at.parameters += count;
    }
    at.shape = entry.shape().toString();
    at.buffer = isBuffer;
  }

  private void print(String name, String indent, int times, StringBuilder out) {
    String count = buffer ? "(statistic)" : String.format(Locale.ROOT, "%,d", parameters);
    String repeated = times > 1 ? "  each, " + times + " times" : "";
    String label = indent + name;
    out.append(
        String.format(
            Locale.ROOT,
            "%-" + NAME_WIDTH + "s %-" + SHAPE_WIDTH + "s %12s%s%n",
            label,
            shape,
            count,
            repeated));
    List<String> names = new ArrayList<>(children.keySet());
    for (int i = 0; i < names.size(); ) {
      int end = i + 1;
      while (end < names.size() && alike(names.get(i), names.get(end))) {
        end++;
      }
      String shown = end - i > 1 ? names.get(i) + ".." + names.get(end - 1) : names.get(i);
      children.get(names.get(i)).print(shown, indent + "  ", end - i, out);
      i = end;
    }
  }

  private boolean alike(String first, String second) {
    boolean numbers = first.matches("\\d+") && second.matches("\\d+");
    return numbers && children.get(first).equalTo(children.get(second));
  }

  private boolean equalTo(ModuleTree other) {
    return shape.equals(other.shape)
        && children.keySet().equals(other.children.keySet())
        && children.entrySet().stream().allMatch(e -> e.getValue().equalTo(other.children.get(e.getKey())));
  }
}
