package ciss.tensor.cuda;

import static org.junit.jupiter.api.Assertions.assertEquals;

import ciss.tensor.Precision;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Reference cases of every kind of picture, network and trainer on CUDA, run by the stand-in for a GPU; {@code ciss verify --device cuda}
 * replays them all.
 */
@Execution(ExecutionMode.CONCURRENT)
class CudaGoldenTest {
  private static final List<String> CASES =
      List.of(
          "mit/b0_64_train",
          "segmentor/train_hrda",
          "segmentor/hrda_slide",
          "segmentor/train_segformer",
          "upsampled_ce/hrda_both",
          "color_jitter/j4",
          "gaussian_blur/b4",
          "class_mix/m4",
          "fda/constant_content_b0p06",
          "fda/float_content_b0p06",
          "fda/full_1920x1024_b0p01",
          "fda/natural_64x96_b0p5",
          "fda/odd_63x95_b0p5",
          "normalize/float64_stylised",
          "normalize/padded",
          "pair_pipeline/fda_acdc_like",
          "pair_pipeline/fda_gta_like",
          "pair_pipeline/fda_smaller_than_crop",
          "pair_pipeline/reinhard_acdc_like",
          "photometric_distortion/p3",
          "reinhard/black_patch",
          "reinhard/sizes_64x96_from_81x113",
          "rescale/f32_up_gta",
          "rescale/u8_x1p5_bdd_to_acdc",
          "label_downscale/d3",
          "uda_step/final_ciss",
          "uda_step/ciss_output_inv");

  @Test
  void casesOfEveryKindStayWithinTheirBounds() throws IOException, InterruptedException {
    assertPass(Precision.FP32, CASES);
  }

  /** Network, losses and iteration; bounds are wider, as the lines say. */
  @ParameterizedTest
  @EnumSource(names = {"TF32", "BF16"})
  void casesStayWithinTheBoundsOfOtherPrecisions(Precision precision) throws IOException, InterruptedException {
    assertPass(
        precision,
        List.of("mit/b0_64_train", "segmentor/train_hrda", "upsampled_ce/hrda_both", "uda_step/final_ciss"));
  }

  private static void assertPass(Precision precision, List<String> cases) throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of(precision.name()));
    arguments.addAll(cases);
    CudaProcess.Output output = CudaProcess.run(Map.of(), CudaGoldenCases.class, arguments.toArray(String[]::new));
    List<String> wrong =
        output.lines().stream().filter(line -> !line.startsWith("ok ") && !line.equals("end")).toList();
    assertEquals(List.of(), wrong);
    assertEquals(cases.size() + 1, output.lines().size());
    assertEquals(0, output.exit());
  }
}
