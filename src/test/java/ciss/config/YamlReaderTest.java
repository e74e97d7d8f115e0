package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertInstanceOf;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ConfigException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class YamlReaderTest {
  private static Object scalar(String text) {
    return assertInstanceOf(Node.Scalar.class, YamlReader.read("t.yaml", text)).value();
  }

  private static String failure(String text) {
    return assertThrows(ConfigException.class, () -> YamlReader.read("t.yaml", text)).getMessage();
  }

  @ParameterizedTest
  @CsvSource({"6e-5, 6e-5", "6E-5, 6e-5", "-1.5, -1.5", "+2.5, 2.5", "1., 1", ".5, 0.5"})
  void numbersOfYaml12AreNumbers(String text, double expected) {
    assertEquals(expected, scalar(text));
  }

  @Test
  void wholeNumbersAreLongs() {
    assertEquals(40000L, scalar("40000"));
    assertEquals(5L, scalar("+5"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"yes", "on", "no", "off", "1:30", "2024-07-22", "'6e-5'", "\"true\"", "'~'"})
  void whatYaml11TookForSomethingElseAndQuotedTextIsText(String text) {
    assertInstanceOf(String.class, scalar(text));
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "~", "Null", "NULL"})
  void nullHasFourSpellings(String text) {
    assertNull(scalar(text));
  }

  @Test
  void placesCountFromOne() {
    Node.Mapping root = (Node.Mapping) YamlReader.read("t.yaml", "a: 1\nb:\n  c: [x, 2]\n");
    Node.Mapping b = (Node.Mapping) root.entries().get("b").value();
    assertEquals("t.yaml:3:3", b.entries().get("c").keyPlace().toString());
    Node.Sequence list = (Node.Sequence) b.entries().get("c").value();
    assertEquals("t.yaml:3:10", list.items().get(1).place().toString());
  }

  @Test
  void anAliasStandsForTheNodeOfItsAnchor() {
    Node.Mapping root = (Node.Mapping) YamlReader.read("t.yaml", "a: &x 7\nb: *x\nc: &y {p: 1}\nd: *y\n");
    assertEquals(7L, ((Node.Scalar) root.entries().get("b").value()).value());
    assertEquals(root.entries().get("c").value(), root.entries().get("d").value());
  }

  @Test
  void anAnchorToNowhereIsAnError() {
    assertEquals("t.yaml:2:4: alias '*x' has no anchor before it", failure("a: 1\nb: *x\n"));
  }

  @Test
  void aRepeatedKeyIsAnErrorThatNamesBothPlaces() {
    assertEquals("t.yaml:3:1: key 'a' is set twice\n  first at t.yaml:1:1", failure("a: 1\nb: 2\na: 3\n"));
  }

  @Test
  void aSecondDocumentIsAnError() {
    assertEquals(
        "t.yaml:3:1: a second document begins here; one file holds one configuration", failure("a: 1\n---\nb: 2\n"));
  }

  @Test
  void malformedYamlNamesTheProblemAndItsPlace() {
    assertEquals("t.yaml:2:5: not valid YAML: expected the node content, but found '}'", failure("a: [1,\n b: }"));
    assertEquals(
        "t.yaml:2:1: not valid YAML: found character '\\t(TAB)' that cannot start any token."
            + " (Do not use \\t(TAB) for indentation)",
        failure("a: 1\n\tb: 2"));
  }

  @Test
  void anEmptyFileIsNothing() {
    assertNull(YamlReader.read("t.yaml", "# only a comment\n"));
  }
}
