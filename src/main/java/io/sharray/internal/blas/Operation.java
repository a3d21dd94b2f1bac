package io.sharray.internal.blas;

/** The operations of {@code blas/call.h}, in its order. */
enum Operation {
  MATMUL,
  SOLVE,
  INV,
  DET,
  CHOLESKY,
  LU,
  QR,
  SVD,
  EIG,
  EIGH,
  LSTSQ
}
