package io.sharray.oracle;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.NDArray;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.Random;

/** Arrays of all layouts: steps, reversed and permuted axes, repeated elements, shared memory. */
final class Layouts {
  private Layouts() {}

  /**
   * Memory, and an array that sees a part of it.
   *
   * @param base all of the memory, in one dimension
   * @param view the array
   */
  record Layout(NDArray base, NDArray view) {}

  static NDArray contiguous(Value value) {
    NDArray array =
        NDArray.zeros(
            value.dtype(), Arrays.stream(value.shape()).mapToLong(length -> length).toArray());
    ByteBuffer bytes = bytes(array);
    for (int i = 0; i < value.data().length; i++) {
      put(bytes, i * value.dtype().itemSize(), value.dtype(), value.data()[i]);
    }
    return array;
  }

  /** An array of this shape over new memory, whose layout is random. */
  static Layout random(Random random, DType dtype, int[] shape) {
    int ndim = shape.length;
    Integer[] order = new Integer[ndim];
    Arrays.setAll(order, d -> d);
    java.util.Collections.shuffle(Arrays.asList(order), random);
    int[] step = new int[ndim];
    long[] lengths = new long[ndim];
    StringBuilder text = new StringBuilder();
    for (int k = 0; k < ndim; k++) {
      int length = shape[order[k]];
      step[k] = random.nextInt(3) == 0 ? 1 + random.nextInt(3) : 1;
      int before = random.nextInt(3) == 0 ? random.nextInt(3) : 0;
      lengths[k] = before + (long) Math.max(length, 1) * step[k];
      String range = before + ":" + (before + (long) length * step[k]) + ":" + step[k];
      text.append(k == 0 ? "" : ", ").append(range);
    }
    NDArray base = NDArray.zeros(dtype, lengths);
    int[] axes = new int[ndim];
    for (int k = 0; k < ndim; k++) {
      axes[order[k]] = k;
    }
    NDArray view = ndim == 0 ? base : base.slice(text.toString()).permuteDims(axes);
    for (int d = 0; d < ndim; d++) {
      view = random.nextInt(4) == 0 ? view.flip(d) : view;
    }
    return new Layout(base, view);
  }

  /** Writes elements through an array of any layout. */
  static void write(Layout layout, Value value) {
    ByteBuffer bytes = bytes(layout.base);
    int[] index = new int[value.shape().length];
    for (Object element : value.data()) {
      put(bytes, offset(layout, index), value.dtype(), element);
      Value.next(index, value.shape());
    }
  }

  /** Reads elements of an array of any layout. */
  static Value read(Layout layout) {
    NDArray view = layout.view;
    int[] shape = Arrays.stream(view.shape()).mapToInt(Math::toIntExact).toArray();
    Object[] data = new Object[Value.size(shape)];
    int[] index = new int[shape.length];
    ByteBuffer bytes = bytes(layout.base);
    for (int i = 0; i < data.length; i++) {
      data[i] = get(bytes, offset(layout, index), view.dtype());
      Value.next(index, shape);
    }
    return new Value(view.dtype(), false, shape, data);
  }

  static Value read(NDArray contiguous) {
    return read(new Layout(contiguous, contiguous));
  }

  private static int offset(Layout layout, int[] index) {
    long offset = layout.view.address() - layout.base.address();
    long[] strides = layout.view.strides();
    for (int d = 0; d < index.length; d++) {
      offset += index[d] * strides[d];
    }
    return Math.toIntExact(offset);
  }

  static ByteBuffer bytes(NDArray base) {
    return base.asByteBuffer().order(ByteOrder.nativeOrder());
  }

  private static Object get(ByteBuffer bytes, int at, DType dtype) {
    return switch (dtype) {
      case BOOL -> bytes.get(at) != 0;
      case INT8 -> (long) bytes.get(at);
      case INT16 -> (long) bytes.getShort(at);
      case INT32 -> (long) bytes.getInt(at);
      case INT64, UINT64 -> bytes.getLong(at);
      case UINT8 -> (long) (bytes.get(at) & 0xff);
      case UINT16 -> (long) (bytes.getShort(at) & 0xffff);
      case UINT32 -> bytes.getInt(at) & 0xffffffffL;
      case FLOAT32 -> bytes.getFloat(at);
      case FLOAT64 -> bytes.getDouble(at);
      case COMPLEX64 -> Complex.of(bytes.getFloat(at), bytes.getFloat(at + 4));
      case COMPLEX128 -> Complex.of(bytes.getDouble(at), bytes.getDouble(at + 8));
    };
  }

  private static void put(ByteBuffer bytes, int at, DType dtype, Object element) {
    switch (dtype) {
      case BOOL -> bytes.put(at, (byte) ((boolean) element ? 1 : 0));
      case INT8, UINT8 -> bytes.put(at, (byte) (long) element);
      case INT16, UINT16 -> bytes.putShort(at, (short) (long) element);
      case INT32, UINT32 -> bytes.putInt(at, (int) (long) element);
      case INT64, UINT64 -> bytes.putLong(at, (long) element);
      case FLOAT32 -> bytes.putFloat(at, (float) element);
      case FLOAT64 -> bytes.putDouble(at, (double) element);
      case COMPLEX64 -> {
        bytes.putFloat(at, (float) ((Complex) element).re());
        bytes.putFloat(at + 4, (float) ((Complex) element).im());
      }
      case COMPLEX128 -> {
        bytes.putDouble(at, ((Complex) element).re());
        bytes.putDouble(at + 8, ((Complex) element).im());
      }
    }
  }
}
