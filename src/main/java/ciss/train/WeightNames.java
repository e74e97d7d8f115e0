package ciss.train;

import java.util.List;

/**
 * The one table that says what the names of a weight file mean (method.md 5.1 to 5.4): files of our own trainings, trainer
 * files of DAFormer, HRDA, MIC and CISS, files of a single network, and SegFormer's ImageNet encoders.
 */
public final class WeightNames {
  private static final String ENCODER = "backbone.";

  /** What a tensor of a file is. */
  public sealed interface Meaning {
    /** A tensor of a network under the name that the network has for it. */
    record Weight(NetworkKind network, String name) implements Meaning {}

    /** A moment of the optimizer. */
    record Moment() implements Meaning {}

    /** Known and of no use here: the classifier of ImageNet. */
    record Ignored() implements Meaning {}

    /** Nothing that is known. */
    record Unknown() implements Meaning {}
  }

  private enum Kind {
    /** The start is cut off and the rest is looked up again: wrappers for several devices add it. */
    WRAPPER,
    STUDENT,
    TEACHER,
    IMAGENET,
    MOMENT,
    /** A student without prefix. */
    BARE,
    /** An encoder alone: our names have {@code backbone.} in front. */
    BARE_ENCODER,
    IGNORED
  }

  private record Row(String start, Kind kind) {}

  /** First match wins. */
  private static final List<Row> TABLE =
      List.of(
          new Row("module.", Kind.WRAPPER),
          new Row("model.", Kind.STUDENT),
          new Row("ema_model.", Kind.TEACHER),
          new Row("imnet_model.", Kind.IMAGENET),
          new Row("exp_avg.", Kind.MOMENT),
          new Row("exp_avg_sq.", Kind.MOMENT),
          new Row("backbone.", Kind.BARE),
          new Row("decode_head.", Kind.BARE),
          new Row("patch_embed", Kind.BARE_ENCODER),
          new Row("block", Kind.BARE_ENCODER),
          new Row("norm", Kind.BARE_ENCODER),
          new Row("head.", Kind.IGNORED));

  private WeightNames() {}

  /** What the tensor of this name is. */
  public static Meaning of(String name) {
    for (Row row : TABLE) {
      if (name.startsWith(row.start())) {
        String rest = name.substring(row.start().length());
        return switch (row.kind()) {
          case WRAPPER -> of(rest);
          case STUDENT -> new Meaning.Weight(NetworkKind.STUDENT, unwrapped(rest));
          case TEACHER -> new Meaning.Weight(NetworkKind.TEACHER, unwrapped(rest));
          case IMAGENET -> new Meaning.Weight(NetworkKind.IMAGENET, unwrapped(rest));
          case MOMENT -> new Meaning.Moment();
          case BARE -> new Meaning.Weight(NetworkKind.STUDENT, name);
          case BARE_ENCODER -> new Meaning.Weight(NetworkKind.STUDENT, ENCODER + name);
          case IGNORED -> new Meaning.Ignored();
        };
      }
    }
    return new Meaning.Unknown();
  }

  /** Trainings on several devices wrap each network on its own. */
  private static String unwrapped(String name) {
    return name.startsWith("module.") ? name.substring("module.".length()) : name;
  }

  /** Whether a name of a network belongs to its encoder. */
  public static boolean isEncoder(String name) {
    return name.startsWith(ENCODER);
  }

  /** The name in a file of an encoder alone. */
  public static String encoderFileName(String name) {
    return name.substring(ENCODER.length());
  }
}
