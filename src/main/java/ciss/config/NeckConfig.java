package ciss.config;

import java.util.List;

/** What stands between encoder and head: nothing, in this version. */
public record NeckConfig(
    @Key(
            value = "none",
            reference = "model.neck.type SegFormerAdapter",
            doc = "adapter between encoder and head",
            unavailable = "segformer_adapter")
        Type type,
    @Key(value = "null", reference = "model.neck.scales", doc = "segformer_adapter only") List<Integer> scales) {

  /** The necks there are. */
  public enum Type {
    NONE
  }
}
