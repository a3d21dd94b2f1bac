package io.sharray;

/** Another process truncated the memory of a segment while it was in use; its contents are lost. */
public class SegmentPoisonedException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public SegmentPoisonedException(String message) {
    super(message);
  }
}
