package ciss.tensor.cuda;

import ciss.tensor.LabelOps;
import ciss.tensor.LossOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link LabelOps} by {@code kernels/pseudo_label.cu} and {@code labels.cu}. */
interface CudaLabelOps extends LabelOps {
  /** Elements of a reduced label map in a block, a warp each. */
  int REDUCED_BY_BLOCK = 8;

  /** Device and memory of this backend. */
  CudaContext cuda();

  @Override
  default void pseudoLabel(LossOps.CrossEntropyDims d, Tensor logits, float threshold, Tensor label, Tensor confident) {
    ShapeChecks.pseudoLabel(d, logits, label, confident);
    int blocks = Math.toIntExact(CudaContext.sweep((long) d.y().out() * d.x().out()));
    int parts = d.n() * blocks;
    try (Workspace.Frame frame = cuda().workspace().frame()) {
      AxisTable down = AxisTable.of(cuda(), frame, d.y());
      AxisTable across = AxisTable.of(cuda(), frame, d.x());
      long counts = frame.take(parts).address(); // int32, as large as float32
      cuda()
          .launch(Kernels.PSEUDO_LABEL_F32)
          .pointer(logits)
          .pointer(down.index())
          .pointer(down.weight())
          .pointer(across.index())
          .pointer(across.weight())
          .pointer(label)
          .pointer(counts)
          .integer(d.classes())
          .integer(d.y().in())
          .integer(d.x().in())
          .integer(d.y().out())
          .integer(d.x().out())
          .number(threshold)
          .over(blocks, d.n(), 1);
      cuda().launch(Kernels.PSEUDO_LABEL_MERGE).pointer(counts).pointer(confident).integer(parts).over(1);
    }
  }

  @Override
  default void pseudoWeight(Tensor confident, int ignoreTop, int ignoreBottom, Tensor validMask, Tensor weight) {
    ShapeChecks.pseudoWeight(confident, validMask, weight);
    cuda()
        .launch(Kernels.PSEUDO_WEIGHT_F32)
        .pointer(confident)
        .pointer(validMask)
        .pointer(weight)
        .wide(weight.elements())
        .integer(weight.size(1))
        .integer(weight.size(2))
        .integer(ignoreTop)
        .integer(ignoreBottom)
        .over(CudaContext.sweep(weight.elements()));
  }

  @Override
  default void softmaxAccumulate(Tensor logits, Tensor probabilities) {
    ShapeChecks.softmaxAccumulate(logits, probabilities);
    rows(Kernels.SOFTMAX_ACCUMULATE_F32, logits, probabilities);
  }

  @Override
  default void argmax(Tensor x, Tensor label) {
    ShapeChecks.argmax(x, label);
    rows(Kernels.ARGMAX_F32, x, label);
  }

  private void rows(Kernel kernel, Tensor x, Tensor y) {
    int c = x.size(-1);
    long rows = x.elements() / c;
    cuda().launch(kernel).pointer(x).pointer(y).wide(rows).integer(c).over(CudaContext.sweep(rows));
  }

  @Override
  default void downscaleLabel(Tensor label, int factor, float minRatio, int classes, Tensor reduced) {
    ShapeChecks.downscaleLabel(label, factor, classes, reduced);
    cuda()
        .launch(Kernels.DOWNSCALE_LABEL_U8)
        .pointer(label)
        .pointer(reduced)
        .integer(label.size(0))
        .integer(label.size(1))
        .integer(label.size(2))
        .integer(factor)
        .integer(classes)
        .number(minRatio)
        .over(Reductions.blocks(reduced.elements(), REDUCED_BY_BLOCK));
  }

  @Override
  default void lookup(Tensor label, Tensor table, Tensor mask) {
    ShapeChecks.lookup(label, table, mask);
    cuda()
        .launch(Kernels.LOOKUP_U8)
        .pointer(label)
        .pointer(table)
        .pointer(mask)
        .wide(label.elements())
        .over(CudaContext.sweep(label.elements()));
  }
}
