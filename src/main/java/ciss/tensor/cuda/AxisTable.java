package ciss.tensor.cuda;

import ciss.tensor.Axis;
import ciss.tensor.Workspace;

/**
 * Device addresses of the tables of {@code kernels/common/axis.cuh} for one axis of a resize.
 *
 * @param index int32 {@code [out]}: the lower source cell of each output
 * @param weight float {@code [out]}: weight of the cell above it
 * @param first int32 {@code [in+1]}: first output of each source cell
 */
record AxisTable(long index, long weight, long first) {
  /** Tables in the memory of {@code frame}. */
  static AxisTable of(CudaContext cuda, Workspace.Frame frame, Axis axis) {
    long index = frame.take(axis.out()).address();
    long weight = frame.take(axis.out()).address();
    long first = frame.take(axis.in() + 1).address();
    cuda.launch(Kernels.AXIS_TABLE)
        .pointer(index)
        .pointer(weight)
        .pointer(first)
        .integer(axis.in())
        .integer(axis.out())
        .real(axis.step())
        .real(axis.shift())
        .over(1);
    return new AxisTable(index, weight, first);
  }
}
