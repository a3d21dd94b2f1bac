package io.sharray;

import io.sharray.internal.Settings;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.StorageKind;
import java.util.Locale;

/**
 * The kind of shared memory that an array is created in. Immutable.
 *
 * <p>Memory lives while a process holds it, and goes with its last holder, killed ones included:
 * System V memory at once, POSIX memory with the next start of this library by the same user. Only
 * persistent POSIX memory stays.
 */
public final class Storage {
  private static final int PRIVATE = 0600;

  private final StorageKind kind;
  private final String name;
  private final boolean persistent;
  private final int mode;

  private Storage(StorageKind kind, String name, boolean persistent, int mode) {
    this.kind = kind;
    this.name = name;
    this.persistent = persistent;
    this.mode = mode;
  }

  /**
   * System V shared memory, which has no names: the default.
   *
   * @return the storage
   */
  public static Storage systemV() {
    return new Storage(StorageKind.SYSTEM_V, "", false, PRIVATE);
  }

  /**
   * POSIX shared memory without a name of its own.
   *
   * @return the storage
   */
  public static Storage posix() {
    return new Storage(StorageKind.POSIX, "", false, PRIVATE);
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
    return new Storage(StorageKind.POSIX, name, false, PRIVATE);
  }

  /**
   * The same storage, whose memory stays until it is removed or the machine restarts.
   *
   * @return the persistent storage
   * @throws IllegalArgumentException if it is not POSIX memory with a name
   */
  public Storage persistent() {
    if (name.isEmpty()) {
      throw new IllegalArgumentException(
          this + " cannot be persistent: nothing would find it again; use Storage.posix(name)");
    }
    return new Storage(kind, name, true, mode);
  }

  /**
   * The same storage with other permissions.
   *
   * @param mode 0600 for this user only, 0660 for the group too, 0666 for everybody
   * @return the storage
   * @throws IllegalArgumentException if it is not System V memory, or the mode is none of the three
   */
  public Storage mode(int mode) {
    if (kind != StorageKind.SYSTEM_V) {
      throw new IllegalArgumentException(this + " is for its user only; use Storage.systemV()");
    }
    if (mode != PRIVATE && mode != 0660 && mode != 0666) {
      throw new IllegalArgumentException(
          "mode 0" + Integer.toOctalString(mode) + "; 0600, 0660 and 0666 are possible");
    }
    return new Storage(kind, name, persistent, mode);
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
      default ->
          throw new IllegalArgumentException(
              "setting sharray.storage is \"" + word + "\"; it can be sysv or posix");
    };
  }

  StorageKind kind() {
    return kind;
  }

  String name() {
    return name;
  }

  boolean isPersistent() {
    return persistent;
  }

  int mode() {
    return mode;
  }

  /** Returns the storage as it is written in Java, such as {@code Storage.posix("a")}. */
  @Override
  public String toString() {
    String made =
        kind == StorageKind.SYSTEM_V
            ? "Storage.systemV()"
            : name.isEmpty() ? "Storage.posix()" : "Storage.posix(\"" + name + "\")";
    return made
        + (persistent ? ".persistent()" : "")
        + (mode == PRIVATE ? "" : ".mode(0" + Integer.toOctalString(mode) + ")");
  }
}
