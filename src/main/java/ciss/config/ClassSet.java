package ciss.config;

import java.util.List;

/**
 * The classes, in the order of their train ids, with the colour each is painted in.
 *
 * @param name name of a built-in set ({@code cityscapes19}, {@code camvid11}), or null for a user's own list
 */
public record ClassSet(String name, List<LabelClass> classes) {
  public ClassSet {
    classes = List.copyOf(classes);
  }

  public int size() {
    return classes.size();
  }

  /** The class names by train id. */
  public List<String> names() {
    return classes.stream().map(LabelClass::name).toList();
  }

  /** One class: its name and its colour, components 0 to 255. */
  public record LabelClass(String name, int red, int green, int blue) {}
}
