package io.sharray.internal.expression;

import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/** Shapes of expressions: how operands meet, and which axes are reduced. */
final class Broadcasting {
  static final long[] SCALAR = {};

  private Broadcasting() {}

  /**
   * The number of elements of an array that exists, or of a broadcast of some, checked for
   * overflow.
   */
  static long count(long[] shape) {
    long count = 1;
    for (long length : shape) {
      if (length == 0) {
        return 0;
      }
    }
    for (long length : shape) {
      try {
        count = Math.multiplyExact(count, length);
      } catch (ArithmeticException e) {
        throw new IllegalArgumentException(
            "shape " + Shapes.text(shape) + " has more than 2^63 elements; broadcast less");
      }
    }
    return count;
  }

  /** The common shape of two operands of {@code function}. */
  static long[] broadcast(String function, long[] x, long[] y) {
    if (y.length == 0 || Arrays.equals(x, y)) {
      return x;
    }
    if (x.length == 0) {
      return y;
    }
    long[] result = new long[Math.max(x.length, y.length)];
    for (int back = 1; back <= result.length; back++) {
      long a = back <= x.length ? x[x.length - back] : 1;
      long b = back <= y.length ? y[y.length - back] : 1;
      if (a != b && a != 1 && b != 1) {
        throw new IllegalArgumentException(
            function
                + ": shapes "
                + Shapes.text(x)
                + " and "
                + Shapes.text(y)
                + " do not broadcast: "
                + a
                + " against "
                + b
                + " in dimension "
                + -back
                + "; lengths must be equal or 1");
      }
      result[result.length - back] = a == 1 ? b : a;
    }
    return result;
  }

  /** Sorted axes in [0, ndim); no axes means all. */
  static int[] axes(String function, int[] axes, int ndim) {
    if (axes.length == 0) {
      int[] all = new int[ndim];
      Arrays.setAll(all, d -> d);
      return all;
    }
    int[] sorted = new int[axes.length];
    for (int i = 0; i < axes.length; i++) {
      if (axes[i] < -ndim || axes[i] >= ndim) {
        throw new IllegalArgumentException(
            function
                + ": axis "
                + axes[i]
                + " is out of range for "
                + ndim
                + " dimensions; use "
                + -ndim
                + " to "
                + (ndim - 1));
      }
      sorted[i] = axes[i] < 0 ? axes[i] + ndim : axes[i];
    }
    Arrays.sort(sorted);
    for (int i = 1; i < sorted.length; i++) {
      if (sorted[i] == sorted[i - 1]) {
        throw new IllegalArgumentException(function + ": axis " + sorted[i] + " is named twice");
      }
    }
    return sorted;
  }
}
