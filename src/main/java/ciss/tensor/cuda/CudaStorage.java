package ciss.tensor.cuda;

import ciss.error.ShapeException;
import ciss.tensor.DType;
import ciss.tensor.Storage;

/** A piece of device memory. Its address means nothing to the host. */
final class CudaStorage implements Storage {
  private final Driver driver;
  private final Commands commands;
  private final long bytes;
  private long address;

  /** Takes memory whose content is undefined. */
  CudaStorage(Driver driver, Commands commands, long bytes) {
    this.driver = driver;
    this.commands = commands;
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

  @Override
  public boolean holds(DType dtype) {
    return true;
  }

  @Override
  public void close() {
    if (address != 0) {
      commands.synchronize();
      driver.free(address);
      address = 0;
    }
  }
}
