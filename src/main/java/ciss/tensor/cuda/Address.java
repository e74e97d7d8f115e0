package ciss.tensor.cuda;

import jcuda.Pointer;

/** A memory address, of the device or of this process outside the Java heap, as JCuda wants it. */
final class Address extends Pointer {
  Address(long address) {
    super(address);
  }
}
