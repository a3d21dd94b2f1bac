package io.sharray.internal.segment;

/**
 * How a segment is to be made.
 *
 * @param storage kind of memory
 * @param name POSIX name or absolute path, empty for an anonymous segment
 * @param flags of {@code segment_create} in {@code api.h}: the constants here
 * @param mode permissions, such as 0600
 */
public record Creation(StorageKind storage, String name, int flags, int mode) {
  /** It outlives its holders. */
  public static final int PERSISTENT = 1;

  /** Transparent huge pages where the kernel has them. */
  public static final int HUGE_PAGES = 2;

  /** Huge pages that the administrator reserved. */
  public static final int RESERVED_HUGE_PAGES = 4;

  /** Its pages go round the NUMA nodes. */
  public static final int INTERLEAVE = 8;

  /** No page before its first touch. */
  public static final int UNRESERVED = 16;

  /** Nobody attaches it before {@link Mapping#finish}. */
  public static final int UNFINISHED = 32;

  /** A segment of its own, whatever its size; the core library does not know this one. */
  public static final int DEDICATED = 1 << 16;

  private static final int PRIVATE = 0600;

  /** Whether the pool has such memory: for this user, without a name or options. */
  boolean isPlain() {
    return storage == StorageKind.SYSTEM_V && flags == 0 && mode == PRIVATE;
  }
}
