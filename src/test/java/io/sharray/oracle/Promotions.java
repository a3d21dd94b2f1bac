package io.sharray.oracle;

import io.sharray.DType;
import io.sharray.internal.expression.Op;

/** The dtypes of results, from a table of the array API standard and NumPy; null for "refused". */
final class Promotions {
  private static final String[] TABLE = {
    "b i1 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16",
    "i1 i1 i2 i4 i8 i2 i4 i8 - f4 f8 c8 c16",
    "i2 i2 i2 i4 i8 i2 i4 i8 - f4 f8 c8 c16",
    "i4 i4 i4 i4 i8 i4 i4 i8 - f8 f8 c16 c16",
    "i8 i8 i8 i8 i8 i8 i8 i8 - f8 f8 c16 c16",
    "u1 i2 i2 i4 i8 u1 u2 u4 u8 f4 f8 c8 c16",
    "u2 i4 i4 i4 i8 u2 u2 u4 u8 f4 f8 c8 c16",
    "u4 i8 i8 i8 i8 u4 u4 u4 u8 f8 f8 c16 c16",
    "u8 - - - - u8 u8 u8 u8 f8 f8 c16 c16",
    "f4 f4 f4 f8 f8 f4 f4 f8 f8 f4 f8 c8 c16",
    "f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 f8 c16 c16",
    "c8 c8 c8 c16 c16 c8 c8 c16 c16 c8 c16 c8 c16",
    "c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16 c16"
  };

  private Promotions() {}

  static DType of(DType x, DType y) {
    String name = TABLE[x.ordinal()].split(" ")[y.ordinal()];
    for (DType dtype : DType.values()) {
      if (name.equals(dtype == DType.BOOL ? "b" : dtype.kind() + "" + dtype.itemSize())) {
        return dtype;
      }
    }
    return null;
  }

  /** Of values, some of which may be weak numbers. */
  static DType of(Value... values) {
    DType strong = null;
    DType weak = null;
    boolean any = false;
    for (Value value : values) {
      if (value.weak()) {
        weak = weak == null || value.dtype().compareTo(weak) > 0 ? value.dtype() : weak;
      } else {
        strong = any ? (strong == null ? null : of(strong, value.dtype())) : value.dtype();
        any = true;
      }
    }
    if (!any) {
      return weak;
    }
    if (strong == null || weak == null || level(weak) <= level(strong)) {
      return strong;
    }
    return weak.isComplex() && strong == DType.FLOAT32 ? DType.COMPLEX64 : weak;
  }

  private static int level(DType dtype) {
    return dtype == DType.BOOL ? 0 : dtype.isInteger() ? 1 : dtype.isFloat() ? 2 : 3;
  }

  /** The dtype in which an operation is done on operands that meet in {@code common}. */
  static DType computing(Op op, DType common) {
    boolean bool = common == DType.BOOL;
    boolean whole = bool || common.isInteger();
    return switch (op.kind()) {
      case NUMBERS, MAGNITUDE -> bool ? null : common;
      case REALS -> bool || common.isComplex() ? null : common;
      case INTEGERS -> common.isInteger() ? common : null;
      case FLOATS, SIGNS, PAIRS -> whole ? DType.FLOAT64 : common.isComplex() ? null : common;
      case FIELDS -> whole ? DType.FLOAT64 : common;
      case COMPLEXES, PARTS -> common.isComplex() ? common : null;
      case COMPARE -> bool ? DType.UINT8 : common.isComplex() ? null : common;
      case BOOLS -> bool ? common : null;
      default -> common;
    };
  }

  static DType result(Op op, DType computing) {
    return switch (op.kind()) {
      case EQUALITY, COMPARE, TEST, SIGNS, BOOLS -> DType.BOOL;
      case PARTS, MAGNITUDE -> computing.real();
      case PAIRS -> computing == DType.FLOAT32 ? DType.COMPLEX64 : DType.COMPLEX128;
      default -> computing;
    };
  }
}
