package io.sharray.cli;

import java.util.Collection;
import java.util.Iterator;
import java.util.Map;

/** Writes maps, lists, strings, numbers and truth values as JSON on one line. */
final class Json {
  private Json() {}

  /**
   * Writes a value.
   *
   * @param value a map with string keys, a collection, a string, a number, a Boolean or null
   * @return its JSON text; numbers that JSON lacks become null
   */
  static String of(Object value) {
    StringBuilder text = new StringBuilder();
    write(text, value);
    return text.toString();
  }

  private static void write(StringBuilder text, Object value) {
    if (value instanceof Map<?, ?> map) {
      text.append('{');
      String separator = "";
      for (Map.Entry<?, ?> entry : map.entrySet()) {
        text.append(separator);
        quote(text, String.valueOf(entry.getKey()));
        text.append(": ");
        write(text, entry.getValue());
        separator = ", ";
      }
      text.append('}');
    } else if (value instanceof Collection<?> items) {
      text.append('[');
      for (Iterator<?> i = items.iterator(); i.hasNext(); ) {
        write(text, i.next());
        text.append(i.hasNext() ? ", " : "");
      }
      text.append(']');
    } else if (value instanceof Number n) {
      text.append(Double.isFinite(n.doubleValue()) ? n.toString() : "null");
    } else if (value == null || value instanceof Boolean) {
      text.append(value);
    } else {
      quote(text, value.toString());
    }
  }

  private static void quote(StringBuilder text, String string) {
    text.append('"');
    for (char c : string.toCharArray()) {
      switch (c) {
        case '"', '\\' -> text.append('\\').append(c);
        case '\n' -> text.append("\\n");
        case '\t' -> text.append("\\t");
        default -> {
          if (c < 0x20 || c == 0x7f || Character.isSurrogate(c)) {
            text.append("\\u%04x".formatted((int) c));
          } else {
            text.append(c);
          }
        }
      }
    }
    text.append('"');
  }
}
