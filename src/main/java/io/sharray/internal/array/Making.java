package io.sharray.internal.array;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.internal.segment.View;
import java.lang.reflect.Array;
import java.util.Map;

/** Fills new arrays with sequences and with the contents of Java arrays. */
public final class Making {
  private static final double MOST = 0x1p60;
  private static final Map<Class<?>, DType> DTYPES =
      Map.of(
          boolean.class, DType.BOOL,
          byte.class, DType.INT8,
          short.class, DType.INT16,
          int.class, DType.INT32,
          long.class, DType.INT64,
          float.class, DType.FLOAT32,
          double.class, DType.FLOAT64,
          Complex.class, DType.COMPLEX128);

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
          range(start, stop, step)
              + ": the arguments must be finite, the step not 0 and large enough");
    }
    return Math.max((long) count, 0);
  }

  /**
   * How many whole numbers lie in a range.
   *
   * @param dtype of the numbers
   * @param start the first one
   * @param stop where they end, exclusive
   * @param step the distance
   * @return how many, at least 0
   * @throws IllegalArgumentException if the step is 0, there are too many, or an integer dtype does
   *     not have them all
   */
  public static long count(DType dtype, long start, long stop, long step) {
    requireNumbers("arange", dtype);
    if (step == 0) {
      throw new IllegalArgumentException(range(start, stop, step) + ": the step must not be 0");
    }
    if (step > 0 ? start >= stop : start <= stop) {
      return 0;
    }
    // Distances of up to 2^64 - 1, as unsigned numbers.
    long distance = step > 0 ? stop - start : start - stop;
    long count = Long.divideUnsigned(distance - 1, Math.abs(step)) + 1;
    if (count <= 0 || count > (long) MOST) {
      throw new IllegalArgumentException(range(start, stop, step) + ": these are too many numbers");
    }
    requireHas(dtype, start, range(start, stop, step));
    requireHas(dtype, start + (count - 1) * step, range(start, stop, step));
    return count;
  }

  private static String range(Object start, Object stop, Object step) {
    return "arange from " + start + " to " + stop + " by " + step;
  }

  /**
   * Refuses truth values.
   *
   * @param call for the message
   * @param dtype of the sequence
   * @throws IllegalArgumentException if it is bool
   */
  public static void requireNumbers(String call, DType dtype) {
    if (dtype == DType.BOOL) {
      throw new IllegalArgumentException(
          call + " of bool: truth values make no sequence; use an integer dtype and compare it");
    }
  }

  private static void requireHas(DType dtype, long value, String call) {
    int bits = 8 * dtype.itemSize();
    boolean has =
        switch (dtype.kind()) {
          case 'i' -> bits == 64 || value >> (bits - 1) == value >> 63;
          case 'u' -> value >= 0 && (bits == 64 || value >>> bits == 0);
          default -> true;
        };
    if (!has) {
      throw new IllegalArgumentException(
          call + ": " + dtype + " does not have " + value + "; take a wider dtype");
    }
  }

  /**
   * Writes {@code start + i * step}, computed in float64.
   *
   * @param view a C-contiguous array
   * @param start first value
   * @param step distance
   */
  public static void sequence(View view, double start, double step) {
    long size = Shapes.size(view.shape());
    int itemSize = view.dtype().itemSize();
    for (long i = 0; i < size; i++) {
      long at = view.address() + itemSize * i;
      Elements.putDouble(view.mapping(), view.dtype(), at, start + i * step);
    }
  }

  /**
   * Writes {@code start + i * step}, computed exactly.
   *
   * @param view a C-contiguous array
   * @param start first value
   * @param step distance
   */
  public static void sequence(View view, long start, long step) {
    long size = Shapes.size(view.shape());
    int itemSize = view.dtype().itemSize();
    for (long i = 0; i < size; i++) {
      long at = view.address() + itemSize * i;
      Elements.putLong(view.mapping(), view.dtype(), at, start + i * step);
    }
  }

  /**
   * Writes numbers of equal distance, both ends included; for integers the next lower ones.
   *
   * @param view a C-contiguous array of one dimension
   * @param start first value
   * @param stop last value, if there are at least two
   */
  public static void between(View view, double start, double stop) {
    long count = view.shape()[0];
    double step = count > 1 ? (stop - start) / (count - 1) : 0;
    boolean whole = view.dtype().isInteger();
    int itemSize = view.dtype().itemSize();
    for (long i = 0; i < count; i++) {
      double value = i > 0 && i == count - 1 ? stop : start + i * step;
      Elements.putDouble(
          view.mapping(),
          view.dtype(),
          view.address() + itemSize * i,
          whole ? Math.floor(value) : value);
    }
  }

  /**
   * Writes ones on the diagonal.
   *
   * @param view an array of two dimensions
   */
  public static void diagonal(View view) {
    long length = Math.min(view.shape()[0], view.shape()[1]);
    long stride = view.strides()[0] + view.strides()[1];
    for (long i = 0; i < length; i++) {
      Elements.putLong(view.mapping(), view.dtype(), view.address() + i * stride, 1);
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
    DType dtype = values.getClass().isArray() ? DTYPES.get(type) : null;
    if (dtype == null) {
      throw new IllegalArgumentException(
          values.getClass().getTypeName()
              + " cannot become an array; arrays of double, float, long, int, short, byte, boolean"
              + " and Complex can, nested to any depth");
    }
    return dtype;
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
    if (axis == shape.length - 1) {
      Copies.from(part, offset, view);
    } else {
      for (int i = 0; i < length; i++) {
        copy(part(part, i), view, axis + 1, offset + i * stride);
      }
    }
  }
}
