package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.segment.View;
import java.util.ArrayList;
import java.util.List;

/**
 * The arrays that are made for the time of one operation. What is not {@link #keep kept} is closed
 * at its end, results too if it fails.
 */
final class Workbench implements AutoCloseable {
  private final List<NDArray> made = new ArrayList<>();

  /** An operand as an array of a dtype: itself, or evaluated. */
  NDArray operand(Expr expr, DType dtype) {
    if (expr instanceof NDArray array && array.dtype() == dtype) {
      return array;
    }
    return add((expr.dtype() == dtype ? expr : expr.astype(dtype)).eval());
  }

  /** A new array, whose elements will all be written. */
  NDArray empty(DType dtype, long... shape) {
    return add(NDArray.empty(dtype, shape));
  }

  /** Closes an array at the end, unless it is kept. */
  NDArray add(NDArray array) {
    made.add(array);
    return array;
  }

  /** Leaves an array open: a result. */
  NDArray keep(NDArray array) {
    made.removeIf(other -> other == array);
    return array;
  }

  /** Whether an array may share bytes with another; seen as intervals. */
  static boolean overlap(NDArray x, NDArray y) {
    View first = Access.view(x);
    View second = Access.view(y);
    if (!first.block().name().equals(second.block().name())) {
      return false;
    }
    // One segment may be mapped twice, so positions count, not addresses.
    long[] a = interval(first);
    long[] b = interval(second);
    return a[0] < b[1] && b[0] < a[1];
  }

  private static long[] interval(View view) {
    long low = view.address() - view.mapping().address();
    long high = low + view.dtype().itemSize();
    for (int d = 0; d < view.shape().length; d++) {
      if (view.shape()[d] == 0) {
        return new long[] {0, 0};
      }
      long reach = (view.shape()[d] - 1) * view.strides()[d];
      low += Math.min(0, reach);
      high += Math.max(0, reach);
    }
    return new long[] {low, high};
  }

  @Override
  public void close() {
    made.forEach(NDArray::close);
  }
}
