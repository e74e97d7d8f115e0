package ciss.config;

import java.util.List;

/**
 * Pictures of one domain in the style of the other.
 *
 * @param bandwidth null unless fda
 * @param centralCrop null = no crop before the stylization
 * @param directions null with none
 */
public record StylizationConfig(
    @Key(
            value = "fda",
            computed = "fda; none unless uda.method is ciss",
            reference = "uda.stylization + the data-set base file",
            doc = "fda = swap low frequencies, reinhard = match colour statistics")
        Type type,
    @Key(
            value = "0.01",
            reference = "FDA.bandwidth",
            doc = "FDA only: half width of the swapped band, share of the shorter side")
        Double bandwidth,
    @Key(
            computed = "FDA: per axis the smaller of the two resize sizes; null when equal or unknown",
            nullable = true,
            reference = "CentralCrop.crop_size",
            doc = "FDA needs pictures of equal size")
        Size centralCrop,
    @Key(
            value = "[source<-target, target<-source]",
            reference = "keys of FDA / ReinhardTransfer",
            doc = "content<-style")
        List<Direction> directions) {

  /** The stylizations there are. */
  public enum Type {
    NONE,
    FDA,
    REINHARD
  }

  /** Content first, style second. */
  public enum Direction {
    SOURCE_FROM_TARGET("source<-target"),
    TARGET_FROM_SOURCE("target<-source");

    private final String written;

    Direction(String written) {
      this.written = written;
    }

    @Override
    public String toString() {
      return written;
    }
  }
}
