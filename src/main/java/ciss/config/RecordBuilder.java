package ciss.config;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;

/** Builds the records of the configuration from complete values. */
final class RecordBuilder {
  private final Values values;

  private RecordBuilder(Values values) {
    this.values = values;
  }

  static CissConfig build(Values values) {
    return (CissConfig) new RecordBuilder(values).record(CissConfig.class, "");
  }

  private Object record(Class<?> type, String path) {
    RecordComponent[] components = type.getRecordComponents();
    Class<?>[] types = new Class<?>[components.length];
    Object[] arguments = new Object[components.length];
    for (int i = 0; i < components.length; i++) {
      types[i] = components[i].getType();
      arguments[i] = component(types[i], Schema.join(path, Names.snakeCase(components[i].getName())));
    }
    try {
      return type.getDeclaredConstructor(types).newInstance(arguments);
    } catch (InvocationTargetException e) {
      throw new IllegalStateException(path + ": a checked value was refused by its record", e.getCause());
    } catch (ReflectiveOperationException | IllegalArgumentException e) {
      throw new IllegalStateException(path + ": the record does not match the schema", e);
    }
  }

  private Object component(Class<?> type, String path) {
    if (!Schema.isSection(path)) {
      return values.get(path);
    }
    return isNullSection(path, values) ? null : record(type, path);
  }

  /** True if no key of the section applies, so that the section as a whole is null. */
  static boolean isNullSection(String section, Values values) {
    return Schema.keysBelow(section).stream()
        .allMatch(key -> values.entry(key.path()).origin().kind() == Origin.Kind.NOT_APPLICABLE);
  }
}
