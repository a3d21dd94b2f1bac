package io.sharray;

/** The system refuses permission to a segment. */
public class SegmentAccessException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public SegmentAccessException(String message) {
    super(message);
  }
}
