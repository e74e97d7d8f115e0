package ciss.data;

import ciss.io.Pixels;
import java.util.List;

/** Several pictures in one, for looking at them side by side. */
public final class PictureSheet {
  private PictureSheet() {}

  /** Rows of pictures; each cell is as large as the largest picture, the rest is black. */
  public static Pixels of(List<List<BytePicture>> rows) {
    int cellHeight = 0;
    int cellWidth = 0;
    int columns = 0;
    for (List<BytePicture> row : rows) {
      columns = Math.max(columns, row.size());
      for (BytePicture picture : row) {
        cellHeight = Math.max(cellHeight, picture.height());
        cellWidth = Math.max(cellWidth, picture.width());
      }
    }
    int width = columns * cellWidth;
    byte[] bgr = new byte[3 * rows.size() * cellHeight * width];
    for (int r = 0; r < rows.size(); r++) {
      for (int c = 0; c < rows.get(r).size(); c++) {
        BytePicture picture = rows.get(r).get(c);
        for (int y = 0; y < picture.height(); y++) {
          int to = 3 * ((r * cellHeight + y) * width + c * cellWidth);
          System.arraycopy(picture.bgr(), picture.index(y, 0), bgr, to, 3 * picture.width());
        }
      }
    }
    return new Pixels(rows.size() * cellHeight, width, 3, bgr);
  }

  /** The pixels of one picture or view. */
  public static Pixels of(BytePicture picture) {
    return of(List.of(List.of(picture)));
  }
}
