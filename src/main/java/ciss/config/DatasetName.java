package ciss.config;

import java.util.Locale;

/** Names for {@code data.*.dataset}; FOLDER brings no preset: everything is said in the file. */
public enum DatasetName {
  CITYSCAPES,
  ACDC,
  ACDC_REF,
  DARK_ZURICH,
  BDD100K,
  GTA,
  SYNTHIA,
  NIGHTTIME_DRIVING,
  FOLDER;

  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT);
  }
}
