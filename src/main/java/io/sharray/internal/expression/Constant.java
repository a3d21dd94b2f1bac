package io.sharray.internal.expression;

import io.sharray.Complex;
import io.sharray.DType;

/**
 * A number. A weak one, which users write, takes the dtype of the arrays it meets; one that a
 * reduction gave has its dtype like an array.
 */
final class Constant extends Node {
  final boolean weak;

  /** The bits of the element, or of its real part. */
  final long low;

  /** The bits of an imaginary part of double precision. */
  final long high;

  Constant(DType dtype, boolean weak, long low, long high) {
    super(dtype, Broadcasting.SCALAR);
    this.weak = weak;
    this.low = low;
    this.high = high;
  }

  static Constant weak(double value) {
    return new Constant(DType.FLOAT64, true, Double.doubleToRawLongBits(value), 0);
  }

  static Constant weak(long value) {
    return new Constant(DType.INT64, true, value, 0);
  }

  static Constant weak(boolean value) {
    return new Constant(DType.BOOL, true, value ? 1 : 0, 0);
  }

  static Constant weak(Complex value) {
    return new Constant(
        DType.COMPLEX128,
        true,
        Double.doubleToRawLongBits(value.re()),
        Double.doubleToRawLongBits(value.im()));
  }

  /** The bits of a result as a constant of its dtype. */
  static Constant strong(DType dtype, long low, long high) {
    return new Constant(dtype, false, low, high);
  }

  Constant asWeak() {
    return new Constant(dtype(), true, low, high);
  }

  /** The number with its dtype like an array. */
  Constant asStrong() {
    return weak ? new Constant(dtype(), false, low, high) : this;
  }

  /** Whether it is the same number of the same dtype, bit for bit. */
  boolean isSame(Constant other) {
    return low == other.low && high == other.high && dtype() == other.dtype();
  }

  /** The real part, or the number, or 0 or 1. */
  double re() {
    return switch (dtype()) {
      case FLOAT64, COMPLEX128 -> Double.longBitsToDouble(low);
      case FLOAT32, COMPLEX64 -> Float.intBitsToFloat((int) low);
      case UINT64 -> low >= 0 ? low : ((low >>> 1) | (low & 1)) * 2.0;
      default -> low;
    };
  }

  /** The imaginary part. */
  double im() {
    return switch (dtype()) {
      case COMPLEX128 -> Double.longBitsToDouble(high);
      case COMPLEX64 -> Float.intBitsToFloat((int) (low >>> 32));
      default -> 0;
    };
  }

  /** Whether {@link #low} is the number. */
  boolean isWhole() {
    return dtype().isInteger() || dtype() == DType.BOOL;
  }

  /**
   * The dtype that a weak number gives to what it meets.
   *
   * @param function for the message
   * @param target to which it is promoted
   * @return this number in that dtype
   * @throws IllegalArgumentException if it has no value there
   */
  Constant to(String function, DType target) {
    if (target == dtype()) {
      return this;
    }
    return switch (target) {
      case BOOL -> throw new AssertionError(dtype());
      case FLOAT32 -> with(target, Float.floatToRawIntBits((float) real(function, target)), 0);
      case FLOAT64 -> with(target, Double.doubleToRawLongBits(real(function, target)), 0);
      case COMPLEX64 -> {
        long re = Float.floatToRawIntBits((float) re()) & 0xffffffffL;
        yield with(target, re | (long) Float.floatToRawIntBits((float) im()) << 32, 0);
      }
      case COMPLEX128 ->
          with(target, Double.doubleToRawLongBits(re()), Double.doubleToRawLongBits(im()));
      default -> with(target, whole(function, target), 0);
    };
  }

  private Constant with(DType target, long newLow, long newHigh) {
    return new Constant(target, weak, newLow, newHigh);
  }

  private double real(String function, DType target) {
    if (isWhole() && ((long) (double) low != low || low == Long.MAX_VALUE)) {
      throw new IllegalArgumentException(
          function
              + ": "
              + low
              + " has no exact "
              + target
              + " value; pass a double if a rounded one will do");
    }
    return re();
  }

  private long whole(String function, DType target) {
    int bits = 8 * target.itemSize();
    boolean fits =
        target.kind() == 'u'
            ? low >= 0 && (bits == 64 || low >>> bits == 0)
            : bits == 64 || low == low << 64 - bits >> 64 - bits;
    if (!fits) {
      throw new IllegalArgumentException(
          function
              + ": "
              + low
              + " does not fit "
              + target
              + "; convert the array, as in x.astype(DType.INT64)");
    }
    return low;
  }
}
