package io.sharray.internal.array;

import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;
import java.util.Arrays;

/**
 * Selection of elements by indices and masks. Indices are read once and checked before anything is
 * written. The callers hold the blocks.
 */
public final class Gathering {
  private static final int MOST = Integer.MAX_VALUE - 8;

  private Gathering() {}

  /**
   * Reads indices into a dimension.
   *
   * @param function for the message
   * @param indices an array of integers
   * @param length of the dimension; negative indices count from its end
   * @return the places, in C order
   * @throws IllegalArgumentException if they are no integers, or more than a Java array holds
   * @throws IndexOutOfBoundsException if one lies outside
   */
  public static long[] places(String function, View indices, long length) {
    if (!indices.dtype().isInteger()) {
      throw new IllegalArgumentException(
          function
              + ": the indices are "
              + indices.dtype()
              + ", not integers; for bools use compress");
    }
    long count = Shapes.size(indices.shape());
    if (count > MOST) {
      throw new IllegalArgumentException(
          function + ": " + count + " indices are more than one call takes; use slices of them");
    }
    long[] places = new long[(int) count];
    Mapping mapping = indices.mapping();
    int[] done = {0};
    Copies.rows(
        indices,
        (address, n, stride) -> {
          for (long i = 0; i < n; i++) {
            long index = Elements.getLong(mapping, indices.dtype(), address + i * stride);
            places[done[0]] = place(function, index, done[0], length);
            done[0]++;
          }
        });
    mapping.verify();
    return places;
  }

  private static long place(String function, long index, long at, long length) {
    long place = index < 0 ? index + length : index;
    if (place < 0 || place >= length) {
      throw new IndexOutOfBoundsException(
          function
              + ": index "
              + index
              + " at place "
              + at
              + " is out of range for length "
              + length);
    }
    return place;
  }

  /**
   * Copies the parts of an array at some places of an axis.
   *
   * @param from the array
   * @param axis the axis
   * @param places along it
   * @param to C-contiguous, with the places instead of the axis
   */
  public static void take(View from, int axis, long[] places, View to) {
    long[] shape = from.shape();
    long[] outer = Arrays.copyOf(shape, axis);
    long[] inner = Arrays.copyOfRange(shape, axis + 1, shape.length);
    long[] innerStrides = Arrays.copyOfRange(from.strides(), axis + 1, shape.length);
    long step = Shapes.size(inner) * from.dtype().itemSize();
    long target = to.address();
    if (step == 0 || Shapes.size(outer) == 0) {
      return;
    }
    long[] targetStrides = Shapes.strides(inner, from.dtype().itemSize());
    long[] index = new long[axis];
    do {
      long start = from.address();
      for (int d = 0; d < axis; d++) {
        start += index[d] * from.strides()[d];
      }
      for (long place : places) {
        long source = start + place * from.strides()[axis];
        if (inner.length == 0) {
          Elements.copy(from.mapping(), source, to.mapping(), target, (int) step);
        } else {
          Copies.copy(
              new View(from.block(), source, from.dtype(), inner, innerStrides, true),
              new View(to.block(), target, to.dtype(), inner, targetStrides, false));
        }
        target += step;
      }
    } while (next(index, outer));
    from.mapping().verify();
  }

  /**
   * Copies the element at a place of an axis for each index.
   *
   * @param from the array, broadcast to the shape of {@code to} but along the axis
   * @param axis the axis
   * @param places one for each element of {@code to}
   * @param to C-contiguous
   */
  public static void takeAlong(View from, int axis, long[] places, View to) {
    int itemSize = from.dtype().itemSize();
    long[] index = new long[to.shape().length];
    for (int i = 0; i < places.length; i++) {
      long source = from.address();
      for (int d = 0; d < index.length; d++) {
        source += (d == axis ? places[i] : index[d]) * from.strides()[d];
      }
      Elements.copy(
          from.mapping(), source, to.mapping(), to.address() + (long) i * itemSize, itemSize);
      next(index, to.shape());
    }
    from.mapping().verify();
  }

  /**
   * Finds the true elements of a mask.
   *
   * @param mask an array of bools
   * @return their places in C order
   * @throws IllegalArgumentException if they are more than a Java array holds
   */
  public static long[] places(View mask) {
    Mapping mapping = mask.mapping();
    long[][] places = {new long[16]};
    int[] found = {0};
    long[] at = {0};
    Copies.rows(
        mask,
        (address, n, stride) -> {
          for (long i = 0; i < n; i++, at[0]++) {
            if (mapping.get(address + i * stride) == 0) {
              continue;
            }
            if (found[0] == places[0].length) {
              if (found[0] == MOST) {
                throw new IllegalArgumentException(
                    "compress: the mask selects more than " + MOST + " elements; use slices");
              }
              places[0] = Arrays.copyOf(places[0], (int) Math.min(MOST, 2L * found[0]));
            }
            places[0][found[0]++] = at[0];
          }
        });
    mapping.verify();
    return Arrays.copyOf(places[0], found[0]);
  }

  /**
   * Copies elements by their places in C order.
   *
   * @param from the array
   * @param places in ascending order
   * @param to C-contiguous, of one dimension
   */
  public static void takeInOrder(View from, long[] places, View to) {
    int itemSize = from.dtype().itemSize();
    long[] shape = from.shape();
    for (int i = 0; i < places.length; i++) {
      long source = from.address();
      long left = places[i];
      for (int d = shape.length - 1; d >= 0; d--) {
        source += left % shape[d] * from.strides()[d];
        left /= shape[d];
      }
      Elements.copy(
          from.mapping(), source, to.mapping(), to.address() + (long) i * itemSize, itemSize);
    }
    from.mapping().verify();
  }

  private static boolean next(long[] index, long[] shape) {
    for (int d = shape.length - 1; d >= 0; d--) {
      if (++index[d] < shape[d]) {
        return true;
      }
      index[d] = 0;
    }
    return false;
  }
}
