package ciss.config;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class SchemaTest {
  static Iterable<SchemaKey> keys() {
    return Schema.keys();
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeySaysWhatItMeansAndWhatItIsByDefault(SchemaKey key) {
    assertFalse(key.key().doc().isEmpty(), key.path());
    assertFalse(key.defaultDescription().isEmpty(), key.path());
    assertTrue(key.key().ours() || !key.reference().isEmpty(), key.path() + " names nothing of the reference");
    assertFalse(key.reference().contains("{"), key.path());
  }

  @Test
  void theFlatFormHasTheKeysOfTheReference() {
    assertEquals(168, Schema.keys().stream().filter(key -> !key.key().ours()).count());
  }

  @Test
  void typesAreDescribedInTheUsersWords() {
    assertEquals("enum ciss|dacs|none", Schema.find("uda.method").typeDescription());
    assertEquals("size|null", Schema.find("data.source.resize").typeDescription());
    assertEquals("view pair[]", Schema.find("uda.target.invariance").typeDescription());
    assertEquals("map str -> {lr_mult, decay_mult}", Schema.find("optimizer.groups").typeDescription());
  }

  @Test
  void sectionsThatShareARecordHaveTheirOwnDefaultsAndReferenceNames() {
    assertEquals("0.75", Schema.find("data.source.max_class_share").defaultText());
    assertEquals("1.0", Schema.find("data.target.max_class_share").defaultText());
    assertEquals("data.val.img_dir", Schema.find("data.val.images").reference());
  }
}
