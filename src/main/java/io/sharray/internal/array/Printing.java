package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.internal.segment.View;
import java.math.BigDecimal;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes arrays as NumPy does: 8 digits, aligned, in lines of 75 characters, long ones summarised.
 */
public final class Printing {
  private static final long THRESHOLD = 1000;
  private static final int EDGE = 3;
  private static final int WIDTH = 75;
  private static final int DIGITS = 8;
  private static final double LARGE = 1e8;
  private static final double LARGE_SCALAR = 1e16;
  private static final double SMALL = 1e-4;
  private static final double RATIO = 1e3;

  private final View view;
  private final boolean summarised;
  private final List<String> words;
  private int next;

  private Printing(View view) {
    this.view = view;
    this.summarised = Shapes.size(view.shape()) > THRESHOLD;
    List<Double> values = new ArrayList<>();
    collect(0, view.address(), values);
    this.words = view.dtype() == DType.BOOL ? truths(values) : numbers(values);
  }

  /**
   * The text of an array.
   *
   * @param view the array, held by the caller
   * @return its elements
   */
  public static String text(View view) {
    Printing printing = new Printing(view);
    StringBuilder out = new StringBuilder();
    if (view.shape().length == 0) {
      return view.dtype() == DType.BOOL
          ? printing.words.get(0).strip()
          : scalar(Copies.get(view.mapping(), view.dtype(), view.address()));
    }
    printing.write(0, out);
    return out.toString();
  }

  /** The indices to show of an axis; -1 stands for those left out. */
  private long[] shown(int axis) {
    long length = view.shape()[axis];
    boolean all = !summarised || length <= 2 * EDGE;
    long[] indices = new long[all ? (int) length : 2 * EDGE + 1];
    for (int i = 0; i < indices.length; i++) {
      indices[i] = all || i < EDGE ? i : i == EDGE ? -1 : length - 2 * EDGE - 1 + i;
    }
    return indices;
  }

  private void collect(int axis, long address, List<Double> values) {
    if (axis == view.shape().length) {
      values.add(Copies.get(view.mapping(), view.dtype(), address));
      return;
    }
    if (Shapes.size(view.shape()) == 0) {
      return;
    }
    for (long i : shown(axis)) {
      if (i >= 0) {
        collect(axis + 1, address + i * view.strides()[axis], values);
      }
    }
  }

  private void write(int axis, StringBuilder out) {
    int dimensions = view.shape().length;
    if (Shapes.size(view.shape()) == 0) {
      out.append("[]");
      return;
    }
    out.append('[');
    boolean last = axis == dimensions - 1;
    int column = axis + 1;
    boolean first = true;
    for (long i : shown(axis)) {
      String word = last ? i < 0 ? "..." : words.get(next++) : "";
      if (!first) {
        // NumPy keeps room for the closing brackets.
        if (last && column + 1 + word.length() <= WIDTH - 1 - axis) {
          out.append(' ');
          column++;
        } else {
          while (out.charAt(out.length() - 1) == ' ') {
            out.setLength(out.length() - 1);
          }
          out.append("\n".repeat(dimensions - 1 - axis + (last ? 1 : 0)));
          out.append(" ".repeat(axis + 1));
          column = axis + 1;
        }
      }
      if (last) {
        out.append(word);
        column += word.length();
      } else if (i < 0) {
        out.append("...");
      } else {
        write(axis + 1, out);
      }
      first = false;
    }
    out.append(']');
  }

  private static List<String> truths(List<Double> values) {
    return values.stream().map(value -> value == 0 ? "False" : " True").toList();
  }

  private static List<String> numbers(List<Double> values) {
    double most = 0;
    double least = Double.POSITIVE_INFINITY;
    for (double value : values) {
      double size = Math.abs(value);
      if (size > 0 && size < Double.POSITIVE_INFINITY) {
        most = Math.max(most, size);
        least = Math.min(least, size);
      }
    }
    boolean scientific = most > 0 && (most >= LARGE || least < SMALL || most / least > RATIO);
    List<String> heads = new ArrayList<>();
    List<String> tails = new ArrayList<>();
    for (double value : values) {
      String word = scientific ? scientific(value, DIGITS + 1) : fixed(value);
      int point = word.indexOf('.');
      heads.add(point < 0 ? word : word.substring(0, point));
      tails.add(point < 0 ? "" : word.substring(point));
    }
    return align(values, heads, tails, scientific);
  }

  private static List<String> align(
      List<Double> values, List<String> heads, List<String> tails, boolean scientific) {
    int digits = 0;
    int before = 0;
    int after = 0;
    for (int i = 0; i < heads.size(); i++) {
      if (Double.isFinite(values.get(i))) {
        before = Math.max(before, heads.get(i).length());
        after = Math.max(after, tails.get(i).length());
        digits = Math.max(digits, scientific ? tails.get(i).indexOf('e') : 0);
      }
    }
    int width = 0;
    List<String> words = new ArrayList<>();
    for (int i = 0; i < heads.size(); i++) {
      String head = heads.get(i);
      String tail = tails.get(i);
      if (Double.isFinite(values.get(i))) {
        if (scientific) {
          int e = tail.indexOf('e');
          tail = tail.substring(0, e) + "0".repeat(digits - e) + tail.substring(e);
        } else {
          tail += " ".repeat(after - tail.length());
        }
        head = " ".repeat(before - head.length()) + head;
      }
      words.add(head + tail);
      width = Math.max(width, head.length() + tail.length());
    }
    for (int i = 0; i < words.size(); i++) {
      words.set(i, " ".repeat(width - words.get(i).length()) + words.get(i));
    }
    return words;
  }

  private static String fixed(double value) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    BigDecimal digits = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (digits.scale() > DIGITS) {
      digits = new BigDecimal(value).setScale(DIGITS, RoundingMode.HALF_EVEN).stripTrailingZeros();
    }
    String text = digits.toPlainString();
    String sign = value < 0 || 1 / value < 0 ? text.startsWith("-") ? "" : "-" : "";
    return sign + text + (text.indexOf('.') < 0 ? "." : "");
  }

  private static String scientific(double value, int mantissa) {
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (value == 0) {
      return 1 / value < 0 ? "-0.e+00" : "0.e+00";
    }
    BigDecimal rounded = new BigDecimal(Double.toString(value)).stripTrailingZeros();
    if (rounded.precision() > mantissa) {
      MathContext context = new MathContext(mantissa, RoundingMode.HALF_EVEN);
      rounded = new BigDecimal(value).round(context).stripTrailingZeros();
    }
    String digits = rounded.unscaledValue().abs().toString();
    int exponent = digits.length() - 1 - rounded.scale();
    String power = String.format("%c%02d", exponent < 0 ? '-' : '+', Math.abs(exponent));
    return (value < 0 ? "-" : "") + digits.charAt(0) + "." + digits.substring(1) + "e" + power;
  }

  /** All digits, as Python writes a float. */
  private static String scalar(double value) {
    double size = Math.abs(value);
    if (!Double.isFinite(value)) {
      return special(value);
    }
    if (size == 0 || size >= SMALL && size < LARGE_SCALAR) {
      BigDecimal exact = new BigDecimal(Double.toString(size)).stripTrailingZeros();
      String text = exact.setScale(Math.max(exact.scale(), 1)).toPlainString();
      return (Math.copySign(1, value) < 0 ? "-" : "") + text;
    }
    return scientific(value, 17).replace(".e", "e");
  }

  private static String special(double value) {
    return Double.isNaN(value) ? "nan" : value > 0 ? "inf" : "-inf";
  }
}
