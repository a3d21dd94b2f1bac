package io.sharray.internal;

import java.util.Locale;

/** Where every setting is read: a system property, else an environment variable. */
public final class Settings {
  private Settings() {}

  /**
   * Reads a setting.
   *
   * @param name its property, such as {@code sharray.cache.dir}; the variable is {@code
   *     SHARRAY_CACHE_DIR} then
   * @return the value, or null where neither is set to anything
   */
  public static String get(String name) {
    String value = System.getProperty(name);
    if (value == null || value.isBlank()) {
      value = System.getenv(name.replace('.', '_').toUpperCase(Locale.ROOT));
    }
    return value == null || value.isBlank() ? null : value.strip();
  }
}
