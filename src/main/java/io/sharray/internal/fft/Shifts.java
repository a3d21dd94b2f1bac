package io.sharray.internal.fft;

import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Slice;
import io.sharray.internal.Access;
import java.util.Arrays;

/** Halves of axes, exchanged. */
public final class Shifts {
  private Shifts() {}

  /**
   * Exchanges the halves of some axes.
   *
   * @param function for messages
   * @param x the array
   * @param axes along which; all if there are none
   * @param isInverse whether the first half is the longer one
   * @return a new array
   */
  public static NDArray shift(String function, Expr x, int[] axes, boolean isInverse) {
    NDArray out = Access.allocate(x.dtype(), x.shape());
    NDArray whole = x instanceof NDArray array ? array : null;
    try {
      int[] chosen =
          out.ndim() == 0
              ? new int[0]
              : Axes.of(function, out.shape(), null, axes.length == 0 ? null : axes).axes();
      if (out.size() > 0) {
        whole = whole == null ? x.eval() : whole;
        copy(whole, out, chosen, isInverse);
      }
      return out;
    } catch (Throwable e) {
      out.close();
      throw e;
    } finally {
      if (whole != null && whole != x) {
        whole.close();
      }
    }
  }

  private static void copy(NDArray from, NDArray to, int[] axes, boolean isInverse) {
    if (axes.length == 0) {
      from.into(to);
      return;
    }
    int axis = axes[0];
    int[] others = Arrays.copyOfRange(axes, 1, axes.length);
    long n = from.shape()[axis];
    long shift = isInverse ? n - n / 2 : n / 2;
    part(from, 0, to, shift, n - shift, axis, others, isInverse);
    part(from, n - shift, to, 0, shift, axis, others, isInverse);
  }

  private static void part(
      NDArray from,
      long first,
      NDArray to,
      long place,
      long count,
      int axis,
      int[] others,
      boolean isInverse) {
    if (count == 0) {
      return;
    }
    try (NDArray source = along(from, axis, first, count);
        NDArray target = along(to, axis, place, count)) {
      copy(source, target, others, isInverse);
    }
  }

  private static NDArray along(NDArray array, int axis, long first, long count) {
    Slice[] slices = new Slice[axis + 1];
    Arrays.fill(slices, Slice.all());
    slices[axis] = Slice.range(first, first + count);
    return array.slice(slices);
  }
}
