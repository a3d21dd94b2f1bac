package io.sharray.internal.expression;

import io.sharray.internal.array.Shapes;
import io.sharray.internal.segment.View;
import java.util.Arrays;

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
    Span to = Span.of(target);
    Span from = Span.of(source);
    return !(target.dtype() == source.dtype() && to.equals(from)) && shares(to, from);
  }

  /**
   * The bytes of a view: where the first element lies, and of the dimensions that are longer than 1
   * their lengths and byte strides.
   */
  record Span(long first, int size, long[] shape, long[] strides) {
    static Span of(View view) {
      return new Span(
          view.address() - view.mapping().address(),
          view.dtype().itemSize(),
          view.shape(),
          view.strides());
    }

    private boolean equals(Span other) {
      boolean same = first == other.first && Arrays.equals(shape, other.shape);
      for (int d = 0; same && d < shape.length; d++) {
        same = shape[d] == 1 || strides[d] == other.strides[d];
      }
      return same;
    }

    /** The stride of a dimension as a distance, 0 where it does not count. */
    private long distance(int d) {
      return shape[d] > 1 ? Math.abs(strides[d]) : 0;
    }

    /** Bytes from the first element to the lowest one along the dimensions of smaller strides. */
    private long low(long unit) {
      long low = 0;
      for (int d = 0; d < shape.length; d++) {
        low += distance(d) < unit ? Math.min(0, (shape[d] - 1) * strides[d]) : 0;
      }
      return low;
    }

    /** Bytes from the lowest to the end of the highest one along these dimensions. */
    private long extent(long unit) {
      long extent = size;
      for (int d = 0; d < shape.length; d++) {
        extent += distance(d) < unit ? (shape[d] - 1) * distance(d) : 0;
      }
      return extent;
    }
  }

  /**
   * Whether views share bytes; true also in some intricate cases where they do not. Seen from afar
   * they are intervals. Closer, each is an interval that is repeated at multiples of what divides
   * all larger strides: columns of a matrix, or every other element.
   */
  static boolean shares(Span x, Span y) {
    if (Shapes.size(x.shape) == 0 || Shapes.size(y.shape) == 0) {
      return false;
    }
    if (apart(x, y, Long.MAX_VALUE)) {
      return false;
    }
    for (Span span : new Span[] {x, y}) {
      for (int d = 0; d < span.shape.length; d++) {
        if (span.distance(d) > 0 && apart(x, y, span.distance(d))) {
          return false;
        }
      }
    }
    return true;
  }

  /** Whether the views are apart when strides of at least {@code unit} count by their divisor. */
  private static boolean apart(Span x, Span y, long unit) {
    long lowX = x.first + x.low(unit);
    long lowY = y.first + y.low(unit);
    long period = divisor(divisor(0, x, unit), y, unit);
    if (period == 0) {
      return lowX + x.extent(unit) <= lowY || lowY + y.extent(unit) <= lowX;
    }
    long shift = Math.floorMod(lowY - lowX, period);
    return x.extent(unit) <= shift && shift + y.extent(unit) <= period;
  }

  private static long divisor(long start, Span span, long unit) {
    long divisor = start;
    for (int d = 0; d < span.shape.length; d++) {
      long rest = span.distance(d) < unit ? 0 : span.distance(d);
      while (rest != 0) {
        long next = divisor % rest;
        divisor = rest;
        rest = next;
      }
    }
    return divisor;
  }
}
