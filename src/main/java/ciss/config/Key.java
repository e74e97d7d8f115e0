package ciss.config;

import java.lang.annotation.ElementType;
import java.lang.annotation.Retention;
import java.lang.annotation.RetentionPolicy;
import java.lang.annotation.Target;

/**
 * Describes one key of the configuration. The component's name in snake case is the last segment of the key; the
 * records around it give the rest.
 */
@Retention(RetentionPolicy.RUNTIME)
@Target(ElementType.RECORD_COMPONENT)
public @interface Key {
  /** The default as YAML text; empty for a section and where {@link #computed()} says how the value is found. */
  String value() default "";

  /** How the value is found when nobody sets it: "preset", "= crop", "iterations/10". */
  String computed() default "";

  /** What the key means, in one line. */
  String doc() default "";

  /** The reference implementation's name of the same thing; {@code {role}} stands for source, target, val or test. */
  String reference() default "";

  /** True for keys the reference does not have; they are left out of the flat form that is compared with it. */
  boolean ours() default false;

  /** True if null may be written although the key applies. */
  boolean nullable() default false;

  /** Names that the reference or the design knows here and this version does not have. */
  String[] unavailable() default {};

  /** Defaults of keys below this section, {@code key=value}, where two sections share a record but not its defaults. */
  String[] defaults() default {};
}
