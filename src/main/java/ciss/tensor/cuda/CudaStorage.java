package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Storage;
import ciss.tensor.Tensor;

/**
 * A piece of device memory. Its address means nothing to the host.
 *
 * <p>The memory of parameters has a second piece beside it where products are of bf16: all its floats, rounded. It is made
 * when a product first asks for it. The optimiser's two sweeps write both; everything else that may write to a parameter (upload,
 * fill, copy, accumulate) says so by {@link #changed}, and the next product rounds everything again. No other operation has a
 * parameter as its output.
 */
final class CudaStorage implements Storage {
  private final Driver driver;
  private final Commands commands;
  private final long bytes;
  private final boolean halves;
  private long address;
  private CudaStorage copy;
  private boolean copyIsCurrent;

  /**
   * Takes memory whose content is undefined.
   *
   * @param halves whether activations may be bf16
   */
  CudaStorage(Driver driver, Commands commands, long bytes, boolean halves) {
    this.driver = driver;
    this.commands = commands;
    this.halves = halves;
    this.bytes = bytes;
    this.address = driver.allocate(Math.max(bytes, 1));
  }

  @Override
  public long bytes() {
    return bytes;
  }

  @Override
  public long address() {
    if (address == 0) {
      throw new ShapeException("use of device memory (%,d bytes) after it was closed".formatted(bytes));
    }
    return address;
  }

  /** Says that something other than the optimiser wrote here. */
  void changed() {
    copyIsCurrent = false;
  }

  /** The address of the floats' rounded copy, brought up to date. */
  long copy(CudaContext cuda) {
    if (copy == null) {
      copy = new CudaStorage(driver, commands, bytes / 2, true);
    }
    if (!copyIsCurrent) {
      int floats = Math.toIntExact(bytes / DType.F32.bytes());
      cuda.convert(Tensor.of(this, 0, Shape.of(floats), DType.F32), copy.address());
      copyIsCurrent = true;
    }
    return copy.address();
  }

  /** The address of the copy for a sweep that keeps it current; 0 if there is none that is. */
  long currentCopy() {
    return copyIsCurrent ? copy.address() : 0;
  }

  @Override
  public boolean holds(DType dtype) {
    return halves || dtype != DType.BF16;
  }

  @Override
  public void close() {
    if (copy != null) {
      copy.close();
    }
    if (address != 0) {
      commands.synchronize();
      driver.free(address);
      address = 0;
    }
  }
}
