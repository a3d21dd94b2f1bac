package io.sharray;

/** The segment that a handle or name stands for does not exist any more, or not here. */
public class SegmentGoneException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public SegmentGoneException(String message) {
    super(message);
  }
}
