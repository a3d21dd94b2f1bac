package io.sharray.internal.jni;

import io.sharray.NativeLibraryException;
import io.sharray.internal.expression.Op;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Properties;

/** Which build the Java half is of; the native half must be of the same. */
final class BuildInfo {
  static final String VERSION = property("version");

  private BuildInfo() {}

  private static String property(String key) {
    try (InputStream stream = BuildInfo.class.getResourceAsStream("build.properties")) {
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty(key);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Compares a native half with this one.
   *
   * @param version of the native half
   * @param operations CRC-32 of the operations table that it was compiled with
   * @param origin where it comes from
   * @throws NativeLibraryException if either differs
   */
  static void verify(String version, int operations, String origin) {
    if (!version.equals(VERSION)) {
      throw new NativeLibraryException(
          String.format(
              "the Java half of sharray is version %s, but the native library is version %s (%s): "
                  + "use the same version of the jar and of its classifier %s",
              VERSION, version, origin, NativeBundle.PLATFORM));
    }
    if (operations != (int) Op.CHECKSUM) {
      throw new NativeLibraryException(
          String.format(
              "the Java half of sharray has the operations table %08x, but the native library has "
                  + "%08x (%s): use jars of the same build",
              (int) Op.CHECKSUM, operations, origin));
    }
  }
}
