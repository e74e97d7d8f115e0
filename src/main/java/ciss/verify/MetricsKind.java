package ciss.verify;

import ciss.eval.ConfusionMatrix;
import ciss.eval.Metric;
import ciss.eval.Scores;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Kind {@code metrics}: counts per picture, scores and printed tables. */
public final class MetricsKind implements CaseKind {

  @Override
  public String kind() {
    return "metrics";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    int classes = golden.options().get("num_classes").asInt();
    List<String> names = new ArrayList<>();
    golden.options().get("classes").forEach(name -> names.add(name.asString()));
    long[] shape = golden.shape("in.gt");
    int pixels = Math.toIntExact(shape[1] * shape[2]);
    byte[] label = golden.bytes("in.gt");
    byte[] prediction = golden.bytes("in.pred");
    ConfusionMatrix total = new ConfusionMatrix(classes);
    double[] areas = new double[(int) shape[0] * 4 * classes];
    for (int i = 0; i < shape[0]; i++) {
      ConfusionMatrix picture = new ConfusionMatrix(classes);
      picture.add(
          Arrays.copyOfRange(label, i * pixels, (i + 1) * pixels),
          Arrays.copyOfRange(prediction, i * pixels, (i + 1) * pixels));
      for (int c = 0; c < classes; c++) {
        int at = i * 4 * classes + c;
        areas[at] = picture.intersection(c);
        areas[at + classes] = picture.union(c);
        areas[at + 2 * classes] = picture.predicted(c);
        areas[at + 3 * classes] = picture.labelled(c);
      }
      total.add(picture);
    }
    out.tensor("out.areas", areas);
    for (Map.Entry<String, JsonNode> expected : golden.expect().properties()) {
      Scores scores = Scores.of(Metric.named(expected.getKey()), total, names);
      compare(expected.getKey(), scores, expected.getValue(), out);
    }
  }

  private static void compare(String metric, Scores scores, JsonNode expected, Comparison out) {
    Map<String, Double> results = scores.results();
    out.exact(metric + ".keys", results.keySet(), expected.get("results").propertyNames());
    for (Map.Entry<String, JsonNode> e : expected.get("results").properties()) {
      out.scalar(
          "expect.results", metric + "." + e.getKey(), results.get(e.getKey()), GoldenCase.number(e.getValue()));
    }
    List<String> printed = List.of(
        "per class results:", "\n" + scores.classTable(), "Summary:", "\n" + scores.summaryTable());
    for (int i = 0; i < printed.size(); i++) {
      out.exact(metric + ".printed", printed.get(i), expected.get("printed").get(i).asString());
    }
  }
}
