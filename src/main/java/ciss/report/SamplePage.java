package ciss.report;

import ciss.data.Batch;
import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.PictureSheet;
import ciss.data.Resize;
import ciss.data.SampleInfo;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** One HTML page, complete in itself, with the samples of a data set as training or evaluation sees them. */
public final class SamplePage {
  private static final int SHOWN_PIXELS = 320;
  private static final double QUALITY = 0.85;
  private static final String STYLE =
      """
      body{font:14px system-ui,sans-serif;margin:2em;color-scheme:light dark}
      .sample{display:flex;flex-wrap:wrap;gap:6px;align-items:flex-start;margin:1.2em 0}
      figure{margin:0}figcaption{font-size:12px;opacity:.7}h2{font-size:14px;margin:0;flex-basis:100%}
      table{border-collapse:collapse}td{padding:2px 10px 2px 0}.bar{height:10px;background:#4682b4}
      """;

  private final Html page = new Html();
  private final List<String> classNames;
  private final int[] palette;
  private final int[] drawn;

  /**
   * @param classNames by train id
   * @param palette colour of each class, 0xRRGGBB
   */
  public SamplePage(String title, List<String> classNames, int[] palette) {
    this.classNames = List.copyOf(classNames);
    this.palette = palette.clone();
    this.drawn = new int[classNames.size()];
    page.raw("<!DOCTYPE html>");
    page.raw("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.add("<title>%s</title>", title);
    page.raw("<style>" + STYLE + "</style></head><body>");
    page.add("<h1>%s</h1>", title);
  }

  /** Adds all samples of a training batch. */
  public void add(Batch batch, Normalization normalization) {
    for (int slot = 0; slot < batch.layout().samples(); slot++) {
      SampleInfo info = batch.samples().get(slot);
      String text = info.source() + (info.target() == null ? "" : " and " + info.target());
      if (info.rareClass() >= 0) {
        drawn[info.rareClass()]++;
        text += ", drawn for " + classNames.get(info.rareClass()) + " in " + info.runs() + " run(s)";
      }
      page.add("<div class=\"sample\"><h2>%s</h2>", "iteration " + batch.iteration() + ": " + text);
      Resize.Size source = batch.layout().source();
      picture("source", batch.source(), slot, batch, source, normalization);
      picture("source stylized", batch.sourceStylized(), slot, batch, source, normalization);
      labels("label", map(batch.label(), slot, batch, source), palette);
      if (batch.target() != null) {
        Resize.Size target = batch.layout().target();
        picture("target", batch.target(), slot, batch, target, normalization);
        picture("target stylized", batch.targetStylized(), slot, batch, target, normalization);
        if (batch.mask() != null) {
          labels("mask", map(batch.mask(), slot, batch, target), new int[] {0, 0xffffff});
        }
      }
      page.raw("</div>");
    }
  }

  /** Adds a picture with its labels, if it has some. */
  public void add(String name, BytePicture picture, @Nullable LabelMap label) {
    page.add("<div class=\"sample\"><h2>%s</h2>", name);
    figure("picture", ImageWriting.encodeJpeg(PictureSheet.of(small(picture)), QUALITY));
    if (label != null) {
      labels("label", label, palette);
    }
    page.raw("</div>");
  }

  /** Adds what the class draw is and was. {@code probabilities} by train id. */
  public void classDraw(double[] probabilities) {
    double total = Math.max(1, Arrays.stream(drawn).sum());
    page.raw("<h1>Class draw</h1><table><tr><td>class</td><td>probability</td><td>drawn above</td><td></td></tr>");
    for (int c = 0; c < probabilities.length; c++) {
      page.add(
          "<tr><td>%s</td><td>%.4f</td><td>%.4f</td><td><div class=\"bar\" style=\"width:%.0fpx\"></div></td></tr>",
          classNames.get(c), probabilities[c], drawn[c] / total, 300 * probabilities[c]);
    }
    page.raw("</table>");
  }

  /** The page. */
  public String render() {
    return page + "</body></html>\n";
  }

  private void picture(
      String caption,
      @Nullable MemorySegment all,
      int slot,
      Batch batch,
      Resize.Size size,
      Normalization normalization) {
    if (all == null) {
      return;
    }
    long bytes = all.byteSize() / batch.layout().samples();
    float[] rgb = all.asSlice(slot * bytes, bytes).toArray(ValueLayout.JAVA_FLOAT);
    BytePicture shown = normalization.denormalized(rgb, size.height(), size.width());
    figure(caption, ImageWriting.encodeJpeg(PictureSheet.of(small(shown)), QUALITY));
  }

  private static LabelMap map(MemorySegment all, int slot, Batch batch, Resize.Size size) {
    long bytes = all.byteSize() / batch.layout().samples();
    byte[] ids = all.asSlice(slot * bytes, bytes).toArray(ValueLayout.JAVA_BYTE);
    return new LabelMap(size.height(), size.width(), ids);
  }

  private void labels(String caption, LabelMap label, int[] colours) {
    LabelMap small = Resize.nearest(label, shownSize(label.height(), label.width()));
    figure(caption, ImageWriting.encodePng(new Pixels(small.height(), small.width(), 1, small.ids()), colours));
  }

  private static BytePicture small(BytePicture picture) {
    return (BytePicture) Resize.bilinear(picture, shownSize(picture.height(), picture.width()));
  }

  /** Never larger than the picture. */
  private static Resize.Size shownSize(int height, int width) {
    double factor = Math.min(1, (double) SHOWN_PIXELS / Math.max(height, width));
    return new Resize.Size((int) Math.max(1, height * factor), (int) Math.max(1, width * factor));
  }

  private void figure(String caption, byte[] picture) {
    page.add(
        "<figure><img src=\"%s\" alt=\"%s\"><figcaption>%s</figcaption></figure>",
        new Html.Markup(Html.dataUrl(picture)), caption, caption);
  }
}
