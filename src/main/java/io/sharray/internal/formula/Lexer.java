package io.sharray.internal.formula;

import io.sharray.FormulaSyntaxException;
import java.util.List;
import java.util.Map;

/** Splits the text of a formula into tokens, one at a time. For one thread. */
final class Lexer {
  /** What a token is. */
  enum Kind {
    NUMBER,
    NAME,
    SYMBOL,
    END
  }

  /** A token and where it starts; the value of a number is as {@link Numeral} has it, else null. */
  record Token(Kind kind, String text, int position, Object value) {
    Token(Kind kind, String text, int position) {
      this(kind, text, position, null);
    }

    boolean is(String symbol) {
      return kind == Kind.SYMBOL && text.equals(symbol);
    }

    boolean isName(String name) {
      return kind == Kind.NAME && text.equals(name);
    }
  }

  /** Longest first. */
  private static final List<String> SYMBOLS =
      List.of(
          "**", "//", "==", "!=", "<<", "<=", ">>", ">=", "<", ">", "+", "-", "*", "/", "%", "&",
          "|", "^", "~", "(", ")", ",", "=", ".");

  private static final Map<Integer, String> HINTS =
      Map.of(
          (int) '!', "; not is written ~",
          (int) '[', "; take a slice of the array before, as in x.slice(\"1:3\")",
          (int) '\'', "; there are no strings",
          (int) '"', "; there are no strings",
          (int) '?', "; a choice is written where(condition, x, y)");

  private final String text;
  private int next;

  Lexer(String text) {
    this.text = text;
  }

  Token read() {
    while (next < text.length() && Character.isWhitespace(text.charAt(next))) {
      next++;
    }
    int start = next;
    if (start == text.length()) {
      return new Token(Kind.END, "the end of the text", start);
    }
    int c = text.codePointAt(start);
    if (Numeral.isDigit(c)
        || c == '.' && start + 1 < text.length() && Numeral.isDigit(text.charAt(start + 1))) {
      return number(start);
    }
    if (Character.isUnicodeIdentifierStart(c) || c == '_') {
      while (next < text.length() && isNamePart(text.codePointAt(next))) {
        next += Character.charCount(text.codePointAt(next));
      }
      return new Token(Kind.NAME, text.substring(start, next), start);
    }
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, start)) {
        next += symbol.length();
        return new Token(Kind.SYMBOL, symbol, start);
      }
    }
    throw error("unexpected character " + shown(c) + HINTS.getOrDefault(c, ""), start);
  }

  private Token number(int start) {
    Numeral numeral = new Numeral(text, start);
    Object value = numeral.read();
    next = numeral.end();
    if (next < text.length()) {
      int c = text.codePointAt(next);
      if (isNamePart(c) || c == '.') {
        throw error(
            "the number "
                + text.substring(start, next)
                + " runs into "
                + shown(c)
                + "; multiplication is written *",
            next);
      }
    }
    return new Token(Kind.NUMBER, text.substring(start, next), start, value);
  }

  private static boolean isNamePart(int c) {
    return Character.isUnicodeIdentifierPart(c) && !Character.isIdentifierIgnorable(c);
  }

  private static String shown(int c) {
    boolean visible = Character.isValidCodePoint(c) && !Character.isISOControl(c);
    return visible && !(c >= Character.MIN_SURROGATE && c <= Character.MAX_SURROGATE)
        ? "'" + Character.toString(c) + "'"
        : "U+%04X".formatted(c);
  }

  /**
   * Makes the exception for a mistake: its message shows the line of the text with a caret under
   * the place.
   *
   * @param message what is wrong
   * @param position where
   * @return the exception, to be thrown
   */
  FormulaSyntaxException error(String message, int position) {
    return Place.error(message, text, position);
  }
}
