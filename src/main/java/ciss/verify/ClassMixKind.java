package ciss.verify;

import ciss.tensor.Backend;
import ciss.tensor.DType;
import ciss.tensor.Shape;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;
import java.lang.foreign.MemorySegment;

/** Kind {@code class_mix}: images mixed by recorded choices among the classes of the whole batch, 255 included. */
public final class ClassMixKind implements CaseKind {
  private static final int LABELS = 256;
  private final Backend backend;
  private final Layout layout;

  public ClassMixKind(Backend backend) {
    this.backend = backend;
    this.layout = new Layout(backend);
  }

  @Override
  public String kind() {
    return "class_mix";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    try (Workspace.Region region = backend.workspace().region()) {
      Tensor label = layout.label(golden, "in.label");
      int n = label.size(0);
      Tensor chosen = backend.workspace().keep(DType.U8, Shape.of(n, LABELS));
      backend.upload(MemorySegment.ofArray(chosen(golden, n)), chosen);
      Tensor source = GoldenPicture.fromBytes(backend, golden, "in.source_u8");
      Tensor mixed = backend.workspace().keep(DType.F32, source.shape());
      Tensor mixedLabel = backend.workspace().keep(DType.U8, label.shape());
      Tensor mixedWeight = backend.workspace().keep(DType.F32, label.shape());
      backend.classMix(
          chosen,
          label,
          source,
          GoldenPicture.fromBytes(backend, golden, "in.target_u8"),
          layout.label(golden, "in.pseudo_label"),
          layout.weight(golden, "in.pseudo_weight"),
          mixed,
          mixedLabel,
          mixedWeight);
      for (int b = 0; b < n; b++) {
        Tensor mask = backend.workspace().keep(DType.U8, label.at(b).shape());
        backend.lookup(label.at(b), chosen.at(b), mask);
        out.bytes("out.mask." + b, backend.downloadBytes(mask));
        out.tensor("out.img." + b, layout.nchw(mixed.rows(b, b + 1)));
        out.bytes("out.label." + b, backend.downloadBytes(mixedLabel.at(b)));
        out.tensor("out.weight." + b, backend.download(mixedWeight.at(b)));
      }
    }
  }

  /** Per image a flag for each label value. */
  private static byte[] chosen(GoldenCase golden, int n) {
    boolean[] present = new boolean[LABELS];
    for (byte value : golden.bytes("in.label")) {
      present[value & 0xff] = true;
    }
    int[] values = new int[LABELS];
    int count = 0;
    for (int value = 0; value < LABELS; value++) {
      if (present[value]) {
        values[count++] = value;
      }
    }
    byte[] chosen = new byte[n * LABELS];
    for (int b = 0; b < n; b++) {
      for (float index : golden.floats("draw.choice." + b)) {
        chosen[b * LABELS + values[(int) index]] = 1;
      }
    }
    return chosen;
  }
}
