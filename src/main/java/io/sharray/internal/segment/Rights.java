package io.sharray.internal.segment;

import java.nio.channels.FileChannel.MapMode;

/** What an attach may do with the memory. */
public enum Rights {
  /** Everybody sees what is written. */
  READ_WRITE,
  /** Writing is impossible. */
  READ_ONLY,
  /** What is written stays in this mapping; for files only. */
  COPY_ON_WRITE;

  /**
   * The number at the native border.
   *
   * @return the number
   */
  int code() {
    return ordinal();
  }

  /**
   * In the words of {@code java.nio}.
   *
   * @param mode how a file is mapped
   * @return the rights
   * @throws IllegalArgumentException if it is none of the three basic modes
   */
  public static Rights of(MapMode mode) {
    if (mode == MapMode.READ_WRITE) {
      return READ_WRITE;
    }
    if (mode == MapMode.READ_ONLY) {
      return READ_ONLY;
    }
    if (mode == MapMode.PRIVATE) {
      return COPY_ON_WRITE;
    }
    throw new IllegalArgumentException(
        "map mode " + mode + "; READ_WRITE, READ_ONLY and PRIVATE are possible");
  }
}
