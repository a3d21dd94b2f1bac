package io.sharray.cli;

import io.sharray.DType;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;
import io.sharray.internal.segment.HandleRecord;
import io.sharray.internal.segment.SegmentLayout;
import io.sharray.internal.segment.StorageKind;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;

/**
 * What is known of a segment, or of what lies in the place of one. Header fields are untrusted.
 *
 * @param storage where it is
 * @param name System V id, POSIX name or path
 * @param typestr NumPy's name of the dtype; empty for a pool, "?" if unknown
 * @param shape dimension lengths
 * @param bytes of the whole segment
 * @param attached attachments of System V memory, else processes that map it; -1 for an unknown
 *     number of them, at least one
 * @param holders the processes among them that this user can see
 * @param creator process that made it, 0 if unknown
 * @param creatorLives whether that process still runs
 * @param created when, in milliseconds since 1970, -1 if unknown
 * @param state live, persistent, pool, leftover, being made, unnamed, poisoned, damaged or foreign
 * @param uuid its identity, null if unknown
 * @param handle of its array, null if it has none
 */
record Segment(
    StorageKind storage,
    String name,
    String typestr,
    List<Long> shape,
    long bytes,
    long attached,
    Set<Long> holders,
    long creator,
    boolean creatorLives,
    long created,
    String state,
    UUID uuid,
    String handle) {
  private static final long MAGIC = 0x8953485241590D0AL;
  private static final int STARTED = 104;
  private static final int NANOS = 1_000_000;

  /** What the core library reads of a segment. */
  record Peek(int status, byte[] header, long bytes, long attached) {
    static Peek at(StorageKind storage, long id, String name) {
      byte[] header = new byte[SegmentLayout.BYTES];
      long[] mapping = new long[4];
      long[] attached = {-1};
      int status =
          NativeApi.segmentPeek(
              storage.code(), id, name, header, mapping, attached, new byte[Status.ERROR_BYTES]);
      return new Peek(status, header, mapping[2], attached[0]);
    }

    UUID uuid() {
      return new UUID(ByteBuffer.wrap(header).getLong(32), ByteBuffer.wrap(header).getLong(40));
    }

    /** Whether it begins as our segments do, damaged or not. */
    boolean isOurs() {
      return ByteBuffer.wrap(header).getLong(0) == MAGIC;
    }
  }

  /** Something without a header that could be believed. */
  static Segment without(
      StorageKind storage,
      String name,
      long bytes,
      long attached,
      Set<Long> holders,
      long creator,
      long created,
      String state) {
    boolean lives = creator > 0 && Processes.lives(creator, 0);
    return new Segment(
        storage, name, "?", List.of(), bytes, attached, holders, creator, lives, created, state,
        null, null);
  }

  /**
   * A segment whose header the core library found sound.
   *
   * @param storage where it is
   * @param id System V id, else -1
   * @param name POSIX name or path, else empty
   * @param peek what was read
   * @param holders processes that map it
   */
  static Segment sound(StorageKind storage, long id, String name, Peek peek, Set<Long> holders) {
    String title = storage == StorageKind.SYSTEM_V ? Long.toString(id) : name;
    SegmentLayout layout = SegmentLayout.decode(peek.header, peek.bytes, title);
    long attached = peek.attached < 0 && !holders.isEmpty() ? holders.size() : peek.attached;
    long started = ByteBuffer.wrap(peek.header).order(ByteOrder.LITTLE_ENDIAN).getLong(STARTED);
    return new Segment(
        storage,
        title,
        layout.pool() ? "" : layout.typestr(),
        Arrays.stream(layout.shape()).boxed().toList(),
        peek.bytes,
        attached,
        holders,
        layout.creatorPid(),
        Processes.lives(layout.creatorPid(), started),
        layout.createdNanos() / NANOS,
        state(layout, attached),
        layout.uuid(),
        layout.pool() ? null : handle(storage, id, name, layout));
  }

  private static String state(SegmentLayout layout, long attached) {
    if (layout.persistent()) {
      return "persistent";
    }
    return attached == 0 ? "leftover" : layout.pool() ? "pool" : "live";
  }

  private static String handle(StorageKind storage, long id, String name, SegmentLayout layout) {
    long[] provenance = new long[2];
    NativeApi.provenance(provenance);
    long hash =
        switch (storage) {
          case SYSTEM_V -> provenance[0];
          case POSIX -> provenance[1];
          default -> 0;
        };
    return new HandleRecord(
            storage,
            hash,
            id,
            name,
            layout.uuid(),
            layout.typestr().charAt(1),
            Integer.parseInt(layout.typestr().substring(2)),
            layout.shape(),
            layout.strides(),
            layout.dataOffset() + layout.firstElement())
        .text();
  }

  /** The dtype in words. */
  String dtype() {
    if (typestr.isEmpty()) {
      return "pool";
    }
    return Arrays.stream(DType.values())
        .filter(known -> known.typestr().equals(typestr))
        .map(DType::toString)
        .findFirst()
        .orElse(typestr);
  }

  /** The shape in NumPy's style, empty where there is none. */
  String shapeText() {
    if (uuid == null || typestr.isEmpty()) {
      return "";
    }
    String inner = shape.stream().map(String::valueOf).collect(Collectors.joining(", "));
    return "(" + inner + (shape.size() == 1 ? ",)" : ")");
  }

  /** Its age, -1 if unknown. */
  long seconds() {
    return created < 0 ? -1 : Math.max(0, (System.currentTimeMillis() - created) / 1000);
  }
}
