package io.sharray;

/** There is a segment, but its header is not ours, is damaged, or is of another version. */
public class IncompatibleSegmentException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public IncompatibleSegmentException(String message) {
    super(message);
  }
}
