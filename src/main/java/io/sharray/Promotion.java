package io.sharray;

/** How two dtypes meet; see {@link DType}. */
final class Promotion {
  private Promotion() {}

  /** The common dtype. */
  static DType of(DType x, DType y) {
    DType result = known(x, y);
    if (result == null) {
      throw new IllegalArgumentException(
          x
              + " and "
              + y
              + " have no common dtype: no integer holds both; convert one, as in"
              + " x.astype(DType.INT64)");
    }
    return result;
  }

  /** The common dtype, or null if there is none. */
  static DType known(DType x, DType y) {
    if (x == y || y == DType.BOOL) {
      return x;
    }
    if (x == DType.BOOL) {
      return y;
    }
    if (x.isInteger() && y.isInteger()) {
      return integers(x, y);
    }
    boolean complex = x.isComplex() || y.isComplex();
    boolean wide = isWide(x) || isWide(y);
    if (complex) {
      return wide ? DType.COMPLEX128 : DType.COMPLEX64;
    }
    return wide ? DType.FLOAT64 : DType.FLOAT32;
  }

  private static DType integers(DType x, DType y) {
    if (x.kind() == y.kind()) {
      return x.itemSize() >= y.itemSize() ? x : y;
    }
    DType signed = x.kind() == 'i' ? x : y;
    DType unsigned = x.kind() == 'i' ? y : x;
    if (signed.itemSize() > unsigned.itemSize()) {
      return signed;
    }
    return switch (unsigned) {
      case UINT8 -> DType.INT16;
      case UINT16 -> DType.INT32;
      case UINT32 -> DType.INT64;
      default -> null;
    };
  }

  /** Whether single precision does not hold its values. */
  private static boolean isWide(DType dtype) {
    return switch (dtype) {
      case INT32, INT64, UINT32, UINT64, FLOAT64, COMPLEX128 -> true;
      default -> false;
    };
  }
}
