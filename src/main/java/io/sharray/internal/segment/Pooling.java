package io.sharray.internal.segment;

import io.sharray.DType;
import io.sharray.internal.Settings;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;
import java.lang.ref.WeakReference;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;

/**
 * Blocks from the pool of the core library, which serves all class loaders of the process. Small
 * arrays share segments, so that many blocks are in one {@link Mapping}; memory that nobody else
 * could know is used again. Thread-safe.
 */
final class Pooling {
  /** Smaller arrays lie in segments that they share. */
  private static final long SHARED_BELOW = 1 << 20;

  private static final int WORDS = 9;

  // What lies in a mapping keeps it; here it is only found again.
  private static final ConcurrentMap<Long, WeakReference<Mapping>> MAPPINGS =
      new ConcurrentHashMap<>();
  private static volatile WeakReference<Mapping> recent = new WeakReference<>(null);

  private Pooling() {}

  /** Read once, after {@code EngineSettings} has checked it. */
  private static final class Switch {
    private static final String SETTING = Settings.get("sharray.pool");
    static final boolean ON = SETTING == null || Long.parseLong(SETTING) > 0;

    private Switch() {}
  }

  /** Whether arrays of a kind come from the pool. */
  static boolean serves(Creation how) {
    return how.isPlain() && Switch.ON;
  }

  /**
   * Makes a block.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, checked
   * @param bytes of all elements
   * @param zeroed whether they must be zeros
   * @return the block, held once
   * @throws io.sharray.SharedMemoryExhaustedException if there is no room
   */
  static Block create(DType dtype, long[] shape, long bytes, boolean zeroed) {
    byte[] header = bytes < SHARED_BELOW ? null : SegmentLayout.encode(dtype, shape);
    long[] words = new long[WORDS];
    int status = create(bytes, zeroed, header, words, null);
    if (status != Status.OK) {
      byte[] error = new byte[Status.ERROR_BYTES];
      if (status == Status.EXHAUSTED) {
        Segments.collectForgotten();
      }
      header = header == null ? null : SegmentLayout.encode(dtype, shape);
      Status.check(create(bytes, zeroed, header, words, error), error);
    }
    return block(words, header == null);
  }

  private static int create(long bytes, boolean zeroed, byte[] header, long[] words, byte[] error) {
    return NativeApi.blockCreate(NativeApi.client(), bytes, zeroed ? 1 : 0, header, words, error);
  }

  /**
   * A block over the bytes that a handle names, if this process made their segment.
   *
   * @param handle of System V memory
   * @return the block, held once, or null if another process made the segment
   * @throws io.sharray.SegmentGoneException if they are closed and nobody holds them
   */
  static Block attach(HandleRecord handle) {
    byte[] error = new byte[Status.ERROR_BYTES];
    long[] words = new long[WORDS];
    int status =
        NativeApi.blockAttach(
            NativeApi.client(),
            handle.id(),
            SegmentLayout.bytes(handle.uuid()),
            handle.first(),
            words,
            error);
    Status.check(status, error);
    if (status != Status.OK) {
      return null;
    }
    Block block = block(words, false);
    block.pin();
    return block;
  }

  /** Builds the block that the core library described; frees it if that fails. */
  private static Block block(long[] words, boolean pooled) {
    try {
      Mapping mapping = mapping(words);
      UUID uuid = new UUID(words[7], words[8]);
      // A segment of its own gets a new UUID with each array.
      SegmentName name =
          pooled || mapping.name().uuid().equals(uuid)
              ? mapping.name()
              : new SegmentName(StorageKind.SYSTEM_V, words[4], "", uuid);
      return new Block(mapping, name, words[0], words[5], words[6]);
    } catch (Throwable e) {
      NativeApi.blockFree(NativeApi.client(), words[0], Block.EXPORTED);
      throw e;
    }
  }

  private static Mapping mapping(long[] words) {
    long id = words[1];
    Mapping mapping = recent.get();
    if (mapping != null && mapping.id() == id) {
      return mapping;
    }
    WeakReference<Mapping> known = MAPPINGS.get(id);
    mapping = known == null ? null : known.get();
    if (mapping == null) {
      mapping = made(words);
    }
    recent = MAPPINGS.getOrDefault(id, recent);
    return mapping;
  }

  private static Mapping made(long[] words) {
    byte[] none = new byte[0];
    Status.check(NativeApi.segmentReach(NativeApi.client(), words[1]), none);
    SegmentName name =
        new SegmentName(StorageKind.SYSTEM_V, words[4], "", new UUID(words[7], words[8]));
    Mapping mapping = new Mapping(words[1], words[2], words[3], name, Rights.READ_WRITE);
    MAPPINGS.put(words[1], new WeakReference<>(mapping));
    return mapping;
  }

  /** Called when nothing reaches a mapping any more; there may be a later one of the same id. */
  static void forget(long id) {
    MAPPINGS.computeIfPresent(id, (key, known) -> known.get() == null ? null : known);
  }
}
