package ciss.cli;

import ciss.config.CissConfig;
import ciss.config.ModelConfig;
import ciss.config.Size;
import ciss.config.UdaConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine.Option;

/** How pictures are predicted: what {@code test} and {@code infer} have in common. */
final class InferenceOptions {
  private static final String AUGMENT = "inference.scales=[0.5,0.75,1.0,1.25,1.5,1.75]";

  /** How windows are laid. */
  enum Inference {
    SAME,
    SLIDE,
    WHOLE
  }

  /** What of a network of two scales is shown. */
  enum View {
    FUSED,
    CONTEXT,
    DETAIL,
    ATTENTION
  }

  @Option(
      names = "--inference",
      paramLabel = "same|slide|whole",
      defaultValue = "SAME",
      description = "As configured, by windows of the training crop with half of it as step, or the whole picture at once.")
  private Inference inference;

  @Option(names = "--augment", description = "Six scales from 0.5 to 1.75, each also mirrored; probabilities are averaged.")
  private boolean augment;

  @Option(
      names = "--view",
      paramLabel = "fused|context|detail|attention",
      defaultValue = "FUSED",
      description = "Of an HRDA network the fused labels, those of one branch, or the scale attention as grey pictures.")
  private View view;

  View view() {
    return view;
  }

  /** What the options change in a file name: empty, or such as {@code _context_augmented}. */
  String nameSuffix() {
    String branch = view == View.CONTEXT || view == View.DETAIL ? "_" + view.name().toLowerCase(Locale.ROOT) : "";
    String windows = inference == Inference.SAME ? "" : "_" + inference.name().toLowerCase(Locale.ROOT);
    return branch + windows + (augment ? "_augmented" : "");
  }

  /**
   * The options as overrides of a configuration.
   *
   * @param command makes the usage errors
   */
  List<String> overrides(CissConfig config, CissCommand command) {
    List<String> overrides = new ArrayList<>();
    if (view != View.FUSED && config.model().type() != ModelConfig.Type.HRDA) {
      throw command.usageError("--view " + name(view) + ": a network of one scale (model.type) has no branches");
    }
    if (view == View.ATTENTION && augment) {
      throw command.usageError("--view attention shows one view of a picture: leave out --augment");
    }
    if (view == View.CONTEXT || view == View.DETAIL) {
      overrides.add("model.hrda.attention.fixed=" + (view == View.CONTEXT ? 0 : 1));
    }
    if (augment) {
      overrides.add(AUGMENT);
      overrides.add("inference.flip=true");
    }
    switch (inference) {
      case SAME -> {}
      case WHOLE -> overrides.add("inference.mode=whole");
      case SLIDE -> {
        Size window = trainingCrop(config);
        overrides.add("inference.mode=slide");
        overrides.add("inference.window=[%d,%d]".formatted(window.height(), window.width()));
        overrides.add("inference.stride=[%d,%d]".formatted(window.height() / 2, window.width() / 2));
        overrides.add("inference.batch_windows=true");
      }
    }
    return overrides;
  }

  private static Size trainingCrop(CissConfig config) {
    if (config.data().syncCrop() != null) {
      return config.data().syncCrop();
    }
    boolean supervised = config.uda().method() == UdaConfig.Method.NONE;
    return supervised ? config.data().source().crop() : config.data().target().crop();
  }

  private static String name(View view) {
    return view.name().toLowerCase(Locale.ROOT);
  }
}
