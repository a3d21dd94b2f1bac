package io.sharray;

/**
 * A complex number. Equality is that of {@code double} parts as {@link Double#equals} has it.
 *
 * @param re the real part
 * @param im the imaginary part
 */
public record Complex(double re, double im) {
  /**
   * A complex number.
   *
   * @param re the real part
   * @param im the imaginary part
   * @return the number
   */
  public static Complex of(double re, double im) {
    return new Complex(re, im);
  }

  /**
   * The absolute value, without needless overflow.
   *
   * @return the distance from 0
   */
  public double abs() {
    return Math.hypot(re, im);
  }

  /**
   * The number as Python writes it.
   *
   * @return for example {@code (1.5-2.0j)}
   */
  @Override
  public String toString() {
    String sign = Math.copySign(1, im) < 0 || Double.isNaN(im) ? "" : "+";
    return "(" + re + sign + im + "j)";
  }
}
