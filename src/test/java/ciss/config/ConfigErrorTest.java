package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ciss.error.ConfigException;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class ConfigErrorTest {
  @Test
  void anUnknownKeyGetsTheNearestOfItsSection() {
    assertEquals(
        """
        mine.yaml:3:5: unknown key 'uda.pseudo_label.treshold'
          did you mean 'uda.pseudo_label.threshold'?
          all keys there: ciss config keys uda.pseudo_label""",
        Configurations.refusal("uda:\n  pseudo_label:\n    treshold: 1\n"));
  }

  @Test
  void aNameOfTheReferenceIsRecognised() {
    assertEquals(
        """
        mine.yaml:1:1: unknown key 'uda.alpha'
          'uda.alpha' is the reference's name of 'uda.teacher_momentum'
          all keys there: ciss config keys uda""",
        Configurations.refusal("uda.alpha: 0.9"));
  }

  @Test
  void aKeyOfAnotherSectionIsFound() {
    assertTrue(Configurations.refusal("uda.threshold: 1").contains("did you mean 'uda.pseudo_label.threshold'?"));
  }

  @Test
  void aKeyLikeNothingGetsNoSuggestion() {
    assertEquals(
        "mine.yaml:1:1: unknown key 'sunshine'\n  all keys: ciss config keys", Configurations.refusal("sunshine: 1"));
  }

  @Test
  void nestedAndDottedFormOfOneKeyAreADuplicate() {
    assertEquals(
        "mine.yaml:2:8: key 'uda.method' is set twice\n  first at mine.yaml:1:1",
        Configurations.refusal("uda.method: ciss\nuda: {  method: dacs}".replace("{  ", "{ ")));
  }

  @Test
  void aMistakeInAnOverrideNamesTheOverride() {
    assertEquals(
        "-o train.seed=many: train.seed: expected a whole number, found text 'many'",
        Configurations.refusal("", "train.seed=many"));
    assertEquals("-o seed: expected KEY=VALUE, for instance -o train.seed=1", Configurations.refusal("", "seed"));
  }

  @Test
  void aConfigurationThatDoesNotExistGetsASuggestion() {
    ConfigException e = assertThrows(ConfigException.class, () -> Configurations.named("cityscape_to_acdc"));
    assertEquals(
        """
        'cityscape_to_acdc' is neither a file nor a built-in configuration
          did you mean 'cityscapes_to_acdc'?
          all built-in ones: ciss config list""",
        e.getMessage());
  }

  @Test
  void aBaseThatDoesNotExistNamesItsPlace() {
    assertTrue(
        Configurations.refusal("name: x\nbase: nowhere").startsWith("mine.yaml:2:7: base: 'nowhere' is neither a file"));
  }

  @ParameterizedTest
  @MethodSource("wrongValues")
  void aValueThatDoesNotFitIsRefused(String yaml, String message) {
    assertEquals("mine.yaml:" + message, Configurations.refusal(yaml));
  }

  static List<Arguments> wrongValues() {
    return List.of(
        wrong("train.iterations: 1.5", "1:19: train.iterations: expected a whole number, found number 1.5"),
        wrong("train.iterations: '5'", "1:19: train.iterations: expected a whole number, found text '5'"),
        wrong("data.source.flip: yes", "1:19: data.source.flip: expected a number, found text 'yes'"),
        wrong("uda.mix_blur: on", "1:15: uda.mix_blur: expected true or false, found text 'on'"),
        wrong("train.seed: null", "1:13: train.seed: expected a value (int), found null"),
        wrong("uda: 3", "1:6: 'uda' is a section: expected keys below it, found number 3\n"
            + "  all keys there: ciss config keys uda"),
        wrong("[1, 2]", "1:1: expected keys and values, found a list of 2"),
        wrong("uda.method: cis", "1:13: uda.method: expected one of ciss, dacs, none; found 'cis'\n"
            + "  did you mean 'ciss'?"),
        wrong("uda.method: min_entropy",
            "1:13: uda.method: 'min_entropy' is not in this version; there is: ciss, dacs, none"),
        wrong("model.backbone.type: resnet_v1c",
            "1:22: model.backbone.type: 'resnet_v1c' is not in this version; there is: mit_b0, mit_b1, mit_b2, mit_b3,"
                + " mit_b4, mit_b5"),
        wrong("model.neck.type: segformer_adapter",
            "1:18: model.neck.type: 'segformer_adapter' is not in this version; there is: none"),
        wrong("inference.window: [1, 2, 3]", "1:19: inference.window: expected [height, width] in pixels, or one number"
            + " for a square, found a list of 3"),
        wrong("inference.window: 0", "1:19: inference.window: a size needs at least one pixel each way, found [0, 0]"),
        wrong("uda.target.ce: [original]", "1:17: uda.target.ce: expected a view such as original/stylized"
            + " (source style / target style), found text 'original'"),
        wrong("uda.invariance.weight_source: [1, 2]", "1:31: uda.invariance.weight_source: expected five weights"
            + " (feature levels 0..4), or one number for level 0, found a list of 2"),
        wrong("train.device: gpu", "1:15: train.device: expected auto, cpu, cuda or cuda:N, found text 'gpu'"),
        wrong("data.classes: city", "1:15: data.classes: 'city' is neither a file nor one of cityscapes19, camvid11"),
        wrong("data.classes: [{name: a, colour: [0, 0, 256]}]", "1:41: data.classes: expected {name: ..., colour: [red,"
            + " green, blue]} with numbers from 0 to 255, found number 256"),
        wrong("data.label_map: {sky: 1}",
            "1:18: data.label_map: expected whole numbers as keys, found 'sky'"),
        wrong("optimizer.groups: {a: {lr: 1}}",
            "1:24: unknown key 'lr' in optimizer.groups\n  a group has lr_mult and decay_mult"),
        wrong("optimizer.lr: .inf", "1:15: optimizer.lr: expected a finite number, found number .inf"),
        wrong("data.val.dataset: folder", " data.val.root: not set, and the preset of data.val.dataset (folder) does not"
            + " say it"),
        wrong("data.source.dataset: nighttime_driving",
            " data.source.images: not set, and the preset of data.source.dataset (nighttime_driving) does not say it"));
  }

  @ParameterizedTest
  @MethodSource("contradictions")
  void valuesThatContradictEachOtherAreRefused(String yaml, String message) {
    assertEquals("mine.yaml:" + message, Configurations.refusal(yaml));
  }

  static List<Arguments> contradictions() {
    return List.of(
        wrong("stylization.type: none", " uda.source.invariance: needs stylized pictures, but stylization.type is none"),
        wrong("uda.source: {ce_original: false}", " uda.source: ciss needs a source loss: ce_original or ce_stylized"),
        wrong("uda.target.invariance: [[original/original, original/original]]",
            "1:24: uda.target.invariance: a pair has two different views, found original/original twice"),
        wrong("uda.invariance.weight_source: -1",
            "1:31: uda.invariance.weight_source: expected weights of at least 0, found [-1.0, 0.0, 0.0, 0.0, 0.0]"),
        wrong("model.hrda.detail_crop: 2048",
            "1:25: model.hrda.detail_crop: 2048x2048 does not fit in data.source.crop 1024x1024"),
        wrong("model.hrda.detail_crop: 500",
            "1:25: model.hrda.detail_crop: 500x500 is no multiple of model.hrda.crop_multiple 8"),
        wrong("inference.stride: 2000", "1:19: inference.stride: 2000x2000 is larger than inference.window 1024x1024"),
        wrong("stylization.central_crop: [1050, 1920]",
            "1:27: stylization.central_crop: 1050x1920 is larger than data.source.resize 1024x2048"),
        wrong("model.head.in_channels: [1, 2, 3, 4]",
            "1:25: model.head.in_channels: mit_b5 has [64, 128, 320, 512], found [1, 2, 3, 4]"),
        wrong("model.classes: 11", "1:16: model.classes: data.classes has 19 classes, found 11"),
        wrong("log.interval: 0", "1:15: log.interval: expected at least 1, found 0"),
        wrong("evaluation.interval: 0", "1:22: evaluation.interval: expected at least 1, found 0"),
        wrong("train.iterations: 1000",
            " schedule.warmup_iterations: 1500 is not below train.iterations 1000"),
        wrong("data.source.flip: 1.5", "1:19: data.source.flip: expected from 0 to 1, found 1.5"),
        wrong("model.hrda.feature_scale: 1",
            "1:27: model.hrda.feature_scale: the detail scale alone is not in this version; expected the context scale"
                + " 0.5, or all"),
        wrong("uda.method: dacs\ndata.joint_pipeline: true",
            "2:22: data.joint_pipeline: pairs are only made for stylization, which is none: expected false"),
        wrong("uda.log_gradient_norms: true",
            "1:25: uda.log_gradient_norms: gradient norms are not logged in this version; set false"),
        wrong("train.devices: 2", "1:16: train.devices: this version trains on one device; set 1"),
        wrong("uda.method: none\nstylization.type: none\nevaluation.weights: teacher",
            "3:21: evaluation.weights: there is no teacher with uda.method none; set student"),
        wrong("evaluation.weights: both",
            "1:21: evaluation.weights: 'both' is not in this version; there is: student, teacher"),
        wrong("train.memory: always",
            "1:15: train.memory: expected one of auto, keep_all, fused, lean, recompute; found 'always'"),
        wrong("data.mean: [1, 2]", "1:12: data.mean: expected 3 numbers, found 2"),
        wrong("data.label_map: {7: 19}",
            "1:17: data.label_map: label 7 goes to 19; expected 0 to 18, or 255"),
        wrong("uda.method: none\nstylization.type: fda",
            "2:19: stylization.type: needs target pictures, which uda.method none does not read; set none"),
        wrong("model.backbone.pretrained: null", " uda.feature_distance.weight: compares with the ImageNet network, but"
            + " model.backbone.pretrained is null; set the weight to 0"),
        wrong("data.target.crop: 512\nmodel.hrda.detail_crop: 256", " data.target.pad: source and target pictures are"
            + " mixed and need one size: 1024x1024 and 512x512"));
  }

  @Test
  void cropsThatDoNotFitTheDeepestLevelAreWarnedAbout() {
    assertEquals(
        List.of(
            "data.source.crop 1000x1000 times the smallest scale 0.5 is no multiple of 32, the deepest stride",
            "data.target.crop 1000x1000 times the smallest scale 0.5 is no multiple of 32, the deepest stride"),
        Configurations.text("data: {source: {crop: 1000}, target: {crop: 1000}}").warnings());
  }

  private static Arguments wrong(String yaml, String message) {
    return Arguments.of(yaml, message);
  }
}
