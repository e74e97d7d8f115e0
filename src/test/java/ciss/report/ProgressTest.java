package ciss.report;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.PrintWriter;
import java.io.StringWriter;
import org.junit.jupiter.api.Test;

class ProgressTest {
  private long seconds;
  private final StringWriter text = new StringWriter();
  private final PrintWriter out = new PrintWriter(text);

  private Progress plain(int total) {
    return new Progress("ciss", total, out, false, () -> seconds * 1_000_000_000L);
  }

  @Test
  void withoutATerminalALineIsPrintedEveryThirtySeconds() {
    Progress progress = plain(100);
    for (seconds = 0; seconds <= 65; seconds++) {
      progress.at(seconds, "loss 0.50");
    }
    assertEquals(2, text.toString().lines().count());
    assertFalse(text.toString().contains("\r"));
  }

  @Test
  void theRemainingTimeFollowsFromThePace() {
    Progress progress = plain(100);
    seconds = 30;
    progress.at(25, "loss 0.50");
    assertTrue(text.toString().contains("[##........] 25/100   loss 0.50"), text.toString());
    assertTrue(text.toString().contains("0:30  ETA 1:30"), text.toString());
  }

  @Test
  void theLastStateStays() {
    Progress progress = plain(3);
    progress.at(3, "");
    progress.close();
    assertTrue(text.toString().contains("[##########] 3/3"));
  }

  @Test
  void aTaskThatFailsBeforeItKnowsItsLengthLeavesNoLine() {
    plain(0).close();
    assertEquals("", text.toString());
  }

  @Test
  void onATerminalTheLineIsRedrawnAndMessagesStandAboveIt() {
    try (Progress progress = new Progress("ciss", 3, out, true)) {
      progress.at(1, "");
      progress.say("wrote checkpoint");
    }
    assertTrue(text.toString().contains("\r"));
    assertTrue(text.toString().contains("wrote checkpoint" + System.lineSeparator()));
  }

  @Test
  void timesAreReadAsOnAClock() {
    assertEquals("0:09", Progress.clock(9));
    assertEquals("10:00", Progress.clock(599.6));
    assertEquals("21:24:10", Progress.clock(77050));
  }
}
