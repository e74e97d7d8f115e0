package ciss.verify;

import ciss.model.PassDraws;
import ciss.tensor.Box;
import tools.jackson.databind.JsonNode;

/** The recorded decisions of one training pass: {@code <prefix>enc0.drop_path}, {@code <prefix>head_lr.dropout}, ... */
final class GoldenPassDraws implements PassDraws {
  private final GoldenCase golden;
  private final String prefix;
  private final JsonNode cropBox;

  /**
   * @param prefix such as {@code draw.p0.} or {@code draw.it2.p1.}
   * @param cropBox [y1,y2,x1,x2]; null or missing if none was drawn
   */
  GoldenPassDraws(GoldenCase golden, String prefix, JsonNode cropBox) {
    this.golden = golden;
    this.prefix = prefix;
    this.cropBox = cropBox;
  }

  @Override
  public Box cropBox(int height, int width, int choicesY, int choicesX, int multiple) {
    int[] box = GoldenCase.ints(cropBox);
    return new Box(box[0], box[1], box[2], box[3]);
  }

  @Override
  public boolean keepBranch(EncoderRun run, int block, int branch, int sample, double dropProbability) {
    String name = prefix + (run == EncoderRun.CONTEXT ? "enc0" : "enc1") + ".drop_path";
    int n = (int) golden.shape(name)[2];
    return golden.bytes(name)[(block * 2 + branch) * n + sample] != 0;
  }

  @Override
  public boolean keepChannel(HeadRun run, int sample, int channel, double dropProbability) {
    String name = prefix + head(run) + ".dropout";
    int channels = (int) golden.shape(name)[1];
    return golden.bytes(name)[sample * channels + channel] != 0;
  }

  private String head(HeadRun run) {
    return switch (run) {
      case CONTEXT -> golden.has(prefix + "head.dropout") ? "head" : "head_lr";
      case DETAIL -> "head_hr";
      case ATTENTION -> "att";
    };
  }
}
