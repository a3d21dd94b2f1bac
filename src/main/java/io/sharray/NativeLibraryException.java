package io.sharray;

/** The native library cannot be found, loaded, or does not belong to this version. */
public class NativeLibraryException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, the system's answer, and what to do
   */
  public NativeLibraryException(String message) {
    super(message);
  }

  /**
   * Reports a failure that another one caused.
   *
   * @param message what was attempted, the system's answer, and what to do
   * @param cause the failure below it
   */
  public NativeLibraryException(String message, Throwable cause) {
    super(message, cause);
  }
}
