package io.sharray.internal.expression;

import io.sharray.DType;

/** The native reductions, in the order of the enum in {@code expression/kernel_table.h}. */
enum Accumulation {
  SUM,
  PROD,
  MIN,
  MAX,
  ARGMIN,
  ARGMAX,
  /** The sum of the squared distances from the mean. */
  MOMENT;

  /** The dtype of the result for an operand of this dtype. */
  DType result(DType operand) {
    return this == ARGMIN || this == ARGMAX ? DType.INT64 : operand;
  }

  /** The dtype in which values of a dtype are reduced without loss. */
  static DType accumulator(DType dtype) {
    return switch (dtype) {
      case UINT8, UINT16, UINT32, UINT64 -> DType.UINT64;
      case FLOAT32, FLOAT64 -> DType.FLOAT64;
      case COMPLEX64, COMPLEX128 -> DType.COMPLEX128;
      default -> DType.INT64;
    };
  }

  String functionName() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }
}
