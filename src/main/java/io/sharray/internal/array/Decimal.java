package io.sharray.internal.array;

import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;

/**
 * A finite float or double in decimal digits, chosen as NumPy does: the fewest that no other number
 * of its precision shares, or fewer where only so many are wanted.
 */
final class Decimal {
  private static final int DIGITS_32 = 9;
  private static final int DIGITS_64 = 17;

  private final double value;
  private final BigDecimal exact;
  private final BigDecimal shortest;

  /**
   * Finds the digits of a number.
   *
   * @param value finite
   * @param single whether it is a float, which fewer digits tell from others
   */
  Decimal(double value, boolean single) {
    this.value = value;
    this.exact = new BigDecimal(Math.abs(value));
    this.shortest = value == 0 ? BigDecimal.ZERO : shortest(single);
  }

  // Java's own texts have a digit too many now and then before JDK 19.
  private BigDecimal shortest(boolean single) {
    int few = 1;
    int many = single ? DIGITS_32 : DIGITS_64;
    while (few < many) {
      int middle = (few + many) / 2;
      if (rounded(middle, single) == null) {
        few = middle + 1;
      } else {
        many = middle;
      }
    }
    return rounded(few, single).stripTrailingZeros();
  }

  /** The number in so many digits, or null if that would be another number. */
  private BigDecimal rounded(int digits, boolean single) {
    // Below a power of two numbers lie closer, so the farther neighbour may be the right one.
    for (RoundingMode mode : new RoundingMode[] {RoundingMode.HALF_EVEN, RoundingMode.UP}) {
      BigDecimal candidate = exact.round(new MathContext(digits, mode));
      double read = single ? candidate.floatValue() : candidate.doubleValue();
      if (read == Math.abs(value)) {
        return candidate;
      }
    }
    return null;
  }

  private String sign() {
    return Math.copySign(1, value) < 0 ? "-" : "";
  }

  /**
   * Without an exponent.
   *
   * @param places digits after the point at most
   * @return at least {@code 0.}, without zeros at the end
   */
  String positional(int places) {
    BigDecimal digits = shortest;
    if (digits.scale() > places) {
      digits = exact.setScale(places, RoundingMode.HALF_EVEN).stripTrailingZeros();
    }
    String text = digits.toPlainString();
    return sign() + text + (text.indexOf('.') < 0 ? "." : "");
  }

  /**
   * With one digit before the point.
   *
   * @param places digits after the point at most
   * @return at least {@code 0.e+00}, without zeros at the end of the digits
   */
  String scientific(int places) {
    boolean all = shortest.precision() <= places + 1;
    return scientific(all ? shortest : exactly(places).stripTrailingZeros(), 0);
  }

  /**
   * With one digit before the point and so many after it: further ones are those of the exact
   * value, which is not that of the fewest digits.
   *
   * @param places digits after the point
   * @return at least {@code 0.e+00}
   */
  String filled(int places) {
    return scientific(shortest.precision() == places + 1 ? shortest : exactly(places), places);
  }

  private BigDecimal exactly(int places) {
    return exact.round(new MathContext(places + 1, RoundingMode.HALF_EVEN));
  }

  private String scientific(BigDecimal digits, int places) {
    String text = digits.unscaledValue().toString();
    int exponent = value == 0 ? 0 : text.length() - 1 - digits.scale();
    String power = (exponent < 0 ? "-" : "+") + (Math.abs(exponent) < 10 ? "0" : "");
    String tail = text.substring(1) + "0".repeat(Math.max(0, places + 1 - text.length()));
    return sign() + text.charAt(0) + "." + tail + "e" + power + Math.abs(exponent);
  }
}
