package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.internal.segment.View;
import java.lang.reflect.Array;

/** Fills new arrays with sequences and with the contents of Java arrays. */
public final class Making {
  private static final double MOST = 0x1p60;

  private Making() {}

  /**
   * How many numbers lie in a range.
   *
   * @param start the first one
   * @param stop where they end, exclusive
   * @param step the distance
   * @return {@code ceil((stop - start) / step)}, at least 0
   * @throws IllegalArgumentException if an argument is not finite, or the step is 0
   */
  public static long count(double start, double stop, double step) {
    double count = Math.ceil((stop - start) / step);
    if (!(Math.abs(count) <= MOST) || !Double.isFinite(step)) {
      throw new IllegalArgumentException(
          "arange from "
              + start
              + " to "
              + stop
              + " by "
              + step
              + ": the arguments must be finite, the step not 0 and large enough");
    }
    return Math.max((long) count, 0);
  }

  /**
   * Writes {@code start + i * step}.
   *
   * @param view a C-contiguous array of doubles
   * @param start first value
   * @param step distance
   */
  public static void sequence(View view, double start, double step) {
    long size = Shapes.size(view.shape());
    for (long i = 0; i < size; i++) {
      view.mapping().putDouble(view.address() + 8 * i, start + i * step);
    }
  }

  /**
   * The dtype for the elements of a nested Java array.
   *
   * @param values the array
   * @return the dtype
   * @throws IllegalArgumentException if there is none
   */
  public static DType dtype(Object values) {
    Class<?> type = values.getClass();
    while (type.isArray()) {
      type = type.getComponentType();
    }
    if (values.getClass().isArray() && type == double.class) {
      return DType.FLOAT64;
    }
    if (values.getClass().isArray() && type == boolean.class) {
      return DType.BOOL;
    }
    throw new IllegalArgumentException(
        values.getClass().getTypeName()
            + " cannot become an array; double[] and boolean[] can,"
            + " nested to any depth");
  }

  /**
   * The shape of a nested Java array, judged by its first parts.
   *
   * @param values the array
   * @return dimension lengths
   */
  public static long[] shape(Object values) {
    int depth = values.getClass().getName().lastIndexOf('[') + 1;
    long[] shape = new long[depth];
    Object part = values;
    for (int axis = 0; axis < depth; axis++) {
      shape[axis] = Array.getLength(part);
      if (axis < depth - 1) {
        if (shape[axis] == 0) {
          break;
        }
        part = part(part, 0);
      }
    }
    return shape;
  }

  private static Object part(Object whole, int i) {
    Object part = Array.get(whole, i);
    if (part == null) {
      throw new IllegalArgumentException("part " + i + " of a nested array is null");
    }
    return part;
  }

  /**
   * Copies a nested Java array.
   *
   * @param values the array
   * @param view a C-contiguous array of its {@link #dtype} and {@link #shape}
   * @throws IllegalArgumentException if its parts differ in length
   */
  public static void copy(Object values, View view) {
    copy(values, view, 0, 0);
  }

  private static void copy(Object part, View view, int axis, long offset) {
    long[] shape = view.shape();
    int length = Array.getLength(part);
    if (length != shape[axis]) {
      throw new IllegalArgumentException(
          "a nested array with parts of length "
              + length
              + " and "
              + shape[axis]
              + " at depth "
              + axis
              + "; all must be equal");
    }
    long stride = view.strides()[axis];
    if (part instanceof double[] doubles) {
      Copies.fromDoubles(doubles, offset, view);
    } else if (part instanceof boolean[] truths) {
      for (int i = 0; i < length; i++) {
        view.mapping().put(view.address() + offset + i, (byte) (truths[i] ? 1 : 0));
      }
    } else {
      for (int i = 0; i < length; i++) {
        copy(part(part, i), view, axis + 1, offset + i * stride);
      }
    }
  }
}
