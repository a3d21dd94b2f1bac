package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Singular values and vectors of matrices {@code a = u diag(s) vh}.
 *
 * @param u of shape (..., m, k), or (..., m, m) if full: left vectors in its columns
 * @param s real, of shape (..., k) with k = min(m, n): values, the largest first
 * @param vh of shape (..., k, n), or (..., n, n) if full: conjugates of right vectors in its rows
 */
public record Svd(NDArray u, NDArray s, NDArray vh) implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    u.close();
    s.close();
    vh.close();
  }
}
