package io.sharray.internal.array;

import io.sharray.Complex;
import io.sharray.DType;
import java.util.ArrayList;
import java.util.List;

/**
 * The words for the elements of an array, of equal width and aligned as NumPy does, up to version
 * 2.2: from 2.3 on it writes large floats of single precision with an exponent earlier.
 */
final class Words {
  private static final int PLACES = 8;
  private static final int ALL_PLACES = 1100;
  private static final double LARGE = 1e8;
  private static final double LARGE_SCALAR = 1e16;
  private static final double SMALL = 1e-4;
  private static final double RATIO = 1e3;

  private Words() {}

  /** Right-aligned. */
  static List<String> whole(List<String> numbers) {
    int width = numbers.stream().mapToInt(String::length).max().orElse(0);
    return numbers.stream().map(number -> " ".repeat(width - number.length()) + number).toList();
  }

  /** Real and imaginary part beside each other. */
  static List<String> complex(List<Complex> values, DType part) {
    List<String> re = floats(values.stream().map(Complex::re).toList(), part, false);
    List<String> im = floats(values.stream().map(Complex::im).toList(), part, true);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      String digits = im.get(i).stripTrailing();
      words.add(re.get(i) + digits + "j" + im.get(i).substring(digits.length()));
    }
    return words;
  }

  /**
   * Aligned at the point.
   *
   * @param values the numbers
   * @param dtype float32 or float64
   * @param plus whether numbers that are not negative have a sign too
   */
  static List<String> floats(List<Double> values, DType dtype, boolean plus) {
    boolean single = dtype == DType.FLOAT32;
    boolean scientific = isScientific(values, single);
    Decimal[] decimals = new Decimal[values.size()];
    List<String[]> parts = new ArrayList<>();
    for (int i = 0; i < decimals.length; i++) {
      if (Double.isFinite(values.get(i))) {
        decimals[i] = new Decimal(values.get(i), single);
        String text = scientific ? decimals[i].scientific(PLACES) : decimals[i].positional(PLACES);
        parts.add(split(text, plus));
      }
    }
    int before = parts.stream().mapToInt(part -> part[0].length()).max().orElse(0);
    int after = parts.stream().mapToInt(part -> part[1].length()).max().orElse(0);
    int power = parts.stream().mapToInt(part -> part[2].length()).max().orElse(0);
    List<String> words = new ArrayList<>();
    for (int i = 0; i < decimals.length; i++) {
      if (decimals[i] == null) {
        words.add(special(values.get(i), plus));
      } else {
        String text = scientific ? decimals[i].filled(after) : decimals[i].positional(PLACES);
        words.add(joined(split(text, plus), before, after, power));
      }
    }
    return whole(words);
  }

  private static boolean isScientific(List<Double> values, boolean single) {
    double most = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) {
      double size = Math.abs(value);
      if (size > 0 && size < Double.POSITIVE_INFINITY) {
        most = Math.max(most, size);
        least = Math.min(least, size);
      }
    }
    double ratio = single ? (float) most / (float) least : most / least;
    return most > 0 && (most >= LARGE || least < SMALL || ratio > RATIO);
  }

  /** Sign and digits before the point, digits after it, exponent with its sign if there is one. */
  private static String[] split(String text, boolean plus) {
    int point = text.indexOf('.');
    int e = text.indexOf('e');
    String sign = plus && text.charAt(0) != '-' ? "+" : "";
    return new String[] {
      sign + text.substring(0, point),
      text.substring(point + 1, e < 0 ? text.length() : e),
      e < 0 ? "" : text.substring(e + 1)
    };
  }

  private static String joined(String[] parts, int before, int after, int power) {
    String exponent = parts[2];
    return " ".repeat(before - parts[0].length())
        + parts[0]
        + "."
        + parts[1]
        + " ".repeat(after - parts[1].length())
        + (exponent.isEmpty()
            ? ""
            : "e"
                + exponent.charAt(0)
                + "0".repeat(power - exponent.length())
                + exponent.substring(1));
  }

  private static String special(double value, boolean plus) {
    String sign = plus && !(value < 0) ? "+" : "";
    return sign + (Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf");
  }

  /** All digits, as Python writes a float. */
  static String scalar(double value, DType dtype) {
    String text = plain(value, dtype);
    return text.endsWith(".") ? text + "0" : text.replace(".e", "e");
  }

  /** All digits, as Python writes a complex number. */
  static String scalar(Complex value, DType part) {
    String im = plain(value.im(), part);
    im = (im.endsWith(".") ? im.substring(0, im.length() - 1) : im.replace(".e", "e")) + "j";
    if (value.re() == 0 && Math.copySign(1, value.re()) > 0) {
      return im;
    }
    String re = plain(value.re(), part);
    re = re.endsWith(".") ? re.substring(0, re.length() - 1) : re.replace(".e", "e");
    return "(" + re + (im.charAt(0) == '-' ? "" : "+") + im + ")";
  }

  private static String plain(double value, DType dtype) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return special(value, false);
    }
    Decimal decimal = new Decimal(value, dtype == DType.FLOAT32);
    boolean positional = size == 0 || size >= SMALL && size < LARGE_SCALAR;
    return positional ? decimal.positional(ALL_PLACES) : decimal.scientific(ALL_PLACES);
  }
}
