package ciss.verify;

import ciss.data.ClassCounts;
import ciss.data.ClassIndexFiles;
import ciss.data.RareClassSampling;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** Kind {@code rcs}: class probabilities and the choices that given draws lead to. */
public final class RareClassSamplingKind implements CaseKind {
  private static final int CLASSES = 19;

  @Override
  public String kind() {
    return "rcs";
  }

  @Override
  public void run(GoldenCase golden, Comparison out) {
    JsonNode o = golden.options();
    List<ClassCounts> counts = new ArrayList<>();
    for (JsonNode sample : o.get("sample_class_stats")) {
      counts.add(ClassIndexFiles.parse(golden.path(), sample, CLASSES));
    }
    RareClassSampling sampling = new RareClassSampling(
        counts,
        o.get("class_temp").asDouble(),
        o.get("min_pixels").asInt(),
        o.get("min_crop_ratio").asDouble(),
        10);
    out.exact("classes", boxed(sampling.classes()), boxed(GoldenCase.ints(golden.expect().get("classes"))));
    out.tensor("out.class_probs", sampling.probabilities());
    Map<String, Integer> places = new HashMap<>();
    for (JsonNode file : o.get("source_files_in_dataset_order")) {
      places.put(baseName(file.asString()), places.size());
    }
    for (JsonNode sample : golden.expect().get("samples")) {
      int c = sampling.classFor(sample.get("u_class").asDouble());
      out.exact("class", c, sample.get("class").asInt());
      int picture = sampling.candidates(c)[sample.get("file_index").asInt()];
      String file = baseName(counts.get(picture).file());
      out.exact("file", file, sample.get("file").asString());
      int index = places.get(file) * o.get("target_length").asInt() + sample.get("target_index").asInt();
      out.exact("index", index, sample.get("index").asInt());
      int[] pixels = GoldenCase.ints(sample.get("class_pixels_per_try"));
      out.exact("pipeline_runs", sampling.runUntilEnough(run -> pixels[run]), sample.get("pipeline_runs").asInt());
    }
  }

  private static String baseName(String path) {
    return path.substring(path.lastIndexOf('/') + 1);
  }

  private static List<Integer> boxed(int[] values) {
    List<Integer> list = new ArrayList<>();
    for (int value : values) {
      list.add(value);
    }
    return list;
  }
}
