package io.sharray.oracle;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.internal.expression.Op;
import java.math.BigDecimal;
import java.math.BigInteger;

/** Functions of single elements, written from the definitions; null where there is none. */
final class Elements {
  private Elements() {}

  static Object cast(Object x, DType from, DType to) {
    if (to == DType.BOOL) {
      return x instanceof Complex z ? z.re() != 0 || z.im() != 0 : number(x, from) != 0;
    }
    if (to.isInteger()) {
      return from.isFloat() ? saturated(number(x, from), to) : wrapped(to, whole(x));
    }
    if (to.isComplex()) {
      Complex z = x instanceof Complex c ? c : Complex.of(number(x, from), 0);
      return to == DType.COMPLEX128 ? z : Complex.of((float) z.re(), (float) z.im());
    }
    if (to == DType.FLOAT64) {
      return number(x, from);
    }
    return from == DType.FLOAT64
        ? (Object) (float) (double) x
        : from == DType.UINT64
            ? new BigDecimal(Long.toUnsignedString((long) x)).floatValue()
            : x instanceof Float ? x : (Object) (float) whole(x);
  }

  private static long whole(Object x) {
    return x instanceof Boolean b ? (b ? 1 : 0) : (long) x;
  }

  private static double number(Object x, DType from) {
    if (from == DType.UINT64) {
      return new BigDecimal(Long.toUnsignedString((long) x)).doubleValue();
    }
    return x instanceof Double d ? d : x instanceof Float f ? f : whole(x);
  }

  private static Object saturated(double x, DType to) {
    if (Double.isNaN(x)) {
      return 0L;
    }
    BigInteger least = to.iinfo().min();
    BigInteger most = to.iinfo().max();
    if (Double.isInfinite(x)) {
      return (x > 0 ? most : least).longValue();
    }
    return new BigDecimal(x).toBigInteger().min(most).max(least).longValue();
  }

  static Long wrapped(DType dtype, long x) {
    int unused = 64 - 8 * dtype.itemSize();
    return dtype.kind() == 'u' ? x << unused >>> unused : x << unused >> unused;
  }

  /** The function on elements of a dtype, or null if the oracle leaves it to the engine. */
  static Object apply(Op op, DType dtype, Object... x) {
    if (op == Op.WHERE) {
      return (boolean) x[0] ? x[1] : x[2];
    }
    if (op == Op.CLIP) {
      Object low = apply(Op.MAXIMUM, dtype, x[0], x[1]);
      return apply(Op.MINIMUM, dtype, low, x[2]);
    }
    if (dtype == DType.BOOL) {
      return truths(op, (boolean) x[0], x.length > 1 && (boolean) x[1]);
    }
    if (dtype.isInteger()) {
      return wholes(op, dtype, (long) x[0], x.length > 1 ? (long) x[1] : 0);
    }
    if (dtype.isComplex()) {
      return complexes(op, dtype, (Complex) x[0], x.length > 1 ? (Complex) x[1] : null);
    }
    if (op == Op.COMPLEX) {
      return Complex.of(number(x[0], dtype), number(x[1], dtype));
    }
    if (op == Op.FMA) {
      return dtype == DType.FLOAT64
          ? (Object) Math.fma((double) x[0], (double) x[1], (double) x[2])
          : (Object) Math.fma((float) x[0], (float) x[1], (float) x[2]);
    }
    if (op == Op.NEXTAFTER && dtype == DType.FLOAT32) {
      return Math.nextAfter((float) x[0], (double) (float) x[1]);
    }
    if (op == Op.NAN_TO_NUM) {
      double most = dtype.finfo().max();
      double value = number(x[0], dtype);
      double mended = Double.isNaN(value) ? 0 : Math.max(-most, Math.min(most, value));
      return dtype == DType.FLOAT64 ? (Object) mended : (Object) (float) mended;
    }
    Object r = floats(op, number(x[0], dtype), x.length > 1 ? number(x[1], dtype) : 0);
    return r instanceof Double d && dtype == DType.FLOAT32 ? (Object) (float) (double) d : r;
  }

  private static Object truths(Op op, boolean x, boolean y) {
    return switch (op) {
      case LOGICAL_AND -> x && y;
      case LOGICAL_OR -> x || y;
      case LOGICAL_XOR -> x != y;
      case LOGICAL_NOT -> !x;
      default -> null;
    };
  }

  private static Object wholes(Op op, DType dtype, long x, long y) {
    boolean unsigned = dtype.kind() == 'u';
    int order = unsigned ? Long.compareUnsigned(x, y) : Long.compare(x, y);
    int bits = 8 * dtype.itemSize();
    boolean shifts = unsigned ? Long.compareUnsigned(y, bits) < 0 : y >= 0 && y < bits;
    Long r =
        switch (op) {
          case ADD -> x + y;
          case SUBTRACT -> x - y;
          case MULTIPLY -> x * y;
          case NEGATIVE -> -x;
          case SQUARE -> x * x;
          case ABS -> unsigned ? x : Math.abs(x);
          case SIGN -> unsigned ? (x == 0 ? 0L : 1L) : (long) Long.signum(x);
          case MAXIMUM -> order >= 0 ? x : y;
          case MINIMUM -> order <= 0 ? x : y;
          case FLOOR_DIVIDE ->
              y == 0 ? 0 : unsigned ? Long.divideUnsigned(x, y) : Math.floorDiv(x, y);
          case REMAINDER ->
              y == 0 ? 0 : unsigned ? Long.remainderUnsigned(x, y) : Math.floorMod(x, y);
          case FMOD -> y == 0 ? 0 : unsigned ? Long.remainderUnsigned(x, y) : x % y;
          case BITWISE_AND -> x & y;
          case BITWISE_OR -> x | y;
          case BITWISE_XOR -> x ^ y;
          case BITWISE_INVERT -> ~x;
          case BITWISE_LEFT_SHIFT -> shifts ? x << y : 0;
          case BITWISE_RIGHT_SHIFT -> shifts ? x >> y : !unsigned && x < 0 ? -1 : 0;
          default -> null;
        };
    if (r != null) {
      // An unsigned right shift of all 64 bits.
      boolean right = op == Op.BITWISE_RIGHT_SHIFT && dtype == DType.UINT64 && shifts;
      return right ? (Object) (x >>> y) : wrapped(dtype, r);
    }
    return switch (op) {
      case EQUAL -> x == y;
      case NOT_EQUAL -> x != y;
      case LESS -> order < 0;
      case LESS_EQUAL -> order <= 0;
      case GREATER -> order > 0;
      case GREATER_EQUAL -> order >= 0;
      default -> null;
    };
  }

  private static Object complexes(Op op, DType dtype, Complex x, Complex y) {
    boolean wide = dtype == DType.COMPLEX128;
    return switch (op) {
      case ADD -> cast(Complex.of(x.re() + y.re(), x.im() + y.im()), DType.COMPLEX128, dtype);
      case SUBTRACT -> cast(Complex.of(x.re() - y.re(), x.im() - y.im()), DType.COMPLEX128, dtype);
      case NEGATIVE -> Complex.of(-x.re(), -x.im());
      case CONJ -> Complex.of(x.re(), -x.im());
      case REAL -> wide ? (Object) x.re() : (Object) (float) x.re();
      case IMAG -> wide ? (Object) x.im() : (Object) (float) x.im();
      case EQUAL -> x.re() == y.re() && x.im() == y.im();
      case NOT_EQUAL -> x.re() != y.re() || x.im() != y.im();
      case ISNAN -> Double.isNaN(x.re()) || Double.isNaN(x.im());
      case ISINF -> Double.isInfinite(x.re()) || Double.isInfinite(x.im());
      case ISFINITE -> Double.isFinite(x.re()) && Double.isFinite(x.im());
      default -> null;
    };
  }

  private static Object floats(Op op, double x, double y) {
    return switch (op) {
      case ADD -> x + y;
      case SUBTRACT -> x - y;
      case MULTIPLY -> x * y;
      case DIVIDE -> x / y;
      case NEGATIVE -> -x;
      case SQUARE -> x * x;
      case RECIPROCAL -> 1 / x;
      case SQRT -> Math.sqrt(x);
      case ABS -> Math.abs(x);
      case SIGN -> Math.signum(x);
      case MAXIMUM -> Math.max(x, y);
      case MINIMUM -> Math.min(x, y);
      case FMOD -> x % y;
      case REMAINDER -> remainder(x, y);
      case CEIL -> Math.ceil(x);
      case FLOOR -> Math.floor(x);
      case TRUNC -> x < 0 || 1 / x < 0 ? Math.ceil(x) : Math.floor(x);
      case ROUND, RINT -> Math.rint(x);
      case COPYSIGN -> Double.isNaN(x) ? x : Math.copySign(x, y);
      case NEXTAFTER -> Math.nextAfter(x, y);
      case EQUAL -> x == y;
      case NOT_EQUAL -> x != y;
      case LESS -> x < y;
      case LESS_EQUAL -> x <= y;
      case GREATER -> x > y;
      case GREATER_EQUAL -> x >= y;
      case ISNAN -> Double.isNaN(x);
      case ISINF -> Double.isInfinite(x);
      case ISFINITE -> Double.isFinite(x);
      default -> null;
    };
  }

  /** As Python's. */
  private static double remainder(double x, double y) {
    double r = x % y;
    if (r == 0) {
      return Math.copySign(0.0, y);
    }
    return r < 0 != y < 0 ? r + y : r;
  }

  /** The same bits, or both NaN. */
  static boolean same(Object x, Object y) {
    if (x instanceof Complex a && y instanceof Complex b) {
      return same(a.re(), b.re()) && same(a.im(), b.im());
    }
    return x.equals(y);
  }
}
