package io.sharray;

import io.sharray.internal.Settings;
import io.sharray.internal.segment.Creation;
import io.sharray.internal.segment.FilePaths;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.StorageKind;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The kind of memory that an array is created in. Immutable.
 *
 * <p>Memory lives while a process holds it, and goes with its last holder, killed ones included:
 * System V and memfd memory at once, POSIX memory with the next start of this library by the same
 * user. Persistent POSIX memory and files stay.
 *
 * <p>Options of pages follow: {@link #hugePages}, {@link #reservedHugePages}, {@link #prefault},
 * {@link #interleave} and {@link #unreserved}. What of them this machine can do, {@code sharray
 * doctor} tells.
 */
public final class Storage {
  private static final int PRIVATE = 0600;

  private final StorageKind kind;
  private final String name;
  private final int mode;
  private final int flags;
  private final boolean prefault;

  private Storage(StorageKind kind, String name, int mode, int flags, boolean prefault) {
    this.kind = kind;
    this.name = name;
    this.mode = mode;
    this.flags = flags;
    this.prefault = prefault;
  }

  private Storage(StorageKind kind, String name) {
    this(kind, name, PRIVATE, 0, false);
  }

  /**
   * System V shared memory, which has no names: the default.
   *
   * @return the storage
   */
  public static Storage systemV() {
    return new Storage(StorageKind.SYSTEM_V, "");
  }

  /**
   * POSIX shared memory without a name of its own.
   *
   * @return the storage
   */
  public static Storage posix() {
    return new Storage(StorageKind.POSIX, "");
  }

  /**
   * POSIX shared memory that this user's processes find by name.
   *
   * @param name 1 to 200 letters, digits, {@code _ . -}, not beginning with a dot
   * @return the storage
   * @throws IllegalArgumentException if that is no name
   */
  public static Storage posix(String name) {
    if (!HandleRecord.isName(name)) {
      throw new IllegalArgumentException(
          "\""
              + name
              + "\" is no name for POSIX shared memory: 1 to 200 letters, digits, '_', '.'"
              + " or '-', not beginning with '.'");
    }
    return new Storage(StorageKind.POSIX, name);
  }

  /**
   * Memory for this process and its forked children only. Its arrays have no {@link NDArray#handle
   * handle}; nothing of it is left in any name space, whatever happens.
   *
   * @return the storage
   */
  public static Storage memfd() {
    return new Storage(StorageKind.MEMFD, "");
  }

  /**
   * A file, which must not exist yet and stays: it is this user's to remove. All its bytes are
   * allocated. {@link NDArray#openFile(Path)} opens it again, {@link NDArray#flush} writes changes
   * to the disk. It must be on a local filesystem: those without unnamed files or with locks that
   * do not hold, such as NFS and overlayfs (the root of a container), are refused.
   *
   * @param path of the file, by convention without a suffix or with {@code .sharray}
   * @return the storage
   * @throws IllegalArgumentException if the path names no file
   */
  public static Storage file(Path path) {
    return new Storage(StorageKind.FILE, FilePaths.real(path));
  }

  /**
   * The same storage, whose memory stays until it is removed or the machine restarts. Files are so
   * anyway.
   *
   * @return the persistent storage
   * @throws IllegalArgumentException if it is neither a file nor POSIX memory with a name
   */
  public Storage persistent() {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          this + " cannot be persistent: nothing would find it again; use Storage.posix(name)");
    }
    return kind == StorageKind.FILE ? this : with(Creation.PERSISTENT);
  }

  /**
   * The same storage with other permissions.
   *
   * @param mode 0600 for this user only, 0660 for the group too, 0666 for everybody
   * @return the storage
   * @throws IllegalArgumentException if it is neither System V memory nor a file, or the mode is
   *     none of the three
   */
  public Storage mode(int mode) {
    if (kind != StorageKind.SYSTEM_V && kind != StorageKind.FILE) {
      throw new IllegalArgumentException(
          this + " is for its user only; use Storage.systemV() or Storage.file(path)");
    }
    if (mode != PRIVATE && mode != 0660 && mode != 0666) {
      throw new IllegalArgumentException(
          "mode 0" + Integer.toOctalString(mode) + "; 0600, 0660 and 0666 are possible");
    }
    return new Storage(kind, name, mode, flags, prefault);
  }

  /**
   * The same storage with transparent huge pages, where the kernel has them for shared memory:
   * faster access to large arrays. Elsewhere it changes nothing.
   *
   * @return the storage
   * @throws IllegalArgumentException if it is a file
   */
  public Storage hugePages() {
    requireMemory("hugePages");
    return with(Creation.HUGE_PAGES);
  }

  /**
   * The same storage in huge pages that the administrator has reserved (hugetlb). Creation throws
   * {@link SharedMemoryExhaustedException} where too few are free, and {@link
   * SegmentAccessException} where this user may not have them.
   *
   * @return the storage
   * @throws IllegalArgumentException if it is neither System V nor memfd memory, or unreserved
   */
  public Storage reservedHugePages() {
    if (kind != StorageKind.SYSTEM_V && kind != StorageKind.MEMFD) {
      throw new IllegalArgumentException(
          this
              + " cannot have reserved huge pages; Storage.systemV() and Storage.memfd() can, and"
              + " hugePages() asks for transparent ones");
    }
    return with(Creation.RESERVED_HUGE_PAGES);
  }

  /**
   * The same storage, whose pages are all taken by the threads that will compute, before {@code
   * create} returns: the first computation then runs at full speed, and each thread has its part in
   * the memory next to it. Creation throws {@link SharedMemoryExhaustedException} where there is no
   * room for them.
   *
   * @return the storage
   */
  public Storage prefault() {
    return new Storage(kind, name, mode, flags, true);
  }

  /**
   * The same storage with a segment for each array, which is released when it is closed. Without
   * this, small arrays in {@code Storage.systemV()} share segments, and the memory of closed ones
   * is used again. Other storages are so anyway.
   *
   * @return the storage
   */
  public Storage dedicated() {
    return with(Creation.DEDICATED);
  }

  /**
   * The same storage with its pages in turn on all NUMA nodes: for arrays that every thread reads
   * everywhere. It changes nothing where there is one node; creation throws {@link
   * SegmentAccessException} where the container forbids it.
   *
   * @return the storage
   * @throws IllegalArgumentException if it is a file
   */
  public Storage interleave() {
    requireMemory("interleave");
    return with(Creation.INTERLEAVE);
  }

  /**
   * The same storage without taking pages at creation: each is taken by the thread that touches it
   * first, on the NUMA node of that thread, as System V memory does anyway. The price: where {@code
   * /dev/shm} or the memory is full then, the array is lost ({@link SegmentPoisonedException})
   * instead of its creation refused.
   *
   * @return the storage
   * @throws IllegalArgumentException if it is neither POSIX nor memfd memory, or in reserved huge
   *     pages
   */
  public Storage unreserved() {
    if (kind != StorageKind.POSIX && kind != StorageKind.MEMFD) {
      throw new IllegalArgumentException(
          this
              + (kind == StorageKind.SYSTEM_V
                  ? " takes no pages at creation anyway"
                  : " always has room for its bytes"));
    }
    return with(Creation.UNRESERVED);
  }

  private void requireMemory(String option) {
    if (kind == StorageKind.FILE) {
      throw new IllegalArgumentException(
          this + " leaves its pages to the filesystem; " + option + "() is for memory");
    }
  }

  private Storage with(int flag) {
    Storage made = new Storage(kind, name, mode, flags | flag, prefault);
    int contradiction = Creation.UNRESERVED | Creation.RESERVED_HUGE_PAGES;
    if ((made.flags & contradiction) == contradiction) {
      throw new IllegalArgumentException(made + " contradicts itself; leave out one of the two");
    }
    return made;
  }

  /** The storage of new arrays: the setting {@code sharray.storage}, else System V. */
  static Storage byDefault() {
    String word = Settings.get("sharray.storage");
    if (word == null) {
      return systemV();
    }
    return switch (word.toLowerCase(Locale.ROOT)) {
      case "sysv" -> systemV();
      case "posix" -> posix();
      case "memfd" -> memfd();
      default ->
          throw new IllegalArgumentException(
              "setting sharray.storage is \"" + word + "\"; it can be sysv, posix or memfd");
    };
  }

  /**
   * How a segment is made in it now: directories may have come and gone since the path was named.
   */
  Creation creation() {
    String found = kind == StorageKind.FILE ? FilePaths.real(Path.of(name)) : name;
    return new Creation(kind, found, prefault ? flags | Creation.DEDICATED : flags, mode);
  }

  /** The same, but nobody finds an array in it by its name before it is finished. */
  Storage unfinished() {
    boolean named = kind == StorageKind.POSIX || kind == StorageKind.FILE;
    return named ? new Storage(kind, name, mode, flags | Creation.UNFINISHED, prefault) : this;
  }

  /** Whether arrays in it are found by more than their handles. */
  boolean hasName() {
    return !name.isEmpty();
  }

  boolean prefaults() {
    return prefault;
  }

  /** Returns the storage as it is written in Java, such as {@code Storage.posix("a")}. */
  @Override
  public String toString() {
    StringBuilder text = new StringBuilder("Storage.");
    switch (kind) {
      case SYSTEM_V -> text.append("systemV()");
      case MEMFD -> text.append("memfd()");
      case FILE -> text.append("file(").append(name).append(')');
      default -> text.append(name.isEmpty() ? "posix()" : "posix(\"" + name + "\")");
    }
    if (mode != PRIVATE) {
      text.append(".mode(0").append(Integer.toOctalString(mode)).append(')');
    }
    option(text, Creation.PERSISTENT, "persistent");
    option(text, Creation.HUGE_PAGES, "hugePages");
    option(text, Creation.RESERVED_HUGE_PAGES, "reservedHugePages");
    option(text, Creation.INTERLEAVE, "interleave");
    option(text, Creation.UNRESERVED, "unreserved");
    option(text, Creation.DEDICATED, "dedicated");
    return text.append(prefault ? ".prefault()" : "").toString();
  }

  private void option(StringBuilder text, int flag, String option) {
    if ((flags & flag) != 0) {
      text.append('.').append(option).append("()");
    }
  }
}
