package io.sharray.internal.fft;

import io.sharray.DType;
import io.sharray.NDArray;
import io.sharray.internal.Access;
import io.sharray.internal.parallel.Team;
import io.sharray.internal.segment.View;
import java.lang.ref.Reference;

/** Native calls: all transforms along one axis; see {@code fft/call.h}. */
final class Lines {
  private static final long CALL_VERSION = 0x3001;
  private static final int HEADER_WORDS = 12;

  /** In the order of {@code Transform} in C++. */
  enum Kind {
    COMPLEX,
    FORWARD,
    BACKWARD
  }

  private Lines() {}

  /**
   * Transforms along an axis.
   *
   * @param kind complex or real
   * @param isInverse the sign of the exponent
   * @param from one that {@link #isDirect}, of the dtype that the kind reads
   * @param to the same array, or another one
   * @param axis of both
   * @param n the length of the real side
   * @param scale what the results are multiplied by
   */
  static void transform(
      Kind kind, boolean isInverse, NDArray from, NDArray to, int axis, long n, double scale) {
    View in = Access.view(from);
    View out = Access.view(to);
    in.block().acquire();
    try {
      out.block().acquire();
      try {
        Team.fft(call(kind, isInverse, in, out, axis, n, scale));
        in.mapping().verify();
        out.mapping().verify();
      } finally {
        out.block().release();
      }
    } finally {
      in.block().release();
      Reference.reachabilityFence(from);
      Reference.reachabilityFence(to);
    }
  }

  private static long[] call(
      Kind kind, boolean isInverse, View in, View out, int axis, long n, double scale) {
    int ndim = in.shape().length;
    long[] call = new long[HEADER_WORDS + 3 * (ndim - 1)];
    boolean isDouble = in.dtype() == DType.FLOAT64 || in.dtype() == DType.COMPLEX128;
    call[1] = CALL_VERSION;
    call[2] = kind.ordinal();
    call[3] = isDouble ? 1 : 0;
    call[4] = isInverse ? 1 : -1;
    call[5] = Double.doubleToRawLongBits(scale);
    call[6] = in.address();
    call[7] = out.address();
    call[8] = ndim - 1;
    axis(call, HEADER_WORDS - 3, n, in, out, axis);
    int at = HEADER_WORDS;
    for (int d = 0; d < ndim; d++) {
      if (d != axis) {
        axis(call, at, in.shape()[d], in, out, d);
        at += 3;
      }
    }
    return call;
  }

  private static void axis(long[] call, int at, long n, View in, View out, int axis) {
    call[at] = n;
    call[at + 1] = in.strides()[axis] / in.dtype().itemSize();
    call[at + 2] = out.strides()[axis] / out.dtype().itemSize();
  }

  /** Whether a provider can read it where it is: at whole multiples of its elements, forwards. */
  static boolean isDirect(NDArray array) {
    View view = Access.view(array);
    int size = view.dtype().itemSize();
    boolean direct = view.address() % size == 0;
    for (int d = 0; d < view.shape().length; d++) {
      long stride = view.strides()[d];
      direct &= view.shape()[d] == 1 || (stride > 0 && stride % size == 0);
    }
    return direct;
  }
}
