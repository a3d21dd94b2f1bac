package io.sharray.oracle;

import io.sharray.DType;
import java.util.Arrays;

/**
 * An array of the oracle: boxed elements in C order. Bools are Boolean, integers Long (uint64 by
 * its bits), floats Float and Double, complex numbers Complex.
 *
 * @param dtype of the elements
 * @param weak whether it is a number that takes the dtype of what it meets
 * @param shape dimension lengths
 * @param data the elements
 */
record Value(DType dtype, boolean weak, int[] shape, Object[] data) {
  static Value scalar(DType dtype, boolean weak, Object element) {
    return new Value(dtype, weak, new int[0], new Object[] {element});
  }

  static int size(int[] shape) {
    return Arrays.stream(shape).reduce(1, (x, y) -> x * y);
  }

  /** The element at an index of a shape to which this is broadcast. */
  Object at(int[] index) {
    int place = 0;
    for (int d = 0; d < shape.length; d++) {
      int i = index[index.length - shape.length + d];
      place = place * shape[d] + (shape[d] == 1 ? 0 : i);
    }
    return data[place];
  }

  Value to(DType target) {
    if (target == dtype) {
      return this;
    }
    Object[] converted = new Object[data.length];
    for (int i = 0; i < data.length; i++) {
      converted[i] = Elements.cast(data[i], dtype, target);
    }
    return new Value(target, weak, shape, converted);
  }

  /** Moves an index on in C order; false at the end. */
  static boolean next(int[] index, int[] shape) {
    for (int d = shape.length - 1; d >= 0; d--) {
      if (++index[d] < shape[d]) {
        return true;
      }
      index[d] = 0;
    }
    return false;
  }
}
