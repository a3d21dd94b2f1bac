package io.sharray;

import io.sharray.internal.segment.Block;
import io.sharray.internal.segment.FilePaths;
import io.sharray.internal.segment.Rights;
import io.sharray.internal.segment.Segments;
import io.sharray.internal.segment.StorageKind;
import java.nio.file.Path;

/**
 * Memory that another program made, without a header of ours: Python's {@code
 * multiprocessing.shared_memory}, a simulation code's segment, a file of numbers. Immutable; it is
 * a name only, and attached by {@link NDArray#attachRaw}.
 */
public final class RawSegment {
  private final StorageKind kind;
  private final long number;
  private final String name;
  private final String words;

  private RawSegment(StorageKind kind, long number, String name, String words) {
    this.kind = kind;
    this.number = number;
    this.name = name;
    this.words = words;
  }

  /**
   * POSIX shared memory by the name that {@code shm_open} takes.
   *
   * @param name with or without the slash before it, such as {@code psm_1a2b}
   * @return the segment
   * @throws IllegalArgumentException if it has another slash, or is empty
   */
  public static RawSegment posix(String name) {
    String plain = name.startsWith("/") ? name.substring(1) : name;
    if (plain.isEmpty() || plain.indexOf('/') >= 0 || plain.indexOf('\0') >= 0) {
      throw new IllegalArgumentException(
          "\"" + name + "\" is no name of POSIX shared memory: it has no slash but one before it");
    }
    return new RawSegment(StorageKind.RAW_POSIX, -1, plain, "posix(\"" + plain + "\")");
  }

  /**
   * System V shared memory by its id, as {@code shmget} returned it and {@code ipcs -m} shows it.
   *
   * @param id at least 0
   * @return the segment
   * @throws IllegalArgumentException if the id is negative
   */
  public static RawSegment systemVId(int id) {
    if (id < 0) {
      throw new IllegalArgumentException("System V id " + id + "; ids are at least 0");
    }
    return new RawSegment(StorageKind.RAW_SYSTEM_V_ID, id, "", "systemVId(" + id + ")");
  }

  /**
   * System V shared memory by its key, as {@code ftok} makes it and {@code shmget} takes it.
   *
   * @param key not 0, which is {@code IPC_PRIVATE}
   * @return the segment
   * @throws IllegalArgumentException if the key is 0
   */
  public static RawSegment systemVKey(int key) {
    if (key == 0) {
      throw new IllegalArgumentException("System V key 0 is IPC_PRIVATE and finds nothing");
    }
    String words = "systemVKey(0x" + Integer.toHexString(key) + ")";
    return new RawSegment(StorageKind.RAW_SYSTEM_V_KEY, key, "", words);
  }

  /**
   * A file of numbers. Links are followed.
   *
   * @param path of the file
   * @return the segment
   */
  public static RawSegment file(Path path) {
    String real = FilePaths.followed(path);
    return new RawSegment(StorageKind.RAW_FILE, -1, real, "file(" + real + ")");
  }

  /** Attaches all of it; the caller holds it once. */
  Block attach(Rights rights) {
    return Segments.attachRaw(kind, number, name, rights);
  }

  /** Returns the segment as it is written in Java, such as {@code RawSegment.systemVId(7)}. */
  @Override
  public String toString() {
    return "RawSegment." + words;
  }
}
