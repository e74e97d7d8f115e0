package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.AXIS_TABLE;

import ciss.tensor.Axis;
import ciss.tensor.Workspace;

/**
 * Addresses of the tables of {@code native/include/axis.h} for one axis of a resize.
 *
 * @param index int32 {@code [out]}: the lower source cell of each output
 * @param weight float {@code [out]}: weight of the cell above it
 * @param first int32 {@code [in+1]}: first output of each source cell
 */
record AxisTable(long index, long weight, long first) {
  /** Tables in the memory of {@code frame}. */
  static AxisTable of(CpuContext cpu, Workspace.Frame frame, Axis axis) {
    long index = frame.take(axis.out()).address();
    long weight = frame.take(axis.out()).address();
    long first = frame.take(axis.in() + 1).address();
    cpu.parallel(1, (tile, lane) -> {
      AXIS_TABLE.invokeExact((long) axis.in(), (long) axis.out(), axis.step(), axis.shift(), index, weight, first);
    });
    return new AxisTable(index, weight, first);
  }
}
