package io.sharray.internal.segment;

/** The kinds of memory that a segment can be of. */
public enum StorageKind {
  /** System V shared memory, found by id. */
  SYSTEM_V(1, "System V", "sysv"),
  /** POSIX shared memory, found by name. */
  POSIX(2, "POSIX", "posix");

  private final int code;
  private final String words;
  private final String word;

  StorageKind(int code, String words, String word) {
    this.code = code;
    this.words = words;
    this.word = word;
  }

  /**
   * Its number in headers, in handles and at the native border.
   *
   * @return the number
   */
  public int code() {
    return code;
  }

  /**
   * Its word in settings and on the command line.
   *
   * @return the word
   */
  public String word() {
    return word;
  }

  /**
   * Finds a kind by its number.
   *
   * @param code the number
   * @return the kind, or null if there is none
   */
  public static StorageKind of(int code) {
    for (StorageKind kind : values()) {
      if (kind.code == code) {
        return kind;
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return words;
  }
}
