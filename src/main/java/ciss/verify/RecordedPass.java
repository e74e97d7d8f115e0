package ciss.verify;

import ciss.model.PassDraws;
import ciss.tensor.Box;
import java.util.EnumMap;
import java.util.Map;
import tools.jackson.databind.JsonNode;

/** The recorded decisions of one training pass of a reference case: keep bits under a prefix such as {@code draw.p0}. */
final class RecordedPass implements PassDraws {
  private final Map<EncoderRun, byte[]> branches = new EnumMap<>(EncoderRun.class);
  private final Map<HeadRun, byte[]> channels = new EnumMap<>(HeadRun.class);
  private final Box box;
  private final int samples;

  /**
   * @param prefix of the stored keep bits, without the last dot
   * @param cropBox {@code [y1,y2,x1,x2]} or null
   * @param samples batch size
   */
  RecordedPass(GoldenCase golden, String prefix, JsonNode cropBox, int samples) {
    this.samples = samples;
    branches.put(EncoderRun.CONTEXT, bits(golden, prefix + ".enc0.drop_path"));
    branches.put(EncoderRun.DETAIL, bits(golden, prefix + ".enc1.drop_path"));
    String single = prefix + ".head.dropout";
    channels.put(HeadRun.CONTEXT, bits(golden, golden.isStored(single) ? single : prefix + ".head_lr.dropout"));
    channels.put(HeadRun.DETAIL, bits(golden, prefix + ".head_hr.dropout"));
    channels.put(HeadRun.ATTENTION, bits(golden, prefix + ".att.dropout"));
    box = cropBox == null || !cropBox.isArray() ? null : box(GoldenCase.ints(cropBox));
  }

  private static byte[] bits(GoldenCase golden, String name) {
    return golden.isStored(name) ? golden.bytes(name) : new byte[0];
  }

  private static Box box(int[] c) {
    return new Box(c[0], c[1], c[2], c[3]);
  }

  @Override
  public Box cropBox(int height, int width, int choicesY, int choicesX, int multiple) {
    return box;
  }

  @Override
  public boolean keepBranch(EncoderRun run, int block, int branch, int sample, double dropProbability) {
    return branches.get(run)[(block * 2 + branch) * samples + sample] != 0;
  }

  @Override
  public boolean keepChannel(HeadRun run, int sample, int channel, double dropProbability) {
    byte[] bits = channels.get(run);
    return bits[sample * (bits.length / samples) + channel] != 0;
  }
}
