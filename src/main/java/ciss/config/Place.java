package ciss.config;

/**
 * Where something is written: file, line and column counted from 1. An override ({@code -o KEY=VALUE}) is its own
 * place: its line and column are not shown.
 */
record Place(String source, int line, int column) {
  /** The place of something that is not in a file. */
  static Place of(String source) {
    return new Place(source, 0, 0);
  }

  @Override
  public String toString() {
    return line == 0 || source.startsWith("-o ") ? source : source + ":" + line + ":" + column;
  }
}
