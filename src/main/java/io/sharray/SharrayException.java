package io.sharray;

/** The parent of the failures that are neither wrong arguments nor use of closed arrays. */
public class SharrayException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public SharrayException(String message) {
    super(message);
  }

  /**
   * Reports a failure that another one caused.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   * @param cause the failure below it
   */
  public SharrayException(String message, Throwable cause) {
    super(message, cause);
  }
}
