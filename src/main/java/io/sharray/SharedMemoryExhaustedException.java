package io.sharray;

/** There is no room for more shared memory: {@code /dev/shm} is full, or a limit is reached. */
public class SharedMemoryExhaustedException extends SharrayException {
  private static final long serialVersionUID = 1L;

  /**
   * Reports a failure.
   *
   * @param message what was attempted, on what, the system's answer, and what to do
   */
  public SharedMemoryExhaustedException(String message) {
    super(message);
  }
}
