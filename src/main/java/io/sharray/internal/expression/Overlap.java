package io.sharray.internal.expression;

import io.sharray.internal.segment.View;

/** Whether two views share memory. */
final class Overlap {
  private Overlap() {}

  /**
   * Whether writing {@code target} in order may change elements of {@code source} that are read
   * later: they share bytes and are not the same elements in the same order.
   */
  static boolean harms(View target, View source) {
    if (!target.block().name().equals(source.block().name())) {
      return false;
    }
    // The same segment can be mapped twice, so positions are compared, not addresses.
    long to = target.address() - target.mapping().address();
    long from = source.address() - source.mapping().address();
    if (to == from
        && target.dtype() == source.dtype()
        && java.util.Arrays.equals(target.shape(), source.shape())
        && java.util.Arrays.equals(target.strides(), source.strides())) {
      return false;
    }
    return Broadcasting.count(source.shape()) > 0
        && to + lowest(target) < from + end(source)
        && from + lowest(source) < to + end(target);
  }

  private static long lowest(View view) {
    long offset = 0;
    for (int d = 0; d < view.shape().length; d++) {
      offset += Math.min(0, (view.shape()[d] - 1) * view.strides()[d]);
    }
    return offset;
  }

  private static long end(View view) {
    long offset = view.dtype().itemSize();
    for (int d = 0; d < view.shape().length; d++) {
      offset += Math.max(0, (view.shape()[d] - 1) * view.strides()[d]);
    }
    return offset;
  }
}
