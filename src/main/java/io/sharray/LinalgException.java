package io.sharray;

/**
 * An operation of linear algebra has no result for a matrix: it is singular, not positive definite,
 * not symmetric, holds NaN or infinity, or an iteration did not converge.
 */
public class LinalgException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /** Place of the matrix in the batch. */
  private final long index;

  /** LAPACK's answer. */
  private final long info;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on which matrix, what is wrong with it, and what to do
   * @param index place of the matrix in the batch
   * @param info LAPACK's answer, 0 where it was not asked
   */
  public LinalgException(String message, long index, long info) {
    super(message);
    this.index = index;
    this.info = info;
  }

  /**
   * The first matrix of the batch that failed.
   *
   * @return its place in C order, from 0; 0 if there is one matrix only
   */
  public long index() {
    return index;
  }

  /**
   * What LAPACK answered: for a singular matrix the diagonal element that is zero, counted from 1;
   * for one that is not positive definite the order of the leading part that is not.
   *
   * @return LAPACK's {@code info}, or 0 where it was not asked
   */
  public long info() {
    return info;
  }
}
