package io.sharray.internal.formula;

import io.sharray.FormulaSyntaxException;
import java.util.List;

/** Splits the text of a formula into tokens, one at a time. For one thread. */
final class Lexer {
  /** What a token is. */
  enum Kind {
    NUMBER,
    NAME,
    SYMBOL,
    END
  }

  /** A token and where it starts. */
  record Token(Kind kind, String text, int position) {
    boolean is(String symbol) {
      return kind == Kind.SYMBOL && text.equals(symbol);
    }
  }

  /** Longest first. */
  private static final List<String> SYMBOLS =
      List.of(
          "**", "//", "==", "!=", "<=", ">=", "<", ">", "+", "-", "*", "/", "%", "&", "|", "^", "~",
          "(", ")", ",", "=");

  /** How much of the text a message shows on each side of the place. */
  private static final int SHOWN = 60;

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
    char c = text.charAt(start);
    if (isDigit(c) || (c == '.' && start + 1 < text.length() && isDigit(text.charAt(start + 1)))) {
      return number(start);
    }
    if (Character.isLetter(c) || c == '_') {
      while (next < text.length() && isNamePart(text.charAt(next))) {
        next++;
      }
      return new Token(Kind.NAME, text.substring(start, next), start);
    }
    for (String symbol : SYMBOLS) {
      if (text.startsWith(symbol, start)) {
        next += symbol.length();
        return new Token(Kind.SYMBOL, symbol, start);
      }
    }
    throw error(
        c == '!' ? "'!' is not an operator; not is written ~" : "unexpected character " + shown(c),
        start);
  }

  private Token number(int start) {
    digits();
    if (next < text.length() && text.charAt(next) == '.') {
      next++;
      digits();
    }
    if (next < text.length() && (text.charAt(next) == 'e' || text.charAt(next) == 'E')) {
      int exponent = next++;
      if (next < text.length() && (text.charAt(next) == '+' || text.charAt(next) == '-')) {
        next++;
      }
      int first = next;
      digits();
      if (next == first) {
        throw error("the exponent of the number has no digits", exponent);
      }
    }
    if (next < text.length() && (isNamePart(text.charAt(next)) || text.charAt(next) == '.')) {
      throw error(
          "the number "
              + text.substring(start, next)
              + " runs into "
              + shown(text.charAt(next))
              + "; multiplication is written *",
          next);
    }
    return new Token(Kind.NUMBER, text.substring(start, next), start);
  }

  private void digits() {
    while (next < text.length() && isDigit(text.charAt(next))) {
      next++;
    }
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNamePart(char c) {
    return Character.isLetter(c) || isDigit(c) || c == '_';
  }

  private static String shown(char c) {
    return Character.isISOControl(c) || Character.isSurrogate(c)
        ? "U+%04X".formatted((int) c)
        : "'" + c + "'";
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
    int lineStart = text.lastIndexOf('\n', position - 1) + 1;
    int lineEnd = text.indexOf('\n', position);
    int from = Math.max(lineStart, position - SHOWN);
    int to = Math.min(lineEnd < 0 ? text.length() : lineEnd, position + SHOWN);
    StringBuilder shown = new StringBuilder();
    for (char c : text.substring(from, to).toCharArray()) {
      shown.append(Character.isISOControl(c) ? ' ' : c);
    }
    return new FormulaSyntaxException(
        message + "\n  " + shown + "\n  " + " ".repeat(position - from) + "^", position);
  }
}
