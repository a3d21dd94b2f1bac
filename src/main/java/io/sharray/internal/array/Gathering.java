package io.sharray.internal.array;

import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;

/**
 * Selection of elements by indices and masks. The callers hold the blocks; what is selected goes
 * into a new array, which is to be thrown away if a call here throws.
 */
public final class Gathering {
  private static final long CALL_VERSION = 0x1001;
  private static final int HEADER_WORDS = 13;
  private static final int TAKE = 0;
  private static final int COUNT = 1;
  private static final int COMPRESS = 2;

  /** Below so many elements the team is not asked. */
  private static final long SMALL = 100_000;

  private Gathering() {}

  /**
   * Refuses what are no indices.
   *
   * @param function for the message
   * @param indices an array
   * @throws IllegalArgumentException if they are no integers
   */
  public static void requireIntegers(String function, View indices) {
    if (!indices.dtype().isInteger()) {
      throw new IllegalArgumentException(
          function
              + ": the indices are "
              + indices.dtype()
              + ", not integers; for bools use compress");
    }
  }

  /**
   * Copies the parts of an array at some places of an axis.
   *
   * @param from the array
   * @param axis the axis
   * @param indices integers of any shape; negative ones count from the end
   * @param to C-contiguous, with the dimensions of the indices instead of the axis
   * @throws IndexOutOfBoundsException if one lies outside
   */
  public static void take(View from, int axis, View indices, View to) {
    int dimensions = to.shape().length;
    long[] strides = new long[dimensions];
    long[] indexStrides = new long[dimensions];
    int after = axis + indices.shape().length;
    System.arraycopy(from.strides(), 0, strides, 0, axis);
    System.arraycopy(indices.strides(), 0, indexStrides, axis, indices.shape().length);
    System.arraycopy(from.strides(), axis + 1, strides, after, dimensions - after);
    take("take", from, axis, indices, to, strides, indexStrides);
  }

  /**
   * Copies the element at a place of an axis for each index.
   *
   * @param from the array, broadcast to the shape of {@code to} but along the axis
   * @param axis the axis
   * @param indices of the shape of {@code to}; negative ones count from the end
   * @param to C-contiguous
   * @throws IndexOutOfBoundsException if an index lies outside
   */
  public static void takeAlong(View from, int axis, View indices, View to) {
    long[] strides = from.strides().clone();
    strides[axis] = 0;
    take("takeAlongAxis", from, axis, indices, to, strides, indices.strides());
  }

  private static void take(
      String function,
      View from,
      int axis,
      View indices,
      View to,
      long[] strides,
      long[] indexStrides) {
    long length = from.shape()[axis];
    long[] call = call(TAKE, to.shape(), from, indices, to, strides, indexStrides);
    call[10] = indices.dtype().ordinal();
    call[11] = length;
    call[12] = from.strides()[axis];
    if (Shapes.size(indices.shape()) > 0 && Shapes.size(to.shape()) == 0) {
      // Nothing is copied, but the indices are to be right all the same.
      requireInside(function, indices, length);
    }
    if (run(call, Shapes.size(to.shape())) != 0) {
      from.mapping().verify();
      requireInside(function, indices, length);
      throw new IndexOutOfBoundsException(
          function
              + ": an index was out of range for length "
              + length
              + ", but has changed since");
    }
  }

  /** Finds the first index that is out of range. */
  private static void requireInside(String function, View indices, long length) {
    Mapping mapping = indices.mapping();
    long[] place = {0};
    boolean unsigned = indices.dtype().kind() == 'u';
    Copies.rows(
        indices,
        (address, n, stride) -> {
          for (long i = 0; i < n; i++, place[0]++) {
            long index = Elements.getLong(mapping, indices.dtype(), address + i * stride);
            long at = index < 0 && !unsigned ? index + length : index;
            if (at < 0 || at >= length) {
              throw new IndexOutOfBoundsException(
                  function
                      + ": index "
                      + (unsigned ? Long.toUnsignedString(index) : index)
                      + " at place "
                      + place[0]
                      + " is out of range for length "
                      + length);
            }
          }
        });
    mapping.verify();
  }

  /**
   * Counts the true elements of a mask.
   *
   * @param mask an array of bools
   * @return how many there are
   */
  public static long count(View mask) {
    long[] none = new long[mask.shape().length];
    return run(
        call(COUNT, mask.shape(), null, mask, null, none, mask.strides()),
        Shapes.size(mask.shape()));
  }

  /**
   * Copies the elements for which a mask is true, in C order.
   *
   * @param from the array
   * @param mask of the same shape
   * @param to C-contiguous, of one dimension
   * @return whether the mask has as many true elements as {@code to} has places; if others have
   *     changed it so that it has not, {@code to} has any contents
   */
  public static boolean compress(View from, View mask, View to) {
    long[] call = call(COMPRESS, mask.shape(), from, mask, to, from.strides(), mask.strides());
    return run(call, Shapes.size(mask.shape())) == 0;
  }

  private static long[] call(
      int selection,
      long[] shape,
      View from,
      View chosen,
      View to,
      long[] strides,
      long[] chosenStrides) {
    int dimensions = shape.length;
    long[] call = new long[HEADER_WORDS + 3 * dimensions];
    call[1] = CALL_VERSION;
    call[2] = selection;
    call[3] = dimensions;
    call[4] = to == null ? 1 : to.dtype().itemSize();
    call[6] = to == null ? 0 : Shapes.size(to.shape());
    call[7] = to == null ? 0 : to.address();
    call[8] = from == null ? 0 : from.address();
    call[9] = chosen.address();
    System.arraycopy(shape, 0, call, HEADER_WORDS, dimensions);
    System.arraycopy(strides, 0, call, HEADER_WORDS + dimensions, dimensions);
    System.arraycopy(chosenStrides, 0, call, HEADER_WORDS + 2 * dimensions, dimensions);
    return call;
  }

  private static long run(long[] call, long elements) {
    Team.gather(call, elements < SMALL);
    return call[0];
  }
}
