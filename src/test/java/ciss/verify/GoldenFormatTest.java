package ciss.verify;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.DataException;
import ciss.io.SafetensorsWriter;
import ciss.tensor.Precision;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The format of reference cases, held against the published test values. */
class GoldenFormatTest {
  @TempDir Path folder;

  @Test
  void theNumberStreamGivesThePublishedWords() {
    GoldenStream stream = new GoldenStream("patch_embed1.proj.weight", 7);
    assertEquals(0x712f8ebdbcf9664bL, stream.word(0));
    assertEquals(0x6a14688f22e9c05bL, stream.word(2));
    assertEquals(0.4421318769454956, stream.unit(0));
  }

  @Test
  void parametersHaveThePublishedValues() {
    float[] weight = GoldenCase.parameter("patch_embed1.proj.weight", new long[] {32, 3, 7, 7}, 7);
    assertEquals(-0.01653374917805195, weight[0], 1e-12);
    assertEquals(1.1075572967529297f, GoldenCase.parameter("norm1.weight", new long[] {32}, 7)[0]);
    assertEquals(0.03651871532201767f, GoldenCase.parameter("norm1.bias", new long[] {32}, 7)[1]);
  }

  @Test
  void picturesLabelsAndFieldsHaveThePublishedValues() {
    long[] shape = {1, 3, 64, 64};
    int[] bytes = GoldenGenerator.imageBytes("img", shape, 9);
    assertEquals(103, bytes[0]);
    assertEquals(142, bytes[2 * 4096 + 63 * 64 + 63]);
    assertEquals(-0.3540542721748352f, GoldenGenerator.normalized(bytes, shape)[0]);
    int[] mixed = GoldenGenerator.mixedBytes(bytes, GoldenGenerator.imageBytes("img_stylized", shape, 10));
    assertEquals(-0.028683962300419807f, GoldenGenerator.normalized(mixed, shape)[0]);
    float[] gt = GoldenGenerator.regions("gt", new long[] {1, 1, 64, 64}, 9, 7, new int[] {0, 1, 2, 255});
    int ignored = 0;
    for (float label : gt) {
      ignored += label == 255 ? 1 : 0;
    }
    assertEquals(1185, ignored);
    assertEquals(-0.4887760281562805f, GoldenGenerator.uniform("cot.0", new long[] {1}, 3, 0.5)[0]);
    assertEquals(1.7827045917510986f, GoldenGenerator.field("weight", new long[] {1}, 3, 0, 2)[0]);
  }

  private Comparison comparisonWith(String bounds, float[] stored) throws IOException {
    return comparisonWith(bounds, 1, stored);
  }

  private Comparison comparisonWith(String bounds, double factor, float[] stored) throws IOException {
    Path json = folder.resolve("c.json");
    Files.writeString(json, "{\"kind\":\"k\",\"case\":\"c\",\"options\":{},\"bounds\":" + bounds + "}");
    new SafetensorsWriter().add("out.x", new long[] {stored.length}, stored).write(folder.resolve("c.safetensors"));
    return new Comparison(GoldenCase.open(json), factor);
  }

  @Test
  void anErrorIsMeasuredAsAShareOfItsBound() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":0.5,\"rel\":0.25}}", new float[] {1, -2});
    c.tensor("out.x", new float[] {1, -1.5f});
    assertEquals(0.5, c.worstShare(), 1e-6);
    assertTrue(c.passed());
  }

  @Test
  void boundsOfAnotherPrecisionAreWiderByItsFactor() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":0.5,\"rel\":0.1}}", 4, new float[] {1, -2});
    c.tensor("out.x", new float[] {1, -0.6f});
    assertEquals(0.5, c.worstShare(), 1e-6);
    Comparison coarse = comparisonWith("{\"out.*\":{\"abs\":0,\"rel\":0.5}}", 4, new float[] {1, -2, 2, 0});
    coarse.tensor("out.x", new float[] {1, 0, 2, 0});
    assertEquals(2 / 3.0 / 1.25, coarse.worstShare(), 1e-9);
    Comparison labels = comparisonWith("{\"out.*\":{\"mismatch\":0}}", 4, new float[] {1, 2, 3, 4});
    labels.tensor("out.x", new float[] {1, 2, 3, 5});
    assertEquals(0.5, labels.worstShare(), 1e-9);
    assertEquals(1, Bound.factor(Precision.FP32));
    assertEquals(256, Bound.factor(Precision.TF32));
  }

  @Test
  void theExactNameOfABoundWinsOverPrefixes() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":9},\"out.x\":{\"mismatch\":0}}", new float[] {1, 2});
    c.tensor("out.x", new float[] {1, 3});
    assertFalse(c.passed());
  }

  @Test
  void nanIsEqualToNanOnly() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":9}}", new float[] {Float.NaN, 2});
    c.tensor("out.x", new float[] {Float.NaN, 2});
    assertTrue(c.passed());
    c.tensor("out.x", new float[] {1, 2});
    assertFalse(c.passed());
  }

  @Test
  void outliersMayBreakTheBoundUpToTheirShare() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":0.1,\"outliers\":0.5}}", new float[] {1, 2, 3, 4});
    c.tensor("out.x", new float[] {1, 2, 3, 99});
    assertEquals(0.5, c.worstShare(), 1e-6);
  }

  @Test
  void aResultThatWasNotComparedFailsTheCase() throws IOException {
    Comparison c = comparisonWith("{\"out.*\":{\"abs\":1}}", new float[] {1});
    c.requireAllCompared();
    assertFalse(c.passed());
  }

  @Test
  void anExceptionOfTheCodeUnderTestIsAFailureOfTheCase() throws IOException {
    comparisonWith("{}", new float[] {1});
    CaseKind broken = new CaseKind() {
      @Override
      public String kind() {
        return "k";
      }

      @Override
      public void run(GoldenCase golden, Comparison out) {
        throw new IllegalStateException("boom");
      }
    };
    List<Verification.Outcome> seen = new ArrayList<>();
    new Verification(List.of(broken)).run(folder, (kind, name) -> true, seen::add);
    assertEquals(Verification.Status.FAILED, seen.getFirst().status());
    assertTrue(seen.getFirst().line().contains("boom"));
  }

  @Test
  void aFolderWithoutCasesIsADataError() {
    assertThrows(DataException.class, () -> Verification.casesIn(folder));
    assertThrows(DataException.class, () -> Verification.casesIn(folder.resolve("none")));
  }
}
