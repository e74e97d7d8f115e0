package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ARGMAX_F32;
import static ciss.tensor.cpu.Kernels.DOWNSCALE_LABEL_U8;
import static ciss.tensor.cpu.Kernels.LOOKUP_U8;
import static ciss.tensor.cpu.Kernels.PSEUDO_LABEL_F32;
import static ciss.tensor.cpu.Kernels.PSEUDO_WEIGHT_F32;
import static ciss.tensor.cpu.Kernels.SOFTMAX_ACCUMULATE_F32;
import static ciss.tensor.cpu.Kernels.SUM_DOUBLES;

import ciss.tensor.LabelOps;
import ciss.tensor.LossOps;
import ciss.tensor.ShapeChecks;
import ciss.tensor.SweepScratch;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/** {@link LabelOps} by {@code native/ops/pseudo_label.c} and {@code labels.c}. */
interface CpuLabelOps extends LabelOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void pseudoLabel(LossOps.CrossEntropyDims d, Tensor logits, float threshold, Tensor label, Tensor confident) {
    ShapeChecks.pseudoLabel(d, logits, label, confident);
    long logitsAt = logits.address();
    long labelAt = label.address();
    long confidentAt = confident.address();
    long h = d.y().in();
    long w = d.x().in();
    long k = d.classes();
    Ranges rows = new Ranges(h, SweepScratch.scoreRows(d.y(), d.x()));
    int tiles = d.n() * rows.count();
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      AxisTable down = AxisTable.of(cpu(), frame, d.y());
      AxisTable across = AxisTable.of(cpu(), frame, d.x());
      long partials = FrameArrays.doubles(frame, tiles);
      cpu().parallel(tiles, (tile, lane) -> {
        long image = tile / rows.count();
        int range = tile % rows.count();
        PSEUDO_LABEL_F32.invokeExact(
            logitsAt + 4 * image * h * w * k, k, h, w, down.weight(), down.first(), across.index(), across.weight(),
            (long) d.x().out(), threshold, labelAt + image * d.labelHeight() * d.labelWidth(), partials + 8L * tile,
            rows.begin(range), rows.end(range), cpu().scratch(lane));
      });
      cpu().parallel(1, (tile, lane) -> {
        SUM_DOUBLES.invokeExact(partials, (long) tiles, confidentAt);
      });
    }
  }

  @Override
  default void pseudoWeight(Tensor confident, int ignoreTop, int ignoreBottom, Tensor validMask, Tensor weight) {
    ShapeChecks.pseudoWeight(confident, validMask, weight);
    long confidentAt = confident.address();
    long maskAt = validMask.address();
    long weightAt = weight.address();
    long h = weight.size(1);
    long w = weight.size(2);
    Ranges rows = Ranges.ofRows(weight.size(0) * h, w);
    cpu().parallel(rows.count(), (tile, lane) -> {
      PSEUDO_WEIGHT_F32.invokeExact(
          confidentAt, (double) weight.elements(), h, w, (long) ignoreTop, (long) ignoreBottom, maskAt, weightAt,
          rows.begin(tile), rows.end(tile));
    });
  }

  @Override
  default void softmaxAccumulate(Tensor logits, Tensor probabilities) {
    ShapeChecks.softmaxAccumulate(logits, probabilities);
    long logitsAt = logits.address();
    long probabilitiesAt = probabilities.address();
    long c = logits.size(-1);
    Ranges rows = Ranges.ofRows(logits.elements() / c, c);
    cpu().parallel(rows.count(), (tile, lane) -> {
      SOFTMAX_ACCUMULATE_F32.invokeExact(
          logitsAt, probabilitiesAt, rows.begin(tile), rows.end(tile), c, cpu().scratch(lane));
    });
  }

  @Override
  default void argmax(Tensor x, Tensor label) {
    ShapeChecks.argmax(x, label);
    long xAt = x.address();
    long labelAt = label.address();
    long c = x.size(-1);
    Ranges rows = Ranges.ofRows(x.elements() / c, c);
    cpu().parallel(rows.count(), (tile, lane) -> {
      ARGMAX_F32.invokeExact(xAt, labelAt, rows.begin(tile), rows.end(tile), c);
    });
  }

  @Override
  default void downscaleLabel(Tensor label, int factor, float minRatio, int classes, Tensor reduced) {
    ShapeChecks.downscaleLabel(label, factor, classes, reduced);
    long labelAt = label.address();
    long reducedAt = reduced.address();
    long h = label.size(1);
    long w = label.size(2);
    Ranges rows = Ranges.ofRows(label.size(0) * (h / factor), w * factor);
    cpu().parallel(rows.count(), (tile, lane) -> {
      DOWNSCALE_LABEL_U8.invokeExact(
          labelAt, h, w, (long) factor, minRatio, (long) classes, reducedAt, rows.begin(tile), rows.end(tile));
    });
  }

  @Override
  default void lookup(Tensor label, Tensor table, Tensor mask) {
    ShapeChecks.lookup(label, table, mask);
    long labelAt = label.address();
    long tableAt = table.address();
    long maskAt = mask.address();
    Ranges ranges = Ranges.ofElements(label.elements());
    cpu().parallel(ranges.count(), (tile, lane) -> {
      LOOKUP_U8.invokeExact(
          labelAt + ranges.begin(tile), tableAt, maskAt + ranges.begin(tile), ranges.size(tile));
    });
  }
}
