package io.sharray.internal.array;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;
import java.nio.ByteBuffer;

/** Moves elements between arrays and Java. The callers hold the blocks. */
public final class Copies {
  private static final int BULK_ROW = 16;
  private static final int PIECE = 1 << 26;
  private static final long FILLING = 1 << 17;

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

  /** Takes a run of elements from a buffer that begins with them. */
  @FunctionalInterface
  private interface Run {
    void take(ByteBuffer elements, int index, int count);
  }

  /** Takes one element. */
  @FunctionalInterface
  private interface One {
    void take(long address, int index);
  }

  /**
   * Hands all elements on in C order: in runs where they lie together and a run will do, else one
   * by one.
   */
  private static void each(View view, boolean runs, Run run, One one) {
    Mapping mapping = view.mapping();
    int itemSize = view.dtype().itemSize();
    int[] done = {0};
    rows(
        view,
        (address, length, stride) -> {
          int n = (int) length;
          if (runs && stride == itemSize && n >= BULK_ROW) {
            int piece;
            for (int i = 0; i < n; i += piece) {
              piece = Math.min(PIECE / itemSize, n - i);
              long at = address + (long) itemSize * i;
              run.take(mapping.buffer(at, itemSize * piece), done[0] + i, piece);
            }
          } else {
            for (int i = 0; i < n; i++) {
              one.take(address + i * stride, done[0] + i);
            }
          }
          done[0] += n;
        });
    mapping.verify();
  }

  private static int count(View view) {
    return Math.toIntExact(Shapes.size(view.shape()));
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, not complex, of at most {@code Integer.MAX_VALUE} elements
   * @return their values as {@link Elements#getDouble} has them
   */
  public static double[] toDoubles(View view) {
    double[] out = new double[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        dtype == DType.FLOAT64,
        (elements, index, count) -> elements.asDoubleBuffer().get(out, index, count),
        (address, index) -> out[index] = Elements.getDouble(mapping, dtype, address));
    return out;
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, not complex, of at most {@code Integer.MAX_VALUE} elements
   * @return their values as {@link Elements#getFloat} has them
   */
  public static float[] toFloats(View view) {
    float[] out = new float[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        dtype == DType.FLOAT32,
        (elements, index, count) -> elements.asFloatBuffer().get(out, index, count),
        (address, index) -> out[index] = Elements.getFloat(mapping, dtype, address));
    return out;
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, not complex, of at most {@code Integer.MAX_VALUE} elements
   * @return their values as {@link Elements#getLong} has them
   */
  public static long[] toLongs(View view) {
    long[] out = new long[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        dtype == DType.INT64 || dtype == DType.UINT64,
        (elements, index, count) -> elements.asLongBuffer().get(out, index, count),
        (address, index) -> out[index] = Elements.getLong(mapping, dtype, address));
    return out;
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, not complex, of at most {@code Integer.MAX_VALUE} elements
   * @return their values as {@link Elements#getInt} has them
   */
  public static int[] toInts(View view) {
    int[] out = new int[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        dtype == DType.INT32 || dtype == DType.UINT32,
        (elements, index, count) -> elements.asIntBuffer().get(out, index, count),
        (address, index) -> out[index] = Elements.getInt(mapping, dtype, address));
    return out;
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, of at most {@code Integer.MAX_VALUE} elements
   * @return which of them differ from 0
   */
  public static boolean[] toBooleans(View view) {
    boolean[] out = new boolean[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        false,
        null,
        (address, index) -> out[index] = Elements.getBoolean(mapping, dtype, address));
    return out;
  }

  /**
   * Copies all elements into a Java array in C order.
   *
   * @param view the array, of at most {@code Integer.MAX_VALUE} elements
   * @return their values
   */
  public static Complex[] toComplexes(View view) {
    Complex[] out = new Complex[count(view)];
    Mapping mapping = view.mapping();
    DType dtype = view.dtype();
    each(
        view,
        false,
        null,
        (address, index) -> out[index] = Elements.getComplex(mapping, dtype, address));
    return out;
  }

  /**
   * Copies the elements of a Java array.
   *
   * @param values an array of primitive numbers, boolean or {@link Complex}
   * @param offset bytes from the first element to the place of the first value
   * @param view a C-contiguous array of their dtype, with room for them behind the offset
   * @throws IllegalArgumentException if one is null
   */
  public static void from(Object values, long offset, View view) {
    int length = java.lang.reflect.Array.getLength(values);
    int itemSize = view.dtype().itemSize();
    int piece;
    for (int done = 0; done < length; done += piece) {
      piece = Math.min(PIECE / itemSize, length - done);
      long at = view.address() + offset + (long) itemSize * done;
      put(values, done, piece, view.mapping().buffer(at, itemSize * piece));
    }
    view.mapping().verify();
  }

  private static void put(Object values, int from, int count, ByteBuffer out) {
    if (values instanceof double[] doubles) {
      out.asDoubleBuffer().put(doubles, from, count);
    } else if (values instanceof float[] floats) {
      out.asFloatBuffer().put(floats, from, count);
    } else if (values instanceof long[] longs) {
      out.asLongBuffer().put(longs, from, count);
    } else if (values instanceof int[] ints) {
      out.asIntBuffer().put(ints, from, count);
    } else if (values instanceof short[] shorts) {
      out.asShortBuffer().put(shorts, from, count);
    } else if (values instanceof byte[] bytes) {
      out.put(bytes, from, count);
    } else if (values instanceof boolean[] truths) {
      for (int i = from; i < from + count; i++) {
        out.put((byte) (truths[i] ? 1 : 0));
      }
    } else {
      putComplexes((Complex[]) values, from, count, out);
    }
  }

  private static void putComplexes(Complex[] values, int from, int count, ByteBuffer out) {
    for (int i = from; i < from + count; i++) {
      if (values[i] == null) {
        throw new IllegalArgumentException("number " + i + " of a Complex[] is null");
      }
      out.putDouble(values[i].re()).putDouble(values[i].im());
    }
  }

  /**
   * Sets every element to the first one.
   *
   * @param view a C-contiguous array
   */
  public static void repeatFirst(View view) {
    long bytes = Shapes.size(view.shape()) * view.dtype().itemSize();
    long address = view.address();
    long piece = view.dtype().itemSize();
    for (long done = piece; done < bytes; done += piece) {
      // The source stays in the cache.
      piece = Math.min(done, Math.min(FILLING, bytes - done));
      bytes(view.mapping(), address, view.mapping(), address + done, piece);
    }
    view.mapping().verify();
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
              Elements.copy(from.mapping(), source, to.mapping(), destination, itemSize);
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
