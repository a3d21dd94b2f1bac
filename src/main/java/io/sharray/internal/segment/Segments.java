package io.sharray.internal.segment;

import io.sharray.DType;
import io.sharray.SegmentGoneException;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import io.sharray.internal.jni.Status;
import io.sharray.internal.parallel.EngineSettings;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.UUID;

/** Creates and attaches segments. Thread-safe. */
public final class Segments {
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
   * Creates a segment of zeros for one C-contiguous array.
   *
   * @param storage kind of memory
   * @param name POSIX name, empty for an anonymous segment
   * @param persistent whether it outlives its holders
   * @param mode permissions, such as 0600
   * @param dtype type of the elements
   * @param shape dimension lengths, checked
   * @return the segment
   */
  public static Segment create(
      StorageKind storage, String name, boolean persistent, int mode, DType dtype, long[] shape) {
    ready();
    String chosen = storage == StorageKind.POSIX && name.isEmpty() ? randomName() : name;
    byte[] header = SegmentLayout.encode(dtype, shape);
    long[] mapping = new long[4];
    byte[] error = new byte[Status.ERROR_BYTES];
    int status = create(storage, chosen, persistent, mode, header, mapping, error);
    if (status == Status.EXHAUSTED && collectForgotten()) {
      header = SegmentLayout.encode(dtype, shape);
      status = create(storage, chosen, persistent, mode, header, mapping, error);
    }
    Status.check(status, error);
    return segment(storage, chosen, header, mapping);
  }

  private static int create(
      StorageKind storage,
      String name,
      boolean persistent,
      int mode,
      byte[] header,
      long[] mapping,
      byte[] error) {
    return NativeApi.segmentCreate(
        NativeApi.client(), storage.code(), name, persistent ? 1 : 0, mode, header, mapping, error);
  }

  /** Lets the collector find arrays that were forgotten open; whether it found any. */
  private static boolean collectForgotten() {
    System.gc();
    try {
      Thread.sleep(10);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return Reachability.poll() > 0;
  }

  /**
   * Attaches the segment of a handle.
   *
   * @param handle the handle
   * @param readOnly whether writing is to be impossible
   * @return the segment
   */
  public static Segment attach(HandleRecord handle, boolean readOnly) {
    ready();
    byte[] header = new byte[SegmentLayout.BYTES];
    long[] mapping = new long[4];
    byte[] error = new byte[Status.ERROR_BYTES];
    int status =
        attach(
            handle.storage(),
            handle.id(),
            handle.name(),
            SegmentLayout.bytes(handle.uuid()),
            readOnly,
            header,
            mapping,
            error);
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
    Status.check(status, error);
    return segment(handle.storage(), handle.name(), header, mapping);
  }

  /**
   * Attaches whatever segment has a name.
   *
   * @param name POSIX name
   * @param readOnly whether writing is to be impossible
   * @return the segment
   */
  public static Segment attach(String name, boolean readOnly) {
    ready();
    byte[] header = new byte[SegmentLayout.BYTES];
    long[] mapping = new long[4];
    byte[] error = new byte[Status.ERROR_BYTES];
    Status.check(
        attach(StorageKind.POSIX, -1, name, null, readOnly, header, mapping, error), error);
    return segment(StorageKind.POSIX, name, header, mapping);
  }

  private static int attach(
      StorageKind storage,
      long id,
      String name,
      byte[] uuid,
      boolean readOnly,
      byte[] header,
      long[] mapping,
      byte[] error) {
    return NativeApi.segmentAttach(
        NativeApi.client(),
        storage.code(),
        id,
        name,
        uuid,
        readOnly ? 1 : 0,
        header,
        mapping,
        error);
  }

  private static Segment segment(StorageKind storage, String name, byte[] header, long[] mapping) {
    UUID uuid = SegmentLayout.uuid(header, 32);
    SegmentName found = new SegmentName(storage, mapping[3], name, uuid);
    Mapping memory = new Mapping(mapping[0], mapping[1], mapping[2], found);
    try {
      SegmentLayout layout = SegmentLayout.decode(header, mapping[2], found.toString());
      return new Segment(new Block(memory, layout.dataOffset(), layout.dataSize()), layout);
    } catch (RuntimeException e) {
      memory.release();
      throw e;
    }
  }

  /**
   * The hash that tells where handles of this process come from.
   *
   * @param storage kind of memory
   * @return the hash
   */
  public static long provenance(StorageKind storage) {
    ready();
    return Ready.PROVENANCE[storage == StorageKind.SYSTEM_V ? 0 : 1];
  }

  private static String randomName() {
    byte[] bytes = new byte[16];
    Ready.RANDOM.nextBytes(bytes);
    return HexFormat.of().formatHex(bytes);
  }
}
