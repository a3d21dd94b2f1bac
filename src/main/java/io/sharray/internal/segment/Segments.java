package io.sharray.internal.segment;

import io.sharray.DType;
import io.sharray.SegmentGoneException;
import io.sharray.internal.array.Shapes;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import io.sharray.internal.jni.Status;
import io.sharray.internal.parallel.EngineSettings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Creates and attaches segments. Thread-safe. */
public final class Segments {
  private static final int COLLECTOR_TRIES = 10;

  private Segments() {}

  /**
   * A segment whose data the caller holds once.
   *
   * @param block its data
   * @param layout its checked header
   */
  public record Segment(Block block, SegmentLayout layout) {}

  /** Loads the native library and sweeps once, with the first use. */
  private static final class Ready {
    static final SecureRandom RANDOM = new SecureRandom();
    static final long[] PROVENANCE = new long[2];

    static {
      NativeApi.provenance(PROVENANCE);
      NativeApi.segmentSweep(new long[1], new byte[1], 1);
    }

    private Ready() {}

    static void ensure() {
      Reachability.poll();
    }
  }

  /**
   * Loads the native library, applies the settings and sweeps, unless that is done.
   *
   * @throws io.sharray.NativeLibraryException if there is none for this system
   */
  public static void ready() {
    // Outside of the initializer, so that a failure is told each time in its own words.
    NativeLibrary.load();
    EngineSettings.apply();
    Ready.ensure();
  }

  /**
   * Creates memory for one C-contiguous array.
   *
   * @param how kind of memory, name and options
   * @param dtype type of the elements
   * @param shape dimension lengths, checked
   * @param zeroed whether it must be zeros, else it may be anything
   * @return its bytes, held once
   */
  public static Block create(Creation how, DType dtype, long[] shape, boolean zeroed) {
    ready();
    return Pooling.serves(how)
        ? Pooling.create(dtype, shape, Shapes.checkedBytes(shape, dtype.itemSize()), zeroed)
        : dedicated(how, dtype, shape);
  }

  private static Block dedicated(Creation how, DType dtype, long[] shape) {
    boolean anonymous = how.storage() == StorageKind.POSIX && how.name().isEmpty();
    String name = anonymous ? randomName() : how.name();
    byte[] header = SegmentLayout.encode(dtype, shape);
    long[] mapping = new long[4];
    byte[] error = new byte[Status.ERROR_BYTES];
    int status = create(how, name, header, mapping, error);
    if (status == Status.EXHAUSTED && collectForgotten()) {
      header = SegmentLayout.encode(dtype, shape);
      status = create(how, name, header, mapping, error);
    }
    Status.check(status, error);
    return segment(how.storage(), name, header, mapping, Rights.READ_WRITE).block();
  }

  private static int create(
      Creation how, String name, byte[] header, long[] mapping, byte[] error) {
    return NativeApi.segmentCreate(
        NativeApi.client(),
        how.storage().code(),
        name,
        how.flags() & ~Creation.DEDICATED,
        how.mode(),
        header,
        mapping,
        error);
  }

  /** Closes what the collector has found, and lets go of the memory that is kept for later. */
  public static void trim() {
    ready();
    Reachability.poll();
    NativeApi.poolRelease();
  }

  /** Lets the collector find arrays that were forgotten open; whether it found any. */
  static boolean collectForgotten() {
    System.gc();
    // The JVM tells of what it found a little later.
    for (int i = 0; i < COLLECTOR_TRIES; i++) {
      try {
        Thread.sleep(10);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
      if (Reachability.poll() > 0) {
        return true;
      }
    }
    return false;
  }

  /**
   * Attaches the memory that a handle names.
   *
   * @param handle the handle
   * @param rights what may be done with it
   * @return bytes that the array of the handle lies in, unless the handle is wrong
   */
  public static Block attach(HandleRecord handle, Rights rights) {
    ready();
    Block own = handle.storage() == StorageKind.SYSTEM_V ? Pooling.attach(handle) : null;
    if (own != null && rights == Rights.READ_WRITE) {
      return own;
    }
    try {
      return attachSegment(handle, rights);
    } finally {
      if (own != null) {
        own.release();
      }
    }
  }

  private static Block attachSegment(HandleRecord handle, Rights rights) {
    Answer answer = new Answer();
    byte[] uuid = SegmentLayout.bytes(handle.uuid());
    int status = answer.attach(handle.storage(), handle.id(), handle.name(), uuid, rights);
    boolean foreign = handle.provenance() != provenance(handle.storage());
    if (foreign
        && (status == Status.GONE || status == Status.ACCESS || status == Status.INCOMPATIBLE)) {
      throw new SegmentGoneException(
          "cannot attach "
              + new SegmentName(handle.storage(), handle.id(), handle.name(), handle.uuid())
              + ": its handle was made on another machine, before a reboot, or in a container with "
              + (handle.storage() == StorageKind.SYSTEM_V
                  ? "another IPC namespace"
                  : "another /dev/shm")
              + "; attach on the machine and in the namespace of its maker (docker --ipc), and keep"
              + " the array open there");
    }
    Status.check(status, answer.error);
    Segment found = segment(handle.storage(), handle.name(), answer.header, answer.mapping, rights);
    if (found.layout().pool()) {
      status =
          NativeApi.blockVerify(
              NativeApi.client(), answer.mapping[0], handle.first(), answer.error);
      if (status != Status.OK) {
        found.block().release();
        Status.check(status, answer.error);
      }
    }
    return found.block();
  }

  /**
   * Attaches whatever segment has a name.
   *
   * @param storage POSIX or file
   * @param name POSIX name or absolute path
   * @param rights what may be done with it
   * @return the segment
   */
  public static Segment attach(StorageKind storage, String name, Rights rights) {
    ready();
    Answer answer = new Answer();
    Status.check(answer.attach(storage, -1, name, null, rights), answer.error);
    return segment(storage, name, answer.header, answer.mapping, rights);
  }

  /**
   * Attaches memory without a header of ours.
   *
   * @param storage one of the foreign ones
   * @param id System V id or key, else -1
   * @param name POSIX name or absolute path, else empty
   * @param rights what may be done with it
   * @return all its bytes
   */
  public static Block attachRaw(StorageKind storage, long id, String name, Rights rights) {
    ready();
    Answer answer = new Answer();
    Status.check(answer.attach(storage, id, name, null, rights), answer.error);
    SegmentName found = new SegmentName(storage, answer.mapping[3], name, new UUID(0, 0));
    long[] mapping = answer.mapping;
    Mapping memory = new Mapping(mapping[0], mapping[1], mapping[2], found, rights);
    return new Block(memory, found, 0, 0, mapping[2]);
  }

  /** What an attach answers. */
  private static final class Answer {
    final byte[] header = new byte[SegmentLayout.BYTES];
    final long[] mapping = new long[4];
    final byte[] error = new byte[Status.ERROR_BYTES];

    /**
     * Addresses of closed arrays come back with the collector: where there are none left, it runs.
     */
    int attach(StorageKind storage, long id, String name, byte[] uuid, Rights rights) {
      int status = attempt(storage, id, name, uuid, rights);
      return status == Status.EXHAUSTED && collectForgotten()
          ? attempt(storage, id, name, uuid, rights)
          : status;
    }

    private int attempt(StorageKind storage, long id, String name, byte[] uuid, Rights rights) {
      return NativeApi.segmentAttach(
          NativeApi.client(),
          storage.code(),
          id,
          name,
          uuid,
          rights.code(),
          header,
          mapping,
          error);
    }
  }

  private static Segment segment(
      StorageKind storage, String name, byte[] header, long[] mapping, Rights rights) {
    UUID uuid = SegmentLayout.uuid(header, 32);
    SegmentName found = new SegmentName(storage, mapping[3], name, uuid);
    Mapping memory = new Mapping(mapping[0], mapping[1], mapping[2], found, rights);
    try {
      SegmentLayout layout = SegmentLayout.decode(header, mapping[2], found.toString());
      return new Segment(
          new Block(memory, found, 0, layout.dataOffset(), layout.dataSize()), layout);
    } catch (RuntimeException e) {
      memory.release();
      throw e;
    }
  }

  /**
   * The hash that tells where handles of this process come from.
   *
   * @param storage kind of memory
   * @return the hash, 0 for files
   */
  public static long provenance(StorageKind storage) {
    if (storage == StorageKind.FILE) {
      return 0;
    }
    ready();
    return Ready.PROVENANCE[storage == StorageKind.SYSTEM_V ? 0 : 1];
  }

  private static String randomName() {
    byte[] bytes = new byte[16];
    Ready.RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
