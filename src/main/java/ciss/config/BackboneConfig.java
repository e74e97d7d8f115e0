package ciss.config;

import java.nio.file.Path;
import java.util.List;

/** The encoder. Only Mix Transformers exist in this version; the keys of convolutional encoders are null. */
public record BackboneConfig(
    @Key(
            value = "mit_b5",
            reference = "model.backbone.type",
            doc = "Mix Transformer B0 to B5",
            unavailable = {"resnet_v1c", "resnext", "resnest"})
        Type type,
    @Key(
            value = "pretrained/mit_b5.pth",
            computed = "pretrained/<type>.pth",
            nullable = true,
            reference = "model.pretrained",
            doc = ".pth or .safetensors; null = random initialisation")
        Path pretrained,
    @Key(
            value = "0.1",
            reference = "drop_path_rate (class default)",
            doc = "drop path of the last block, rising linearly from 0 at the first")
        double dropPath,
    @Key(value = "null", reference = "model.backbone.depth", doc = "ResNet family only: 50, 101, 200") Integer depth,
    @Key(value = "null", reference = "model.backbone.strides", doc = "ResNet family only") List<Integer> strides,
    @Key(value = "null", reference = "model.backbone.dilations", doc = "ResNet family only") List<Integer> dilations,
    @Key(value = "null", reference = "model.backbone.contract_dilation", doc = "ResNet family only")
        Boolean contractDilation) {

  /** The encoders there are, with the channels of their four stages. */
  public enum Type {
    MIT_B0(32, 64, 160, 256),
    MIT_B1(64, 128, 320, 512),
    MIT_B2(64, 128, 320, 512),
    MIT_B3(64, 128, 320, 512),
    MIT_B4(64, 128, 320, 512),
    MIT_B5(64, 128, 320, 512);

    private final List<Integer> channels;

    Type(Integer... channels) {
      this.channels = List.of(channels);
    }

    /** Channels of the feature maps at strides 4, 8, 16 and 32. */
    public List<Integer> channels() {
      return channels;
    }
  }
}
