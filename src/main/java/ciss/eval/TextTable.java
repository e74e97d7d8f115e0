package ciss.eval;

import java.util.List;

/** Tables of text in frames, as the reference prints its scores. */
public final class TextTable {
  private TextTable() {}

  /**
   * A framed table with the first row as header; columns are as wide as their longest cell plus a blank on each side.
   * Cells are centred; of an odd number of spare blanks the extra one goes left if the column width is odd too.
   */
  public static String centered(List<List<String>> rows) {
    int columns = rows.getFirst().size();
    int[] widths = new int[columns];
    for (List<String> row : rows) {
      for (int c = 0; c < columns; c++) {
        widths[c] = Math.max(widths[c], row.get(c).length());
      }
    }
    StringBuilder frame = new StringBuilder("+");
    for (int width : widths) {
      frame.append("-".repeat(width + 2)).append('+');
    }
    StringBuilder table = new StringBuilder(frame);
    for (int r = 0; r < rows.size(); r++) {
      table.append("\n|");
      for (int c = 0; c < columns; c++) {
        table.append(' ').append(centered(rows.get(r).get(c), widths[c])).append(" |");
      }
      table.append(r == 0 ? "\n" + frame : "");
    }
    return table.append('\n').append(frame).toString();
  }

  private static String centered(String text, int width) {
    int spare = width - text.length();
    int left = spare / 2 + (spare & width & 1);
    return " ".repeat(left) + text + " ".repeat(spare - left);
  }
}
