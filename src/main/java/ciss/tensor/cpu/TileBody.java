package ciss.tensor.cpu;

/** One tile of an operation's work. Tiles run in any order and on any lane; each is run exactly once. */
@FunctionalInterface
interface TileBody {
  /**
   * @param tile number of the tile, from 0
   * @param lane number of the thread that runs it, from 0: selects per-thread memory, must not influence the result
   * @throws Throwable what a downcall declares; none is expected
   */
  void run(int tile, int lane) throws Throwable;
}
