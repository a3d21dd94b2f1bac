package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Triangular factors of matrices: their rows in the order of {@code permutation} are {@code l u}.
 *
 * @param permutation int64 of shape (..., m): the rows of the matrix in the order of the factors
 * @param l of shape (..., m, k) with k = min(m, n): lower triangular, with ones on its diagonal
 * @param u of shape (..., k, n): upper triangular
 */
public record Lu(NDArray permutation, NDArray l, NDArray u) implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    permutation.close();
    l.close();
    u.close();
  }
}
