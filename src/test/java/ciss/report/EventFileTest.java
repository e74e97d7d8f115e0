package ciss.report;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.io.ByteArrayInputStream;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EventFileTest {
  private static final Clock CLOCK = Clock.fixed(Instant.ofEpochMilli(1_700_000_000_500L), ZoneOffset.UTC);
  @TempDir private Path folder;

  private Path written() throws IOException {
    try (EventFile file = EventFile.create(folder, 300, CLOCK)) {
      Map<String, Double> values = new LinkedHashMap<>();
      values.put("src_orig.decode.loss_seg", 1.5);
      values.put("never", Double.NaN);
      values.put("lr", 6e-5);
      file.scalars(350, "train/", values);
      file.picture(350, "class_mix/0", 2, 3, ImageWriting.encodePng(new Pixels(2, 3, 3, new byte[18])));
      return file.path();
    }
  }

  @Test
  void aCrcIsThatOfThePublishedTestVectorMasked() {
    // RFC 3720, B.4: 32 bytes of zeros have the CRC-32C 0x8A9136AA.
    int crc = 0x8A9136AA;
    assertEquals((crc >>> 15 | crc << 17) + 0xa282ead8, EventFile.maskedCrc(new byte[32], 32));
  }

  @Test
  void aStrictReaderFindsEveryEvent() throws IOException {
    Path path = written();
    String name = path.getFileName().toString();
    assertTrue(name.matches("events\\.out\\.tfevents\\.1700000000\\..+\\.\\d+"), name);
    List<EventReader.Event> events = EventReader.read(path);
    assertEquals(4, events.size());
    assertEquals("brain.Event:2", events.get(0).version());
    assertEquals(1_700_000_000.5, events.get(0).wallTime());
    assertEquals(1, events.get(1).sessionStatus());
    assertEquals(300, events.get(1).step());
    assertEquals(Map.of("train/src_orig.decode.loss_seg", 1.5f, "train/lr", 6e-5f), events.get(2).scalars());
    assertEquals(350, events.get(2).step());
    EventReader.Image image = events.get(3).images().get("class_mix/0");
    assertEquals(2, image.height());
    assertEquals(3, image.width());
    assertEquals(3, image.channels());
    assertEquals(3, ImageIO.read(new ByteArrayInputStream(image.png())).getWidth());
  }

  @Test
  void aRecordCutOffByACrashHidesNoOther() throws IOException {
    Path path = written();
    byte[] all = Files.readAllBytes(path);
    Files.write(path, java.util.Arrays.copyOf(all, all.length - 5));
    assertEquals(3, EventReader.read(path).size());
  }

  @Test
  void bytesAreTheSameOnEveryRun() throws IOException {
    byte[] first = Files.readAllBytes(written());
    Files.delete(written());
    assertArrayEquals(first, Files.readAllBytes(written()));
  }

  /** Another implementation's opinion: the protobuf compiler. */
  @Test
  void theProtobufCompilerReadsTheSameFields() throws Exception {
    File protoc = new File("/usr/bin/protoc");
    assumeTrue(
        protoc.canExecute(),
        "NOT TESTED: events against protoc, which is not installed; apt-get install protobuf-compiler");
    Path message = folder.resolve("event.bin");
    Files.write(message, EventReader.records(written()).get(2));
    Process process = new ProcessBuilder(protoc.getPath(), "--decode_raw").redirectInput(message.toFile()).start();
    String text = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals(
        """
        1: 0x41d954fc40200000
        2: 350
        5 {
          1 {
            1: "train/src_orig.decode.loss_seg"
            2: 0x3fc00000
          }
          1 {
            1: "train/lr"
            2: 0x387ba882
          }
        }
        """,
        text);
  }
}
