package ciss.model;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.model.SegmentorOptions.FusionOptions;
import ciss.model.SegmentorOptions.FusionType;
import ciss.model.SegmentorOptions.HeadOptions;
import ciss.model.SegmentorOptions.HeadType;
import ciss.model.SegmentorOptions.HrdaOptions;
import ciss.nn.NetworkTables;
import ciss.tensor.Backend;
import ciss.tensor.Draws;
import ciss.tensor.ParameterStore;
import ciss.tensor.ParameterTable;
import ciss.tensor.cpu.CpuBackend;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Names, sizes and initial values of the published networks, against the numbers of the reference implementation. */
class SegmentorsTest {
  private static SegmentorOptions published(int variant) {
    FusionOptions fusion = new FusionOptions(FusionType.ASPP, true, new int[] {1, 6, 12, 18}, 1);
    HeadOptions head = new HeadOptions(HeadType.DAFORMER, 256, 256, 0.1, fusion);
    HrdaOptions hrda =
        new HrdaOptions(0.5, 512, 512, 8, false, true, true, false, true, 256, Double.NaN, 0.1, 0);
    return new SegmentorOptions(variant, 0.1, 19, head, hrda);
  }

  @ParameterizedTest
  @CsvSource({
    "0, 7300230, 223, 176",
    "1, 17394406, 223, 176",
    "2, 28439270, 379, 332",
    "3, 48315110, 619, 572",
    "4, 65085670, 879, 832",
    "5, 85685990, 1099, 1052"
  })
  void parametersAreAsManyAsInTheReference(int variant, long values, int tensors, int encoderTensors) {
    NetworkTables tables = Segmentors.tables(published(variant));
    assertEquals(values, tables.parameters().values());
    assertEquals(tensors, tables.parameters().entries().size());
    assertEquals(encoderTensors, Segmentors.encoderTables(published(variant)).parameters().entries().size());
  }

  @Test
  void runningStatisticsAreAsManyAsInTheReference() {
    // 9225 values in 27 tensors, of which 9 are the counters that the store keeps on the host.
    NetworkTables tables = Segmentors.tables(published(5));
    assertEquals(9216, tables.buffers().values());
    assertEquals(18, tables.buffers().entries().size());
  }

  @Test
  void namesComeInTheOrderOfTheReference() {
    List<String> names =
        Segmentors.tables(published(0)).parameters().entries().stream().map(ParameterTable.Entry::name).toList();
    assertEquals("backbone.patch_embed1.proj.weight", names.get(0));
    assertEquals("backbone.patch_embed4.norm.bias", names.get(15));
    assertEquals(
        List.of(
            "backbone.block1.0.norm1.weight",
            "backbone.block1.0.norm1.bias",
            "backbone.block1.0.attn.q.weight",
            "backbone.block1.0.attn.q.bias",
            "backbone.block1.0.attn.kv.weight",
            "backbone.block1.0.attn.kv.bias",
            "backbone.block1.0.attn.proj.weight",
            "backbone.block1.0.attn.proj.bias",
            "backbone.block1.0.attn.sr.weight",
            "backbone.block1.0.attn.sr.bias",
            "backbone.block1.0.attn.norm.weight",
            "backbone.block1.0.attn.norm.bias",
            "backbone.block1.0.norm2.weight"),
        names.subList(16, 29));
    assertEquals("decode_head.head.conv_seg.weight", names.get(176));
    assertEquals("decode_head.scale_attention.fuse_layer.bn.bias", names.getLast());
  }

  @ParameterizedTest
  @CsvSource({
    "backbone.block1.0.attn.q.weight, 0.02",
    "backbone.block2.0.mlp.dwconv.dwconv.weight, 0.4714",
    "backbone.patch_embed2.proj.weight, 0.0589",
    "decode_head.head.fuse_layer.aspp_modules.1.depthwise_conv.conv.weight, 0.0147",
    "decode_head.head.fuse_layer.bottleneck.conv.weight, 0.0295",
    "decode_head.head.conv_seg.weight, 0.01",
    "decode_head.head.embed_layers.0.proj.weight, 0.1021"
  })
  void initialValuesHaveTheSpreadOfTheReference(String name, double std) {
    ParameterTable.Entry entry = Segmentors.tables(published(0)).parameters().entry(name);
    float[] values = Initialisation.values(entry, new Draws(1).stream(Draws.Purpose.INITIALISATION, 0, 0));
    double sum = 0;
    double squares = 0;
    for (float v : values) {
      sum += v;
      squares += (double) v * v;
    }
    double n = values.length;
    assertEquals(0, sum / n, 5 * std / Math.sqrt(n));
    assertEquals(std, Math.sqrt(squares / n), 6 * std / Math.sqrt(n));
  }

  @Test
  void parametersAreThoseOfTheirStreamsHoweverTheyAreDrawn() {
    Draws draws = new Draws(5);
    try (Backend backend = new CpuBackend(1);
        ParameterStore store = Initialisation.create(backend, Segmentors.tables(published(0)), false, draws, 2);
        ParameterStore empty =
            Initialisation.createWithoutParameters(backend, Segmentors.tables(published(0)), draws, 2)) {
      List<ParameterTable.Entry> entries = store.values().table().entries();
      for (int i = 0; i < entries.size(); i++) {
        float[] expected = Initialisation.values(entries.get(i), draws.stream(Draws.Purpose.INITIALISATION, 2, i));
        assertArrayEquals(expected, backend.download(store.value(entries.get(i).name())), entries.get(i).name());
      }
      String bn = "decode_head.head.fuse_layer.bottleneck.bn.running_var";
      assertArrayEquals(backend.download(store.buffer(bn)), backend.download(empty.buffer(bn)));
      assertEquals(1, backend.download(empty.buffer(bn))[0]);
    }
  }

  @Test
  void windowsCoverTheImageAndTheLastIsShiftedBack() {
    assertEquals(9, Windows.of(1024, 1024, 512, 512, 256, 256).size());
    assertEquals(6, Windows.of(1080, 1920, 1024, 1024, 512, 512).size());
    assertEquals(56, Windows.of(1080, 1920, 1024, 1024, 512, 512).getLast().y1());
    assertEquals(3, Windows.of(1024, 2048, 1024, 1024, 512, 512).size());
    var small = Windows.of(100, 50, 128, 128, 64, 64);
    assertEquals(1, small.size());
    assertTrue(small.getFirst().height() == 100 && small.getFirst().width() == 50);
  }
}
