package io.sharray.internal.segment;

/** The kinds of memory that a segment can be of. */
public enum StorageKind {
  /** System V shared memory, found by id. */
  SYSTEM_V(1, "System V", "sysv"),
  /** POSIX shared memory, found by name. */
  POSIX(2, "POSIX", "posix"),
  /** Memory without a name, for the process that made it. */
  MEMFD(3, "memfd", "memfd"),
  /** A file of the user's, found by its absolute path. */
  FILE(4, "file", "file"),
  /** Another program's System V memory, found by id; it has no header of ours. */
  RAW_SYSTEM_V_ID(101, "foreign System V", "sysv"),
  /** Another program's System V memory, found by key. */
  RAW_SYSTEM_V_KEY(102, "foreign System V", "sysv"),
  /** Another program's POSIX memory, found by its name directly under {@code /dev/shm}. */
  RAW_POSIX(103, "foreign POSIX", "posix"),
  /** A file without a header of ours, found by its absolute path. */
  RAW_FILE(104, "foreign file", "file");

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
   * Whether other processes find its arrays by a handle.
   *
   * @return whether they do
   */
  public boolean hasHandles() {
    return this == SYSTEM_V || this == POSIX || this == FILE;
  }

  /**
   * Whether segments are found by a System V id, and else by a name or path.
   *
   * @return whether they are
   */
  public boolean hasIds() {
    return this == SYSTEM_V || this == RAW_SYSTEM_V_ID || this == RAW_SYSTEM_V_KEY;
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
