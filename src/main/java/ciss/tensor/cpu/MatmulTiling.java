package ciss.tensor.cpu;

/**
 * How a {@code rows x columns} result is cut into tiles of about {@link #TILE_FLOPS}. Up to {@link #ROWS} rows stay together
 * and columns are cut first: oneDNN reorders the weights of a tile before it multiplies, which pays only over many rows.
 * Depends on shapes only.
 */
record MatmulTiling(int rows, int columns, int tileRows, int tileColumns) {
  /** 50 to 200 microseconds on one core, depending on its vectors. */
  private static final long TILE_FLOPS = 12_000_000;

  private static final int ROWS = 256;
  private static final int COLUMNS = 128;
  private static final int STEP = 64;

  /**
   * @param flopsPerElement operations that one element of the result takes
   */
  static MatmulTiling of(int rows, int columns, long flopsPerElement) {
    long elements = Math.max(1, TILE_FLOPS / Math.max(1, flopsPerElement));
    int together = Math.min(rows, ROWS);
    int tileColumns =
        Math.min(columns, Math.max(COLUMNS, multipleOfStep(elements / Math.max(1, together))));
    int tileRows = tileColumns < columns ? together : Math.max(together, multipleOfStep(elements / Math.max(1, columns)));
    return new MatmulTiling(rows, columns, Math.min(tileRows, rows), tileColumns);
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
