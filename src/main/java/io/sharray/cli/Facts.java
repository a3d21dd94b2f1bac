package io.sharray.cli;

import io.sharray.Sharray;
import io.sharray.internal.jni.NativeApi;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** What the core library tells of itself. */
final class Facts {
  private static final int BYTES = 16384;

  private Facts() {}

  /** Loads the natives. */
  static void load() {
    Sharray.threads();
  }

  /**
   * Asks for the facts.
   *
   * @return text by key, as {@code describe} in {@code api.h} lists them
   */
  static Map<String, String> read() {
    load();
    byte[] text = new byte[BYTES];
    NativeApi.describe(text, text.length);
    Map<String, String> facts = new LinkedHashMap<>();
    for (String line : text(text).split("\n")) {
      String[] parts = line.split("\t", 2);
      if (parts.length == 2) {
        facts.put(parts[0], parts[1]);
      }
    }
    return facts;
  }

  /**
   * Reads a C string.
   *
   * @param bytes NUL-terminated UTF-8
   * @return the text
   */
  static String text(byte[] bytes) {
    int end = 0;
    while (end < bytes.length && bytes[end] != 0) {
      end++;
    }
    return new String(bytes, 0, end, StandardCharsets.UTF_8);
  }
}
