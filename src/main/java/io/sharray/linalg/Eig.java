package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Eigenvalues and eigenvectors of matrices: {@code a v = v diag(w)}.
 *
 * @param eigenvalues of shape (..., n): complex in any order from {@code eig}, real and ascending
 *     from {@code eigh}
 * @param eigenvectors of shape (..., n, n): the vectors in its columns, of length 1
 */
public record Eig(NDArray eigenvalues, NDArray eigenvectors) implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    eigenvalues.close();
    eigenvectors.close();
  }
}
