package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;
import java.nio.ByteBuffer;

/** Moves elements between arrays and Java. The callers hold the blocks. */
public final class Copies {
  private static final int BULK_ROW = 16;
  private static final int PIECE = 1 << 26;

  private Copies() {}

  /** What is done with each row of an array. */
  @FunctionalInterface
  public interface Row {
    /**
     * Takes a row.
     *
     * @param address of its first element
     * @param length how many elements
     * @param stride bytes from one to the next
     */
    void accept(long address, long length, long stride);
  }

  /**
   * Visits all elements in C order, in rows that are as long as they can be.
   *
   * @param view the array
   * @param row takes the rows
   */
  public static void rows(View view, Row row) {
    long[] shape = view.shape();
    long[] strides = view.strides();
    int itemSize = view.dtype().itemSize();
    if (Shapes.isContiguous(shape, strides, itemSize)) {
      row.accept(view.address(), Shapes.size(shape), itemSize);
      return;
    }
    int last = shape.length - 1;
    long[] at = new long[shape.length];
    long address = view.address();
    while (true) {
      row.accept(address, shape[last], strides[last]);
      int axis = last - 1;
      while (axis >= 0 && ++at[axis] == shape[axis]) {
        address -= (shape[axis] - 1) * strides[axis];
        at[axis] = 0;
        axis--;
      }
      if (axis < 0) {
        return;
      }
      address += strides[axis];
    }
  }

  /**
   * Reads an element as a number.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @return its value, 1 or 0 for a bool
   */
  public static double get(Mapping mapping, DType dtype, long at) {
    return switch (dtype) {
      case FLOAT64 -> mapping.getDouble(at);
      case BOOL -> mapping.get(at) != 0 ? 1 : 0;
      default -> throw new AssertionError(dtype);
    };
  }

  /**
   * Writes an element.
   *
   * @param mapping the memory
   * @param dtype type of the element
   * @param at its address
   * @param value its value; a bool is true unless it is 0
   */
  public static void put(Mapping mapping, DType dtype, long at, double value) {
    switch (dtype) {
      case FLOAT64 -> mapping.putDouble(at, value);
      case BOOL -> mapping.put(at, (byte) (value != 0 ? 1 : 0));
      default -> throw new AssertionError(dtype);
    }
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, of at most {@code Integer.MAX_VALUE} elements
   * @return their values
   */
  public static double[] toDoubles(View view) {
    double[] out = new double[(int) Shapes.size(view.shape())];
    Mapping mapping = view.mapping();
    int[] done = {0};
    rows(
        view,
        (address, length, stride) -> {
          int n = (int) length;
          if (view.dtype() == DType.FLOAT64 && stride == 8 && n >= BULK_ROW) {
            int piece;
            for (int i = 0; i < n; i += piece) {
              piece = Math.min(PIECE, n - i);
              mapping
                  .buffer(address + 8L * i, 8 * piece)
                  .asDoubleBuffer()
                  .get(out, done[0] + i, piece);
            }
          } else {
            for (int i = 0; i < n; i++) {
              out[done[0] + i] = get(mapping, view.dtype(), address + i * stride);
            }
          }
          done[0] += n;
        });
    mapping.verify();
    return out;
  }

  /**
   * Copies values into an array.
   *
   * @param values at most as many as fit behind the offset
   * @param offset bytes from the first element to the place of the first value
   * @param view a C-contiguous array of doubles
   */
  public static void fromDoubles(double[] values, long offset, View view) {
    int piece;
    for (int done = 0; done < values.length; done += piece) {
      piece = Math.min(PIECE, values.length - done);
      view.mapping()
          .buffer(view.address() + offset + 8L * done, 8 * piece)
          .asDoubleBuffer()
          .put(values, done, piece);
    }
    view.mapping().verify();
  }

  /**
   * Sets every element.
   *
   * @param view the array
   * @param value of each; a bool is true unless it is 0
   */
  public static void fill(View view, double value) {
    rows(
        view,
        (address, length, stride) -> {
          for (long i = 0; i < length; i++) {
            put(view.mapping(), view.dtype(), address + i * stride, value);
          }
        });
  }

  /**
   * Copies elements in C order.
   *
   * @param from the source
   * @param to a C-contiguous array of the same dtype and size, which does not overlap it
   */
  public static void copy(View from, View to) {
    int itemSize = from.dtype().itemSize();
    long[] target = {to.address()};
    rows(
        from,
        (address, length, stride) -> {
          if (stride == itemSize && length >= BULK_ROW) {
            bytes(from.mapping(), address, to.mapping(), target[0], length * itemSize);
          } else {
            for (long i = 0; i < length; i++) {
              long source = address + i * stride;
              long destination = target[0] + i * itemSize;
              if (itemSize == 8) {
                to.mapping().putDouble(destination, from.mapping().getDouble(source));
              } else {
                to.mapping().put(destination, from.mapping().get(source));
              }
            }
          }
          target[0] += length * itemSize;
        });
    from.mapping().verify();
    to.mapping().verify();
  }

  private static void bytes(Mapping from, long source, Mapping to, long target, long count) {
    for (long done = 0; done < count; done += PIECE) {
      int piece = (int) Math.min(PIECE, count - done);
      ByteBuffer in = from.buffer(source + done, piece);
      to.buffer(target + done, piece).put(in);
    }
  }
}
