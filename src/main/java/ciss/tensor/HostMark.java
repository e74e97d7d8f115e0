package ciss.tensor;

/** A moment of a backend whose operations have finished when they return. */
record HostMark(long nanos) implements Mark {
  @Override
  public double secondsSince(Mark earlier) {
    return (nanos - ((HostMark) earlier).nanos) / 1e9;
  }
}
