package io.sharray.internal.formula;

import io.sharray.Complex;
import io.sharray.FormulaSyntaxException;
import java.math.BigInteger;

/**
 * A number in the text of a formula, in any of Python's forms: {@code 7 1_000 0xff 0o17 0b101 1.5
 * .5 1e-3 2j}. Whole numbers are {@link BigInteger}, others {@link Double} or {@link Complex}. For
 * one thread.
 */
final class Numeral {
  private final String text;
  private final int start;
  private int next;

  Numeral(String text, int start) {
    this.text = text;
    this.start = start;
    this.next = start;
  }

  static boolean isDigit(int c) {
    return c >= '0' && c <= '9';
  }

  /** Where the text goes on after {@link #read}. */
  int end() {
    return next;
  }

  Object read() {
    int radix = radix();
    if (radix != 10) {
      next += 2;
      int first = next;
      digits(radix, true);
      if (next == first) {
        throw error("the number has no digits", next);
      }
      return whole(new BigInteger(plain(first), radix));
    }
    decimals();
    boolean whole = !at('.');
    if (!whole) {
      next++;
      decimals();
    }
    whole &= !exponent();
    if (at('j') || at('J')) {
      double value = Double.parseDouble(plain(start));
      next++;
      return Complex.of(0, value);
    }
    return whole ? decimal() : (Object) Double.parseDouble(plain(start));
  }

  private int radix() {
    if (!at('0') || next + 1 == text.length()) {
      return 10;
    }
    return switch (text.charAt(next + 1)) {
      case 'x', 'X' -> 16;
      case 'o', 'O' -> 8;
      case 'b', 'B' -> 2;
      default -> 10;
    };
  }

  private boolean exponent() {
    if (!at('e') && !at('E')) {
      return false;
    }
    int letter = next++;
    if (at('+') || at('-')) {
      next++;
    }
    if (next == text.length() || !isDigit(text.charAt(next))) {
      throw error("the exponent of the number has no digits", letter);
    }
    digits(10, false);
    return true;
  }

  private void decimals() {
    if (next < text.length() && isDigit(text.charAt(next))) {
      digits(10, false);
    }
  }

  private Object decimal() {
    String digits = plain(start);
    if (digits.length() > Wholes.MAX_BITS) {
      throw tooLarge();
    }
    BigInteger value = new BigInteger(digits);
    if (digits.charAt(0) == '0' && value.signum() != 0) {
      throw error("a whole number has no zeros before it; octal ones start with 0o", start);
    }
    return whole(value);
  }

  private BigInteger whole(BigInteger value) {
    if (value.bitLength() > Wholes.MAX_BITS) {
      throw tooLarge();
    }
    return value;
  }

  private FormulaSyntaxException tooLarge() {
    return error(
        "the number is too large; write it with a point or an exponent, as in 1e30", start);
  }

  /** Digits, with single underscores between them. */
  private void digits(int radix, boolean afterPrefix) {
    boolean digitBefore = afterPrefix;
    while (next < text.length()) {
      char c = text.charAt(next);
      boolean digit = c < 128 && Character.digit(c, radix) >= 0;
      if (!digit && !(c == '_' && digitBefore)) {
        break;
      }
      digitBefore = digit;
      next++;
    }
    if (!digitBefore) {
      throw error("an underscore in a number is between digits", next - 1);
    }
  }

  private String plain(int from) {
    return text.substring(from, next).replace("_", "");
  }

  private boolean at(char c) {
    return next < text.length() && text.charAt(next) == c;
  }

  private FormulaSyntaxException error(String message, int position) {
    return Place.error(message, text, position);
  }
}
