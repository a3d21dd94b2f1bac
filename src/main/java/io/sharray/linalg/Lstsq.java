package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Solutions of least squares: of all x for which {@code |b - a x|} is least, the shortest.
 *
 * @param x of shape (..., n, k), or (..., n) for a vector b
 * @param residuals real, of shape (..., k), or (...) for a vector b: the squares {@code |b - a x|²}
 * @param rank int64 of shape (...): how many singular values count
 * @param singularValues real, of shape (..., min(m, n)): those of a, the largest first
 */
public record Lstsq(NDArray x, NDArray residuals, NDArray rank, NDArray singularValues)
    implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    x.close();
    residuals.close();
    rank.close();
    singularValues.close();
  }
}
