package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Orthogonal and triangular factors of matrices {@code a = q r}.
 *
 * @param q of shape (..., m, k): orthonormal columns
 * @param r of shape (..., k, n): upper triangular
 */
public record Qr(NDArray q, NDArray r) implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    q.close();
    r.close();
  }
}
