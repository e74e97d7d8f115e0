package ciss.data.scene;

import java.util.Locale;

/** The weather and light a scene is seen in. {@link #DAY} is the source domain, the others are the target domain. */
public enum Condition {
  DAY,
  NIGHT,
  FOG,
  RAIN,
  SNOW;

  /** Lower-case name, as used in folder and file names. */
  public String id() {
    return name().toLowerCase(Locale.ROOT);
  }
}
