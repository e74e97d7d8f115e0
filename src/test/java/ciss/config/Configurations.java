package ciss.config;

import static org.junit.jupiter.api.Assertions.assertThrows;

import ciss.error.ConfigException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** Short ways for the tests to resolve a configuration in known surroundings. */
final class Configurations {
  private Configurations() {}

  /** A loader that sees nothing but the given variables and working directory. */
  static ConfigLoader loader(Path workingDirectory, Map<String, String> variables) {
    return new ConfigLoader(new Environment(variables::get, workingDirectory));
  }

  /** The configuration of that name among the project's own, without any environment variable. */
  static ResolvedConfig named(String name, String... overrides) {
    return loader(Path.of(""), Map.of()).loadNamed(name, List.of(overrides));
  }

  /** The configuration that a file {@code mine.yaml} with this text stands for. */
  static ResolvedConfig text(String yaml, String... overrides) {
    ConfigSource source = new ConfigSource("mine.yaml", "mine.yaml", yaml, null, null);
    return loader(Path.of(""), Map.of()).loadSource(source, List.of(overrides));
  }

  /** The message with which that text is refused. */
  static String refusal(String yaml, String... overrides) {
    return assertThrows(ConfigException.class, () -> text(yaml, overrides)).getMessage();
  }
}
