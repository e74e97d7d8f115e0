package ciss.cli;

import ciss.error.ConfigException;

/**
 * An experiment of the paper, or one of its runs.
 *
 * @param index position of the run, from 0; null: all of them
 */
record ExperimentId(int id, Integer index) {
  /**
   * Reads {@code ID} or {@code ID:INDEX}.
   *
   * @throws ConfigException if it is neither
   */
  static ExperimentId parse(String text) {
    if (!text.matches("\\d{1,6}(:\\d{1,6})?")) {
      throw new ConfigException("--experiment " + text + ": expected ID or ID:INDEX, for instance 129 or 129:0");
    }
    String[] parts = text.split(":");
    return new ExperimentId(Integer.parseInt(parts[0]), parts.length == 1 ? null : Integer.valueOf(parts[1]));
  }
}
