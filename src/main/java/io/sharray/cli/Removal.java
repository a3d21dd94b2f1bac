package io.sharray.cli;

import io.sharray.SegmentGoneException;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;
import io.sharray.internal.segment.FilePaths;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.StorageKind;
import java.nio.ByteBuffer;
import java.util.UUID;

/**
 * A segment that is to lose its name.
 *
 * @param storage where it is
 * @param id System V id, else -1
 * @param name POSIX name or absolute path, else empty
 * @param uuid the only one that may go; null for whichever is there
 */
record Removal(StorageKind storage, long id, String name, UUID uuid) {
  /**
   * Reads an argument.
   *
   * @param text a handle, the name of a POSIX segment, or a path, with {@code file:} before it or a
   *     slash in it
   * @return what it stands for
   * @throws IllegalArgumentException if it is none of them
   */
  static Removal of(String text) {
    if (Operands.isHandle(text)) {
      HandleRecord handle = HandleRecord.parse(text.strip());
      return new Removal(handle.storage(), handle.id(), handle.name(), handle.uuid());
    }
    if (Operands.isPath(text)) {
      String path = FilePaths.real(Operands.path(text));
      return new Removal(StorageKind.FILE, -1, path, null);
    }
    if (!HandleRecord.isName(text)) {
      throw new IllegalArgumentException(
          "'"
              + text
              + "' is neither a handle, the name of a POSIX segment, nor a path with a slash");
    }
    return new Removal(StorageKind.POSIX, -1, text, null);
  }

  /**
   * Removes it.
   *
   * @return a line that says what went
   * @throws RuntimeException if it stays; the message says why
   */
  String run() {
    if (storage == StorageKind.SYSTEM_V) {
      throw systemV(id, uuid);
    }
    long[] bytes = new long[1];
    byte[] error = new byte[Status.ERROR_BYTES];
    byte[] wanted = uuid == null ? null : bytes(uuid);
    int status = NativeApi.segmentRemove(storage.code(), name, wanted, bytes, error);
    if (status == Status.GONE && uuid == null && name.matches("\\d{1,10}")) {
      // The names that ls prints of System V segments are their ids.
      RuntimeException reason = systemV(Long.parseLong(name), null);
      if (!(reason instanceof SegmentGoneException)) {
        throw reason;
      }
    }
    Status.check(status, error);
    return "removed "
        + storage.word()
        + " "
        + name
        + ", "
        + bytes[0]
        + " bytes"
        + (status == 0 ? "" : "; processes still hold it, and its memory goes with the last");
  }

  private static RuntimeException systemV(long id, UUID uuid) {
    Segment.Peek peek = Segment.Peek.at(StorageKind.SYSTEM_V, id, "");
    boolean there = peek.status() == Status.OK;
    if (!there || uuid != null && !uuid.equals(peek.uuid())) {
      return new SegmentGoneException("System V segment " + id + " is gone already");
    }
    Processes.Mapped mapped = Processes.mapped().get(Processes.key(id));
    return new IllegalArgumentException(
        "cannot remove System V segment "
            + id
            + ": it dies with its holders, and has no name to remove; close the array, or end "
            + (mapped == null ? "its " + peek.attached() + " holders" : processes(mapped)));
  }

  private static String processes(Processes.Mapped mapped) {
    String pids = mapped.holders().toString();
    return "process " + pids.substring(1, pids.length() - 1);
  }

  private static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }

  /** Removes a segment that could not be filled; what keeps it is of less interest. */
  static void discard(StorageKind storage, String name, UUID uuid) {
    NativeApi.segmentRemove(
        storage.code(), name, bytes(uuid), new long[1], new byte[Status.ERROR_BYTES]);
  }
}
