package io.sharray.internal.array;

import java.util.ArrayList;
import java.util.List;

/**
 * One entry of a NumPy subscript.
 *
 * @param kind what it is
 * @param start first index of a range, null where left out; the index itself of {@link Kind#AT}
 * @param stop end of a range, exclusive, null where left out
 * @param step step of a range, not 0
 */
public record Index(Kind kind, Long start, Long stop, long step) {
  /** What an entry can be. */
  public enum Kind {
    /** {@code start:stop:step}. */
    RANGE,
    /** A single index, which removes its axis. */
    AT,
    /** {@code None} or {@code newaxis}: a new axis of length 1. */
    NEW_AXIS,
    /** {@code ...}: all axes that the others leave. */
    ELLIPSIS
  }

  /** The entry {@code :}. */
  public static final Index ALL = new Index(Kind.RANGE, null, null, 1);

  /** The entry {@code ...}. */
  public static final Index ELLIPSIS = new Index(Kind.ELLIPSIS, null, null, 1);

  /** The entry {@code None}. */
  public static final Index NEW_AXIS = new Index(Kind.NEW_AXIS, null, null, 1);

  /**
   * A single index.
   *
   * @param index from the end if negative
   * @return the entry
   */
  public static Index at(long index) {
    return new Index(Kind.AT, index, null, 1);
  }

  /**
   * Reads a subscript.
   *
   * @param text for example {@code 10:20, ..., ::-1}
   * @return its entries
   * @throws IllegalArgumentException if it is none
   */
  public static List<Index> parse(String text) {
    List<Index> entries = new ArrayList<>();
    if (text.isBlank()) {
      throw malformed(text, "it is empty; \"...\" takes everything");
    }
    String[] parts = text.split(",", -1);
    for (int i = 0; i < parts.length; i++) {
      String part = parts[i].strip();
      if (part.isEmpty()) {
        // Python allows one comma at the end.
        if (i > 0 && i == parts.length - 1) {
          break;
        }
        throw malformed(text, "entry " + i + " is empty");
      }
      entries.add(entry(part, text));
    }
    return entries;
  }

  private static Index entry(String part, String text) {
    if (part.equals("...")) {
      return ELLIPSIS;
    }
    if (part.equals("None") || part.equals("newaxis") || part.equals("np.newaxis")) {
      return NEW_AXIS;
    }
    if (part.indexOf(':') < 0) {
      return at(number(part, text));
    }
    String[] numbers = part.split(":", -1);
    if (numbers.length > 3) {
      throw malformed(text, "\"" + part + "\" has more than two colons");
    }
    Long start = numbers[0].isBlank() ? null : Long.valueOf(number(numbers[0], text));
    Long stop = numbers[1].isBlank() ? null : Long.valueOf(number(numbers[1], text));
    long step = numbers.length < 3 || numbers[2].isBlank() ? 1 : number(numbers[2], text);
    if (step == 0) {
      throw malformed(text, "the step of \"" + part + "\" is 0");
    }
    return new Index(Kind.RANGE, start, stop, step);
  }

  private static long number(String word, String text) {
    try {
      return Long.parseLong(word.strip());
    } catch (NumberFormatException e) {
      throw malformed(text, "\"" + word.strip() + "\" is no whole number");
    }
  }

  private static IllegalArgumentException malformed(String text, String fault) {
    return new IllegalArgumentException(
        "slice \"" + text + "\": " + fault + "; write for example \"10:20, ..., ::-1\"");
  }

  @Override
  public String toString() {
    return switch (kind) {
      case AT -> start.toString();
      case NEW_AXIS -> "None";
      case ELLIPSIS -> "...";
      case RANGE ->
          (start == null ? "" : start)
              + ":"
              + (stop == null ? "" : stop)
              + (step == 1 ? "" : ":" + step);
    };
  }
}
