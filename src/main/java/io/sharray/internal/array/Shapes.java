package io.sharray.internal.array;

import java.util.Arrays;

/** Arithmetic of shapes, with 64 bits and overflow checks. Pure functions. */
public final class Shapes {
  /** More dimensions than this no array has. */
  public static final int MAX_DIMENSIONS = 32;

  private Shapes() {}

  /**
   * Checks a shape and its size in bytes.
   *
   * @param shape dimension lengths
   * @param itemSize bytes of one element
   * @return the bytes of all elements
   * @throws IllegalArgumentException if a length is negative, there are more than 32, or the size
   *     leaves 63 bits
   */
  public static long checkedBytes(long[] shape, int itemSize) {
    if (shape.length > MAX_DIMENSIONS) {
      throw new IllegalArgumentException(
          "an array of "
              + shape.length
              + " dimensions; at most "
              + MAX_DIMENSIONS
              + " are possible");
    }
    boolean none = false;
    for (int axis = 0; axis < shape.length; axis++) {
      if (shape[axis] < 0) {
        throw new IllegalArgumentException(
            "length "
                + shape[axis]
                + " of axis "
                + axis
                + " in shape "
                + text(shape)
                + " is negative");
      }
      none |= shape[axis] == 0;
    }
    long bytes = itemSize;
    for (long length : shape) {
      // An empty array must still have strides within 64 bits.
      long factor = none ? Math.max(length, 1) : length;
      long high = Math.multiplyHigh(bytes, factor);
      bytes *= factor;
      if (high != 0 || bytes < 0) {
        throw new IllegalArgumentException(
            "shape "
                + text(shape)
                + " of "
                + itemSize
                + "-byte elements needs more than 2^63 bytes");
      }
    }
    return none ? 0 : bytes;
  }

  /**
   * The number of elements.
   *
   * @param shape dimension lengths of an array that exists
   * @return the product of the lengths
   */
  public static long size(long[] shape) {
    long size = 1;
    for (long length : shape) {
      size *= length;
    }
    return size;
  }

  /**
   * The strides of a C-contiguous array.
   *
   * @param shape dimension lengths
   * @param itemSize bytes of one element
   * @return bytes from one element to the next, for each dimension
   */
  public static long[] strides(long[] shape, int itemSize) {
    long[] strides = new long[shape.length];
    long stride = itemSize;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      strides[axis] = stride;
      stride *= Math.max(shape[axis], 1);
    }
    return strides;
  }

  /**
   * Whether the elements lie in C order without gaps.
   *
   * @param shape dimension lengths
   * @param strides bytes from one element to the next, for each dimension
   * @param itemSize bytes of one element
   * @return whether they do; strides of dimensions of length 1 do not matter, an empty array always
   *     does
   */
  public static boolean isContiguous(long[] shape, long[] strides, int itemSize) {
    long expected = itemSize;
    boolean contiguous = true;
    for (int axis = shape.length - 1; axis >= 0; axis--) {
      if (shape[axis] == 0) {
        return true;
      }
      contiguous &= shape[axis] == 1 || strides[axis] == expected;
      expected *= shape[axis];
    }
    return contiguous;
  }

  /**
   * Checks an axis, which may count from the end.
   *
   * @param axis from -dimensions to dimensions - 1
   * @param dimensions how many there are
   * @param shape for the message
   * @return the axis from 0
   * @throws IllegalArgumentException if there is no such axis
   */
  public static int axis(int axis, int dimensions, long[] shape) {
    if (axis < -dimensions || axis >= dimensions) {
      throw new IllegalArgumentException(
          "axis "
              + axis
              + " for shape "
              + text(shape)
              + (dimensions == 0
                  ? "; there is none"
                  : "; it must be from " + -dimensions + " to " + (dimensions - 1)));
    }
    return axis < 0 ? axis + dimensions : axis;
  }

  /**
   * A shape for people.
   *
   * @param shape dimension lengths
   * @return for example {@code (3, 4)}, {@code (3,)} or {@code ()}
   */
  public static String text(long... shape) {
    String inside = Arrays.toString(shape);
    inside = inside.substring(1, inside.length() - 1);
    return shape.length == 1 ? "(" + inside + ",)" : "(" + inside + ")";
  }

  /**
   * An axis as a place.
   *
   * @param function for the message
   * @param axis the axis; a negative one counts from the end
   * @param ndim the number of dimensions
   * @return the axis, not negative
   * @throws IllegalArgumentException if there is no such axis
   */
  public static int axis(String function, int axis, int ndim) {
    if (axis < -ndim || axis >= ndim) {
      throw new IllegalArgumentException(
          function + ": axis " + axis + " is out of range for " + ndim + " dimensions");
    }
    return axis < 0 ? axis + ndim : axis;
  }

  /**
   * A shape with several dimensions in the place of one.
   *
   * @param shape the shape
   * @param axis the dimension
   * @param others what replaces it
   * @return the new shape
   */
  public static long[] replaced(long[] shape, int axis, long[] others) {
    long[] result = new long[shape.length - 1 + others.length];
    System.arraycopy(shape, 0, result, 0, axis);
    System.arraycopy(others, 0, result, axis, others.length);
    System.arraycopy(shape, axis + 1, result, axis + others.length, shape.length - axis - 1);
    return result;
  }

  /**
   * The shape of what indices along an axis select.
   *
   * @param function for the message
   * @param shape of the array
   * @param indices their shape
   * @param axis the axis, along which the array may have any length
   * @return the broadcast shape, of the indices along the axis
   * @throws IllegalArgumentException if the shapes do not fit
   */
  public static long[] along(String function, long[] shape, long[] indices, int axis) {
    long[] result = indices.clone();
    for (int d = 0; d < shape.length; d++) {
      boolean fits =
          indices.length == shape.length
              && (d == axis || shape[d] == indices[d] || shape[d] == 1 || indices[d] == 1);
      if (!fits) {
        throw new IllegalArgumentException(
            function
                + ": indices of shape "
                + text(indices)
                + " do not fit an array of shape "
                + text(shape)
                + "; they need as many dimensions, with equal lengths or 1 but along axis "
                + axis);
      }
      result[d] = d != axis && indices[d] == 1 ? shape[d] : indices[d];
    }
    return result;
  }
}
