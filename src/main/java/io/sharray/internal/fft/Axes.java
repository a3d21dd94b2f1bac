package io.sharray.internal.fft;

import io.sharray.internal.array.Shapes;
import java.util.Arrays;

/**
 * Which axes are transformed, in the order the user gave, and to which lengths.
 *
 * @param axes not negative, all different
 * @param lengths as many
 */
record Axes(int[] axes, long[] lengths) {
  /**
   * What the user wants.
   *
   * @param function for messages
   * @param shape of the array
   * @param wanted lengths, 0 for those of the array; null for all of those
   * @param given axes, or null: the last ones, as many as there are lengths, or all
   * @return the axes
   */
  static Axes of(String function, long[] shape, long[] wanted, int[] given) {
    int ndim = shape.length;
    int count = given != null ? given.length : wanted != null ? wanted.length : ndim;
    if (wanted != null && wanted.length != count) {
      throw new IllegalArgumentException(
          function + ": " + wanted.length + " lengths for " + count + " axes; give as many");
    }
    if (count > ndim || count == 0) {
      throw new IllegalArgumentException(
          function
              + ": the array has shape "
              + Shapes.text(shape)
              + ", which is too few dimensions for "
              + Math.max(1, count)
              + " axes");
    }
    int[] axes = new int[count];
    long[] lengths = new long[count];
    for (int i = 0; i < count; i++) {
      int axis = given != null ? given[i] : i - count;
      if (axis < -ndim || axis >= ndim) {
        throw new IllegalArgumentException(
            function
                + ": axis "
                + axis
                + " is out of range for "
                + ndim
                + " dimensions; use "
                + -ndim
                + " to "
                + (ndim - 1));
      }
      axes[i] = axis < 0 ? axis + ndim : axis;
      for (int earlier = 0; earlier < i; earlier++) {
        if (axes[earlier] == axes[i]) {
          throw new IllegalArgumentException(function + ": axis " + axis + " is named twice");
        }
      }
      lengths[i] = wanted == null || wanted[i] == 0 ? shape[axes[i]] : wanted[i];
    }
    return new Axes(axes, lengths);
  }

  void requirePositive(String function) {
    for (int i = 0; i < axes.length; i++) {
      if (lengths[i] < 1) {
        throw new IllegalArgumentException(
            function
                + ": a transform of "
                + lengths[i]
                + " elements along axis "
                + axes[i]
                + " has no meaning; at least one is needed");
      }
    }
  }

  int count() {
    return axes.length;
  }

  int last() {
    return axes[axes.length - 1];
  }

  long lastLength() {
    return lengths[lengths.length - 1];
  }

  Axes withLast(long length) {
    long[] others = lengths.clone();
    others[others.length - 1] = length;
    return new Axes(axes, others);
  }

  /** A shape with these lengths along these axes. */
  long[] applied(long[] shape) {
    long[] result = shape.clone();
    for (int i = 0; i < axes.length; i++) {
      result[axes[i]] = lengths[i];
    }
    return result;
  }

  double product() {
    return Arrays.stream(lengths).asDoubleStream().reduce(1, (x, y) -> x * y);
  }
}
