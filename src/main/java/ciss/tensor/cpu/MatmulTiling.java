package ciss.tensor.cpu;

/**
 * How a {@code rows x columns} result is cut into tiles of about {@link #TILE_FLOPS}: rows first, in multiples of 64, then
 * columns if a strip of 64 rows is still too much. Depends on shapes only.
 */
record MatmulTiling(int rows, int columns, int tileRows, int tileColumns) {
  /** 50 to 200 microseconds on one core, depending on its vectors. */
  private static final long TILE_FLOPS = 12_000_000;

  private static final int STEP = 64;

  /**
   * @param flopsPerElement operations that one element of the result takes
   */
  static MatmulTiling of(int rows, int columns, long flopsPerElement) {
    long elements = Math.max(1, TILE_FLOPS / Math.max(1, flopsPerElement));
    int tileRows = multipleOfStep(elements / Math.max(1, columns));
    int tileColumns = tileRows > STEP ? columns : multipleOfStep(elements / STEP);
    return new MatmulTiling(rows, columns, Math.min(tileRows, rows), Math.min(tileColumns, columns));
  }

  private static int multipleOfStep(long wanted) {
    return (int) Math.max(1, Math.min(wanted, 4096) / STEP) * STEP;
  }

  int count() {
    return rows == 0 || columns == 0 ? 0 : ceilDivide(rows, tileRows) * columnTiles();
  }

  private int columnTiles() {
    return ceilDivide(columns, tileColumns);
  }

  int firstRow(int tile) {
    return tile / columnTiles() * tileRows;
  }

  int rowsOf(int tile) {
    return Math.min(tileRows, rows - firstRow(tile));
  }

  int firstColumn(int tile) {
    return tile % columnTiles() * tileColumns;
  }

  int columnsOf(int tile) {
    return Math.min(tileColumns, columns - firstColumn(tile));
  }

  static int ceilDivide(int a, int b) {
    return (int) (((long) a + b - 1) / b);
  }
}
