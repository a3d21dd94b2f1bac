package io.sharray.linalg;

import io.sharray.NDArray;

/**
 * Determinants that may be beyond the range of their dtype: {@code sign exp(logabsdet)}.
 *
 * @param sign of the dtype of the matrices, of absolute value 1, or 0 for singular ones
 * @param logabsdet real: the natural logarithm of the absolute value, negative infinity for
 *     singular ones
 */
public record Slogdet(NDArray sign, NDArray logabsdet) implements AutoCloseable {
  /** Closes the arrays. */
  @Override
  public void close() {
    sign.close();
    logabsdet.close();
  }
}
