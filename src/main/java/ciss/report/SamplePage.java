package ciss.report;

import ciss.data.Batch;
import ciss.data.BatchRenderer;
import ciss.data.BytePicture;
import ciss.data.LabelMap;
import ciss.data.Normalization;
import ciss.data.PairPipeline;
import ciss.data.PictureSheet;
import ciss.data.Resize;
import ciss.data.SampleInfo;
import ciss.io.ImageWriting;
import ciss.io.Pixels;
import ciss.tensor.Backend;
import ciss.tensor.Box;
import ciss.tensor.Tensor;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** One HTML page, complete in itself, with the samples of a data set as training or evaluation sees them. */
public final class SamplePage {
  private static final int SHOWN_PIXELS = 512;
  private static final double QUALITY = 0.85;
  private static final int IGNORED = 255;

  private final Html page = new Html();
  private final Backend backend;
  private final List<String> classNames;
  private final int[] palette;
  private final int[] drawn;
  private final long[] labelled;
  private int samples;

  /**
   * @param backend holds the samples, and makes pictures small
   * @param summary what is shown and how it was made, one line
   * @param classNames by train id
   * @param palette colour of each class, 0xRRGGBB
   */
  public SamplePage(Backend backend, String title, String summary, List<String> classNames, int[] palette) {
    this.backend = backend;
    this.classNames = List.copyOf(classNames);
    this.palette = palette.clone();
    this.drawn = new int[classNames.size()];
    this.labelled = new long[classNames.size()];
    page.raw("<!DOCTYPE html>");
    page.raw("<html lang=\"en\"><head><meta charset=\"utf-8\">");
    page.raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">");
    page.add("<title>%s</title>", title);
    page.raw("<style>" + HtmlReport.resource("report.css") + HtmlReport.resource("samples.css") + "</style>");
    page.add("</head><body><main><header><h1>%s</h1><p class=\"summary\">%s</p></header>", title, summary);
    page.raw("<section><h2>Samples</h2><p class=\"legend\">");
    for (int c = 0; c < palette.length; c++) {
      page.add("<span><i style=\"background:#%06x\"></i>%s</span>", palette[c], classNames.get(c));
    }
    page.raw("<span><i style=\"background:#000\"></i>not labelled</span></p>");
  }

  /**
   * Adds all samples of a training batch.
   *
   * @param tensors of the batch
   */
  public void add(Batch batch, BatchRenderer.Tensors tensors, Normalization normalization) {
    for (int slot = 0; slot < batch.layout().samples(); slot++) {
      SampleInfo info = batch.samples().get(slot);
      List<Tile> tiles = new ArrayList<>();
      PairPipeline.Plan plan = info.plan();
      Slot source = new Slot(slot, backend, normalization);
      picture(tiles, "source", where(plan.source()), source, tensors.source());
      picture(tiles, "source stylized", "looks like the target", source, tensors.sourceStylized());
      LabelMap label = source.map(tensors.label());
      tiles.add(labels("label", present(label), label, palette));
      if (!tensors.target().isAbsent()) {
        Slot target = new Slot(slot, backend, normalization);
        picture(tiles, "target", where(plan.target()), target, tensors.target());
        picture(tiles, "target stylized", "looks like the source", target, tensors.targetStylized());
        if (!tensors.mask().isAbsent()) {
          int[] blackAndWhite = {0, 0xffffff};
          tiles.add(labels("mask", "white: pseudo-labels count", target.map(tensors.mask()), blackAndWhite));
        }
      }
      figure(info.source() + (info.target() == null ? "" : "  and  " + info.target()), drawn(batch, info), tiles);
    }
  }

  private String drawn(Batch batch, SampleInfo info) {
    String text = "iteration " + batch.iteration();
    if (info.rareClass() >= 0) {
      drawn[info.rareClass()]++;
      String tries = info.runs() == 1 ? "first crop" : info.runs() + " crops tried";
      text += ", drawn for " + classNames.get(info.rareClass()) + ", " + tries;
    }
    return text;
  }

  private static String where(PairPipeline.PartPlan plan) {
    Box crop = plan.crop();
    return crop.width() + "x" + crop.height() + " at " + crop.x1() + ", " + crop.y1() + (plan.flip() ? ", mirrored" : "");
  }

  /** Adds a picture with its labels, if it has some. */
  public void add(String name, BytePicture picture, @Nullable LabelMap label) {
    List<Tile> tiles = new ArrayList<>();
    String size = picture.width() + "x" + picture.height();
    tiles.add(new Tile("picture", size, ImageWriting.encodeJpeg(PictureSheet.of(small(picture)), QUALITY), false));
    if (label != null) {
      tiles.add(labels("label", present(label), label, palette));
    }
    figure(name, "", tiles);
  }

  /** The classes of a label map, the most frequent first; also counts them for the table. */
  private String present(LabelMap label) {
    int[] counts = label.histogram(label.bounds());
    for (int c = 0; c < labelled.length; c++) {
      labelled[c] += counts[c];
    }
    List<String> names = new ArrayList<>(
        IntStream.range(0, classNames.size())
            .boxed()
            .filter(c -> counts[c] > 0)
            .sorted(Comparator.comparingInt(c -> -counts[c]))
            .map(classNames::get)
            .toList());
    if (counts[IGNORED] == label.height() * label.width()) {
      names.add("nothing labelled");
    }
    return String.join(", ", names);
  }

  /**
   * Ends the samples with what the labels above hold and, with rare class sampling, what the class draw is.
   *
   * @param probabilities of the class draw by train id; null without it
   */
  public void classTable(double @Nullable [] probabilities) {
    endOfSamples();
    boolean draw = probabilities != null;
    double pixels = Math.max(1, Arrays.stream(labelled).sum());
    double draws = Math.max(1, Arrays.stream(drawn).sum());
    double[] bars = draw ? probabilities : Arrays.stream(labelled).mapToDouble(n -> n / pixels).toArray();
    double longest = Math.max(1e-9, Arrays.stream(bars).max().orElse(1));
    page.add("<section><h2>%s</h2><div class=\"scroll\"><table class=\"shares\">", draw ? "Class draw" : "Classes");
    page.raw(
        draw
            ? "<tr><th>class</th><th>drawn with</th><th>drawn above</th><th>pixels above</th><th></th></tr>"
            : "<tr><th>class</th><th>pixels above</th><th></th></tr>");
    for (int c = 0; c < labelled.length; c++) {
      page.add("<tr><td><i style=\"background:#%06x\"></i>%s</td>", palette[c], classNames.get(c));
      if (draw) {
        page.add("<td>%.2f %%</td><td>%.0f %%</td>", 100 * probabilities[c], 100 * drawn[c] / draws);
      }
      page.add("<td>%.2f %%</td>", 100 * labelled[c] / pixels);
      page.add(
          "<td><div class=\"share\" style=\"width:%.1f%%;background:#%06x\"></div></td></tr>",
          100 * bars[c] / longest, palette[c]);
    }
    page.raw("</table></div></section>");
  }

  private void endOfSamples() {
    page.raw(samples == 0 ? "<p>none</p></section>" : "</section>");
  }

  /** The page. */
  public String render() {
    return page + "</main><div id=\"reading\" hidden></div><dialog id=\"zoom\"><img alt=\"\"><p></p></dialog><script>"
        + HtmlReport.resource("report.js") + "</script></body></html>\n";
  }

  /** A picture with its name and what there is to say about it. */
  private record Tile(String caption, String note, byte[] picture, boolean map) {}

  private void figure(String title, String note, List<Tile> tiles) {
    samples++;
    page.add(
        "<figure class=\"panel\" style=\"--tiles:%d\"><figcaption>%s<small>%s</small></figcaption><div>",
        tiles.size(), title, note);
    for (Tile tile : tiles) {
      page.add(
          "<span><img loading=\"lazy\" class=\"%s\" alt=\"%s\" src=\"%s\"><small><b>%s</b> %s</small></span>",
          tile.map ? "map" : "", tile.caption, new Html.Markup(Html.dataUrl(tile.picture)), tile.caption, tile.note);
    }
    page.raw("</div></figure>");
  }

  private void picture(
      List<Tile> tiles, String caption, String note, Slot slot, Tensor all) {
    if (!all.isAbsent()) {
      byte[] picture = ImageWriting.encodeJpeg(PictureSheet.of(small(slot.picture(all))), QUALITY);
      tiles.add(new Tile(caption, note, picture, false));
    }
  }

  /** One sample's share of the tensors of a batch. */
  private record Slot(int slot, Backend backend, Normalization normalization) {
    BytePicture picture(Tensor all) {
      return normalization.denormalized(backend.download(all.at(slot)), all.size(1), all.size(2));
    }

    LabelMap map(Tensor all) {
      return new LabelMap(all.size(1), all.size(2), backend.downloadBytes(all.at(slot)));
    }
  }

  private static Tile labels(String caption, String note, LabelMap label, int[] colours) {
    LabelMap small = Resize.nearest(label, shownSize(label.height(), label.width()));
    byte[] picture = ImageWriting.encodePng(new Pixels(small.height(), small.width(), 1, small.ids()), colours);
    return new Tile(caption, note, picture, true);
  }

  private BytePicture small(BytePicture picture) {
    return picture.resized(backend, shownSize(picture.height(), picture.width()));
  }

  /** Never larger than the picture. */
  private static Resize.Size shownSize(int height, int width) {
    double factor = Math.min(1, (double) SHOWN_PIXELS / Math.max(height, width));
    return new Resize.Size((int) Math.max(1, height * factor), (int) Math.max(1, width * factor));
  }
}
