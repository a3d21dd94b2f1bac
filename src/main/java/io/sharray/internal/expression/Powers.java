package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;

/**
 * Powers whose exponent is a number. Where a product is at least as accurate as the stated error of
 * pow, or faster and no worse, the power is defined as that product, so that it has the same bits
 * however it is written.
 */
final class Powers {
  /** Of floats: a cube as a product is within 1.3 ULP, a fourth power within 3. */
  private static final int MAX_OF_FLOATS = 3;

  /** Of complex numbers; those of integers are products for all exponents. */
  private static final int MAX_OF_COMPLEX = 64;

  private static final String POW = "pow";

  private Powers() {}

  /** The product or root that the power is defined as, or null. */
  static Expr simple(Expr base, Expr exponent) {
    if (!(exponent instanceof Constant number)
        || !number.weak
        || number.dtype() == DType.BOOL
        || number.dtype().isComplex()) {
      return null;
    }
    DType common = Typing.common(POW, base, exponent);
    if (common.isInteger()) {
      return number.low >= 0
          ? product(Calls.promote(POW, base, common), number.low)
          : negative(base, number);
    }
    Expr x = Calls.promote(POW, base, common);
    double n = number.re();
    if (isProduct(n, common)) {
      return n < 0 ? inverse(product(x, (long) -n)) : product(x, (long) n);
    }
    if (Math.abs(n) == 0.5 && common.isFloat()) {
      return n < 0 ? inverse(root(x)) : root(x);
    }
    return null;
  }

  /** An inverse square is none, since it is 0 or infinity where x^2 overflows or underflows. */
  private static boolean isProduct(double n, DType dtype) {
    return dtype.isComplex()
        ? n == Math.rint(n) && Math.abs(n) <= MAX_OF_COMPLEX
        : n == Math.rint(n) && n >= -1 && n <= MAX_OF_FLOATS;
  }

  private static Expr negative(Expr base, Constant number) {
    if (!(base instanceof Constant constant) || !constant.weak) {
      throw new IllegalArgumentException(
          "pow: integers have no negative powers among the integers; convert them, as in"
              + " x.astype(DType.FLOAT64)");
    }
    return Calls.call(Op.POW, Constant.weak(constant.re()), Constant.weak(number.re()));
  }

  private static Expr product(Expr x, long exponent) {
    Expr product = null;
    Expr square = x;
    for (long n = exponent; n != 0; n >>= 1) {
      if ((n & 1) != 0) {
        product = product == null ? square : Calls.call(Op.MULTIPLY, product, square);
      }
      if (n > 1) {
        square = Calls.call(Op.SQUARE, square);
      }
    }
    return product == null ? filled(x, 1) : product;
  }

  private static Expr inverse(Expr x) {
    return x.dtype().isComplex()
        ? Calls.call(Op.DIVIDE, Constant.weak(1L), x)
        : Calls.call(Op.RECIPROCAL, x);
  }

  /** The square root, but +0 for -0 and infinity for -infinity, as the standard has powers. */
  private static Expr root(Expr x) {
    Expr root = Calls.call(Op.SQRT, Calls.call(Op.ADD, x, Constant.weak(0.0)));
    Expr infinite = Calls.call(Op.EQUAL, x, Constant.weak(Double.NEGATIVE_INFINITY));
    return Calls.call(Op.WHERE, infinite, Constant.weak(Double.POSITIVE_INFINITY), root);
  }

  /** A number in the place of every element, of the same dtype. */
  static Expr filled(Expr x, int number) {
    DType dtype = x.dtype();
    Constant value =
        dtype == DType.BOOL
            ? Constant.weak(number != 0)
            : Constant.weak((long) number).to("filled", dtype);
    if (x instanceof Constant constant) {
      return constant.weak ? value : value.asStrong();
    }
    Expr always = Calls.call(Op.EQUAL, x, x);
    return Calls.call(Op.WHERE, always, value.asStrong(), value.asStrong());
  }
}
