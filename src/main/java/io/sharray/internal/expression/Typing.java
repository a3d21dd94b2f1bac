package io.sharray.internal.expression;

import io.sharray.DType;
import io.sharray.Expr;

/** Dtypes of expressions: in which one operands meet, and what a function gives. */
final class Typing {
  private Typing() {}

  /** The dtype in which operands meet. */
  static DType common(String function, Expr... operands) {
    DType result = null;
    int weak = 0;
    for (Expr operand : operands) {
      if (operand instanceof Constant constant && constant.weak) {
        weak = Math.max(weak, level(constant.dtype()));
      } else {
        result = result == null ? operand.dtype() : meet(function, result, operand.dtype());
      }
    }
    if (result == null) {
      return byLevel(weak);
    }
    if (weak <= level(result)) {
      return result;
    }
    // The number is of a wider kind than the arrays.
    return weak == 3 && result == DType.FLOAT32 ? DType.COMPLEX64 : byLevel(weak);
  }

  private static DType meet(String function, DType x, DType y) {
    try {
      return DType.resultType(x, y);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException(function + ": " + e.getMessage(), e);
    }
  }

  /** Of the kind: bool, integer, float, complex. */
  static int level(DType dtype) {
    return switch (dtype.kind()) {
      case 'b' -> 0;
      case 'i', 'u' -> 1;
      case 'f' -> 2;
      default -> 3;
    };
  }

  private static DType byLevel(int level) {
    return switch (level) {
      case 0 -> DType.BOOL;
      case 1 -> DType.INT64;
      case 2 -> DType.FLOAT64;
      default -> DType.COMPLEX128;
    };
  }

  /** The dtype that a function computes in, for operands that meet in {@code common}. */
  static DType computing(Op op, DType common) {
    boolean whole = common.isInteger() || common == DType.BOOL;
    return switch (op.kind()) {
      case FLOATS, SIGNS, PAIRS -> whole ? DType.FLOAT64 : refuseComplex(op, common);
      case FIELDS -> whole ? DType.FLOAT64 : common;
      case REALS -> refuseBool(op, refuseComplex(op, common));
      case COMPARE -> common == DType.BOOL ? DType.UINT8 : refuseComplex(op, common);
      case NUMBERS, MAGNITUDE -> refuseBool(op, common);
      case INTEGERS -> {
        if (!common.isInteger()) {
          throw wrong(op, common, "integers", "convert it, as in x.astype(DType.INT64)");
        }
        yield common;
      }
      case BOOLS -> {
        if (common != DType.BOOL) {
          throw wrong(op, common, "bools", "compare it, as in notEqual(x, 0)");
        }
        yield common;
      }
      case COMPLEXES, PARTS -> {
        if (!common.isComplex()) {
          throw wrong(
              op, common, "complex numbers", "convert it, as in x.astype(DType.COMPLEX128)");
        }
        yield common;
      }
      default -> common;
    };
  }

  private static DType refuseComplex(Op op, DType dtype) {
    if (dtype.isComplex()) {
      throw wrong(op, dtype, "real numbers", "take real(x), imag(x) or abs(x)");
    }
    return dtype;
  }

  private static DType refuseBool(Op op, DType dtype) {
    if (dtype == DType.BOOL) {
      throw wrong(op, dtype, "numbers", "convert it, as in x.astype(DType.INT64)");
    }
    return dtype;
  }

  private static IllegalArgumentException wrong(Op op, DType dtype, String wanted, String remedy) {
    return new IllegalArgumentException(
        op.functionName() + ": the operand is " + dtype + ", but takes " + wanted + "; " + remedy);
  }

  /** The dtype of the result, for operands of the dtype that is computed in. */
  static DType result(Op op, DType computing) {
    return switch (op.kind()) {
      case EQUALITY, COMPARE, TEST, SIGNS, BOOLS -> DType.BOOL;
      case PARTS, MAGNITUDE -> computing.real();
      case PAIRS -> computing == DType.FLOAT32 ? DType.COMPLEX64 : DType.COMPLEX128;
      default -> computing;
    };
  }
}
