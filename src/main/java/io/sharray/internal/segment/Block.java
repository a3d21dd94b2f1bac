package io.sharray.internal.segment;

import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of one array in a mapped segment, and the number of their holders in this class loader:
 * open arrays, views of them included, running calls and exported buffers. With the last holder the
 * block lets go of its mapping. Thread-safe.
 */
public final class Block {
  private final Mapping mapping;
  private final long offset;
  private final long length;
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile boolean pinned;

  /**
   * Takes over the caller's hold of the mapping; the caller is the first holder.
   *
   * @param mapping the segment
   * @param offset of the first byte, from byte 0 of the segment
   * @param length bytes
   */
  Block(Mapping mapping, long offset, long length) {
    this.mapping = mapping;
    this.offset = offset;
    this.length = length;
  }

  /**
   * The mapped segment.
   *
   * @return the mapping, which this block keeps while it is held
   */
  public Mapping mapping() {
    return mapping;
  }

  /**
   * What its segment is called.
   *
   * @return the name of the segment
   */
  public SegmentName name() {
    return mapping.name();
  }

  /**
   * The address of its first byte.
   *
   * @return the address
   */
  public long address() {
    return mapping.address() + offset;
  }

  /**
   * How many bytes it has.
   *
   * @return the bytes
   */
  public long length() {
    return length;
  }

  /**
   * Notes that something outside of this library's control may name or reach the bytes: a handle, a
   * buffer, an address. They are never given to another array while the segment lives.
   */
  public void pin() {
    if (!pinned) {
      pinned = true;
    }
  }

  /**
   * Whether {@link #pin} was called.
   *
   * @return whether it was
   */
  public boolean isPinned() {
    return pinned;
  }

  /**
   * Becomes a holder, if there is one: a released block does not come back.
   *
   * @return whether it succeeded; then {@link #release} must follow
   */
  public boolean tryAcquire() {
    for (int n = holders.get(); n > 0; n = holders.get()) {
      if (holders.compareAndSet(n, n + 1)) {
        return true;
      }
    }
    return false;
  }

  /**
   * Becomes a holder for the duration of a call.
   *
   * @throws IllegalStateException if the block is released
   */
  public void acquire() {
    if (!tryAcquire()) {
      throw new IllegalStateException(
          "an array in "
              + name()
              + " was closed before the call began; close it after its last use");
    }
  }

  /** Ceases to be a holder; the last one lets go of the mapping. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      mapping.release();
    }
    Reference.reachabilityFence(this);
  }

  /**
   * A buffer for the user, which pins the block. It is a holder until it and everything derived
   * from it is unreachable.
   *
   * @param at absolute address of the first byte
   * @param bytes how many
   * @return the buffer, in native order
   * @throws IllegalStateException if the block is released
   */
  public ByteBuffer export(long at, int bytes) {
    acquire();
    ByteBuffer buffer;
    try {
      pin();
      buffer = mapping.buffer(at, bytes);
      Reachability.watch(buffer, this);
    } catch (Throwable e) {
      release();
      throw e;
    }
    return buffer;
  }
}
