package io.sharray.internal.jni;

import io.sharray.IncompatibleSegmentException;
import io.sharray.SegmentAccessException;
import io.sharray.SegmentGoneException;
import io.sharray.SegmentPoisonedException;
import io.sharray.SharedMemoryExhaustedException;
import io.sharray.SharrayException;
import java.nio.charset.StandardCharsets;

/** The statuses of {@code api.h} and the exceptions that they become. */
public final class Status {
  /** Success. */
  public static final int OK = 0;

  /** No such segment any more. */
  public static final int GONE = -1;

  /** The system refuses permission. */
  public static final int ACCESS = -2;

  /** The memory was truncated. */
  public static final int POISONED = -3;

  /** A segment with a header that is not ours. */
  public static final int INCOMPATIBLE = -4;

  /** No room. */
  public static final int EXHAUSTED = -5;

  /** The name is taken. */
  public static final int EXISTS = -6;

  /** An argument that the caller should have checked. */
  public static final int INVALID = -7;

  /** Any other answer of the system. */
  public static final int SYSTEM = -8;

  /** Size of the buffers that native functions write their sentence into. */
  public static final int ERROR_BYTES = 512;

  private Status() {}

  /**
   * Turns a failure into its exception.
   *
   * @param status what a native function returned
   * @param error the sentence it wrote
   * @throws RuntimeException the exception, if the status is negative
   */
  public static void check(int status, byte[] error) {
    if (status < 0) {
      throw exception(status, text(error));
    }
  }

  /**
   * The exception of a status.
   *
   * @param status negative
   * @param message for people; a general one replaces it if it is empty
   * @return the exception, not thrown
   */
  public static RuntimeException exception(int status, String message) {
    String words =
        message.isEmpty() ? "the native library answered with status " + status : message;
    return switch (status) {
      case GONE -> new SegmentGoneException(words);
      case ACCESS -> new SegmentAccessException(words);
      case POISONED -> new SegmentPoisonedException(words);
      case INCOMPATIBLE -> new IncompatibleSegmentException(words);
      case EXHAUSTED -> new SharedMemoryExhaustedException(words);
      case EXISTS, INVALID -> new IllegalArgumentException(words);
      default -> new SharrayException(words);
    };
  }

  /**
   * Reads NUL-terminated UTF-8.
   *
   * @param bytes as a native function left them
   * @return the text before the first NUL
   */
  public static String text(byte[] bytes) {
    int length = 0;
    while (length < bytes.length && bytes[length] != 0) {
      length++;
    }
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }
}
