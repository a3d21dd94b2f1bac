package io.sharray.linalg;

/** Norms of a matrix. */
public enum MatrixNorm {
  /** The square root of the sum of the squares of all elements. */
  FROBENIUS,
  /** The sum of the singular values. */
  NUCLEAR,
  /** The largest sum of the absolute values of a column. */
  ONE,
  /** The smallest sum of the absolute values of a column, which is no norm. */
  MINUS_ONE,
  /** The largest singular value. */
  TWO,
  /** The smallest singular value, which is no norm. */
  MINUS_TWO,
  /** The largest sum of the absolute values of a row. */
  INFINITY,
  /** The smallest sum of the absolute values of a row, which is no norm. */
  MINUS_INFINITY
}
