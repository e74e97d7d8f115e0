package ciss.cli;

import java.awt.Desktop;
import java.awt.GraphicsEnvironment;
import java.io.IOException;
import java.nio.file.Path;

/** Shows a file in the user's browser, where there is a desktop. */
final class Browser {
  private Browser() {}

  /** Opens the file; on a machine without a desktop says where it is instead. */
  static void open(Path file) {
    try {
      if (!GraphicsEnvironment.isHeadless() && Desktop.isDesktopSupported()) {
        Desktop.getDesktop().browse(file.toAbsolutePath().toUri());
        return;
      }
    } catch (IOException | UnsupportedOperationException e) {
      System.getLogger(Browser.class.getName()).log(System.Logger.Level.DEBUG, "no browser", e);
    }
    System.err.println("no desktop here: open " + file.toAbsolutePath() + " in a browser");
  }
}
