package io.sharray.internal.segment;

import io.sharray.internal.jni.NativeApi;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A mapped segment and the number of its holders in this class loader: open arrays, exported
 * buffers and running calls. With the last holder the segment is released: its pages become private
 * zeros, so that a late reader sees zeros. The address range stays until no Java object can reach
 * this one; see {@link Reachability}. Thread-safe.
 */
public final class Mapping {
  private static final int CHUNK_BITS = 30;
  // Chunks overlap, so that an element of any alignment lies in one of them.
  private static final int OVERLAP = 64;

  private final long id;
  private final long address;
  private final long size;
  private final SegmentName name;
  private final AtomicInteger holders = new AtomicInteger(1);
  private final AtomicReferenceArray<ByteBuffer> chunks;

  /**
   * Takes over the hold and the reach of a successful create or attach; the caller is the first
   * holder.
   *
   * @param id of the mapping in the core library
   * @param address of byte 0 of the segment
   * @param size bytes mapped
   * @param name what the segment is called
   */
  Mapping(long id, long address, long size, SegmentName name) {
    this.id = id;
    this.address = address;
    this.size = size;
    this.name = name;
    this.chunks = new AtomicReferenceArray<>(Math.toIntExact(((size - 1) >> CHUNK_BITS) + 1));
    Reachability.watch(this, id);
  }

  /**
   * The address of the first byte of the segment, its header.
   *
   * @return the address
   */
  public long address() {
    return address;
  }

  /**
   * The bytes mapped, header included.
   *
   * @return the bytes
   */
  public long size() {
    return size;
  }

  /**
   * What the segment is called.
   *
   * @return its name
   */
  public SegmentName name() {
    return name;
  }

  /**
   * Becomes a holder, if there is one: a released segment does not come back.
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
   * @throws IllegalStateException if the segment is released
   */
  public void acquire() {
    if (!tryAcquire()) {
      throw new IllegalStateException(
          "an array in " + name + " was closed before the call began; close it after its last use");
    }
  }

  /** Ceases to be a holder; the last one releases the segment. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      NativeApi.segmentRelease(NativeApi.client(), id);
    }
    Reference.reachabilityFence(this);
  }

  /**
   * Whether anybody holds it.
   *
   * @return false once it is released
   */
  public boolean isHeld() {
    return holders.get() > 0;
  }

  /**
   * Reads a double.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   */
  public double getDouble(long at) {
    long offset = at - address;
    double value = chunk(offset).getDouble(within(offset));
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes a double.
   *
   * @param at absolute address
   * @param value to write
   */
  public void putDouble(long at, double value) {
    long offset = at - address;
    chunk(offset).putDouble(within(offset), value);
    Reference.reachabilityFence(this);
  }

  /**
   * Reads a byte.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   */
  public byte get(long at) {
    long offset = at - address;
    byte value = chunk(offset).get(within(offset));
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes a byte.
   *
   * @param at absolute address
   * @param value to write
   */
  public void put(long at, byte value) {
    long offset = at - address;
    chunk(offset).put(within(offset), value);
    Reference.reachabilityFence(this);
  }

  /**
   * A buffer over a part of the memory, in native order. It does not keep the mapping: the caller
   * holds it and does not let the buffer out; see {@link #export} for one that goes out.
   *
   * @param at absolute address of the first byte
   * @param bytes how many
   * @return a fresh buffer
   */
  public ByteBuffer buffer(long at, int bytes) {
    if (at < address || bytes < 0 || bytes > size - (at - address)) {
      throw new IndexOutOfBoundsException(bytes + " bytes at " + (at - address) + " of " + name);
    }
    return NativeApi.memory(at, bytes).order(ByteOrder.nativeOrder());
  }

  /**
   * A buffer for the user. It is a holder of this mapping until it and everything derived from it
   * is unreachable.
   *
   * @param at absolute address of the first byte
   * @param bytes how many
   * @return the buffer, in native order
   * @throws IllegalStateException if the segment is released
   */
  public ByteBuffer export(long at, int bytes) {
    acquire();
    ByteBuffer buffer;
    try {
      buffer = buffer(at, bytes);
      Reachability.watch(buffer, this);
    } catch (Throwable e) {
      release();
      throw e;
    }
    return buffer;
  }

  private ByteBuffer chunk(long offset) {
    int index = (int) (offset >> CHUNK_BITS);
    ByteBuffer chunk = chunks.get(index);
    if (chunk == null) {
      long start = (long) index << CHUNK_BITS;
      chunk = buffer(address + start, (int) Math.min((1L << CHUNK_BITS) + OVERLAP, size - start));
      chunks.set(index, chunk);
    }
    return chunk;
  }

  private static int within(long offset) {
    return (int) (offset & ((1L << CHUNK_BITS) - 1));
  }
}
