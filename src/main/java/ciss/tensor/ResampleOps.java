package ciss.tensor;

import java.util.List;

/**
 * Bilinear resizes and windows of maps {@code [n,h,w,c]}. Operands of a resize are activations of one type, all others float32
 * unless said otherwise.
 */
public interface ResampleOps {
  record ResizeDims(int n, Axis y, Axis x, int c) {}

  /** {@code x [n,y.in,x.in,c]} to {@code y [n,y.out,x.out,c]}; overwrites y. */
  void resize(ResizeDims d, Tensor x, Tensor y);

  /** Transposed resize; overwrites dx. */
  void resizeBackward(ResizeDims d, Tensor dy, Tensor dx);

  /** Transposed resize; adds to dx. */
  void resizeBackwardAccumulate(ResizeDims d, Tensor dy, Tensor dx);

  /**
   * Cuts equal-sized windows out of {@code x [n,h,w,c]} into {@code y [windows*n,wh,ww,c]}, window-major (entry {@code
   * i*n+b}). Overwrites y. F32 or, for label maps {@code [n,h,w,1]}, U8.
   */
  void cutWindows(Tensor x, List<Box> windows, Tensor y);

  /** Adds the windows {@code dy} back at their places in dx. */
  void cutWindowsBackwardAccumulate(Tensor dy, List<Box> windows, Tensor dx);

  /**
   * Mean of overlapping windows: {@code tiles [windows*n,wh,ww,c]} are summed at their places into {@code y [n,h,w,c]} in
   * the order of the list and divided by the coverage count. Overwrites y; every cell must be covered.
   */
  void averageWindows(Tensor tiles, List<Box> windows, Tensor y);

  /** Mirrors columns ({@code horizontal}) or rows of {@code x [n,h,w,c]}; overwrites y, which must not be x. */
  void flip(Tensor x, boolean horizontal, Tensor y);
}
