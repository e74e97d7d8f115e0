package ciss.tensor.cpu;

import static ciss.tensor.cpu.Kernels.ATTENTION_BACKWARD_F32;
import static ciss.tensor.cpu.Kernels.ATTENTION_BACKWARD_SUM_F32;
import static ciss.tensor.cpu.Kernels.ATTENTION_FORWARD_F32;
import static ciss.tensor.cpu.Kernels.ATTENTION_PACK_F32;

import ciss.tensor.AttentionOps;
import ciss.tensor.AttentionScratch;
import ciss.tensor.OperationChecks;
import ciss.tensor.Tensor;
import ciss.tensor.Workspace;

/**
 * {@link AttentionOps} by {@code native/ops/attention.c}, {@code attention_backward.c} and {@code attention_pack.c}. Keys
 * and values are packed once per head; a tile is a range of rows of one head of one image. Gradients of keys and values
 * are sums of one partial per range, in the order of the ranges.
 */
interface CpuAttentionOps extends AttentionOps {
  /** Threads and memory of this backend. */
  CpuContext cpu();

  @Override
  default void attention(AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp) {
    OperationChecks.attention("attention", d, q, kv, o, logSumExp);
    long qAt = q.address();
    long kvAt = kv.address();
    long oAt = o.address();
    long lseAt = logSumExp.address();
    HeadLayout layout = new HeadLayout(d);
    Ranges rows = new Ranges(d.tokens(), AttentionScratch.ROWS);
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long kt = frame.take(layout.heads(), AttentionScratch.keyBlocks(d), AttentionScratch.blockFloats(d)).address();
      long v = frame.take(layout.heads(), AttentionScratch.keyBlocks(d), AttentionScratch.blockFloats(d)).address();
      cpu().parallel(layout.heads() * layout.blocks().count(), (tile, lane) -> {
        int head = tile / layout.blocks().count();
        int block = tile % layout.blocks().count();
        long packed = layout.packed(head, block);
        pack(layout, kvAt + layout.keys(head, block), block, layout.powerScale(), kt + packed, 0L);
        pack(layout, kvAt + layout.values(head, block), block, 1, 0L, v + packed);
      });
      cpu().parallel(layout.heads() * rows.count(), (tile, lane) -> {
        int head = tile / rows.count();
        int range = tile % rows.count();
        long at = layout.rows(head, rows.begin(range));
        long packed = layout.packed(head, 0);
        ATTENTION_FORWARD_F32.invokeExact(
            qAt + at, kt + packed, v + packed, oAt + at, lseAt + layout.logSumExp(head, rows.begin(range)),
            cpu().scratch(lane), (long) d.channels(), rows.size(range), (long) d.keys(), (long) d.headDim());
      });
    }
  }

  @Override
  default void attentionBackward(
      AttentionDims d, Tensor q, Tensor kv, Tensor o, Tensor logSumExp, Tensor dO, Tensor dq, Tensor dkv) {
    OperationChecks.attention("attentionBackward", d, q, kv, o, logSumExp);
    OperationChecks.attention("attentionBackward", d, dq, dkv, dO, logSumExp);
    long qAt = q.address();
    long kvAt = kv.address();
    long oAt = o.address();
    long lseAt = logSumExp.address();
    long dOAt = dO.address();
    long dqAt = dq.address();
    long dkvAt = dkv.address();
    HeadLayout layout = new HeadLayout(d);
    Ranges rows = new Ranges(d.tokens(), AttentionScratch.backwardRows(d));
    try (Workspace.Frame frame = cpu().workspace().frame()) {
      long kt = frame.take(layout.heads(), AttentionScratch.keyBlocks(d), AttentionScratch.blockFloats(d)).address();
      long k = frame.take(layout.heads(), AttentionScratch.keyBlocks(d), AttentionScratch.blockFloats(d)).address();
      long vt = frame.take(layout.heads(), AttentionScratch.keyBlocks(d), AttentionScratch.blockFloats(d)).address();
      long partials =
          frame
              .take(layout.heads() * rows.count(), 2, AttentionScratch.keyBlocks(d) * AttentionScratch.blockFloats(d))
              .address();
      cpu().parallel(layout.heads() * layout.blocks().count(), (tile, lane) -> {
        int head = tile / layout.blocks().count();
        int block = tile % layout.blocks().count();
        long packed = layout.packed(head, block);
        pack(layout, kvAt + layout.keys(head, block), block, layout.powerScale(), kt + packed, k + packed);
        pack(layout, kvAt + layout.values(head, block), block, 1, vt + packed, 0L);
      });
      cpu().parallel(layout.heads() * rows.count(), (tile, lane) -> {
        int head = tile / rows.count();
        int range = tile % rows.count();
        long at = layout.rows(head, rows.begin(range));
        long packed = layout.packed(head, 0);
        ATTENTION_BACKWARD_F32.invokeExact(
            qAt + at, kt + packed, k + packed, vt + packed, oAt + at,
            lseAt + layout.logSumExp(head, rows.begin(range)), dOAt + at, dqAt + at,
            partials + tile * layout.partialBytes(), cpu().scratch(lane), (long) d.channels(), rows.size(range),
            (long) d.keys(), (long) d.headDim());
      });
      cpu().parallel(layout.heads() * layout.blocks().count(), (tile, lane) -> {
        int head = tile / layout.blocks().count();
        int block = tile % layout.blocks().count();
        long dk = partials + head * rows.count() * layout.partialBytes() + layout.packed(0, block);
        sum(layout, dk, rows.count(), layout.scale(), dkvAt + layout.keys(head, block), block);
        sum(layout, dk + layout.partialBytes() / 2, rows.count(), 1, dkvAt + layout.values(head, block), block);
      });
    }
  }

  private static void pack(HeadLayout layout, long x, int block, float scale, long transposed, long plain)
      throws Throwable {
    ATTENTION_PACK_F32.invokeExact(
        x, layout.keyStride(), layout.blocks().size(block), (long) layout.d().headDim(), scale, transposed, plain);
  }

  private static void sum(HeadLayout layout, long partials, int count, float scale, long d, int block)
      throws Throwable {
    ATTENTION_BACKWARD_SUM_F32.invokeExact(
        partials, (long) count, layout.partialBytes() / 4, scale, d, layout.keyStride(), layout.blocks().size(block),
        (long) layout.d().headDim());
  }
}
