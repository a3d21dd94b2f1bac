package io.sharray.internal.segment;

import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.Status;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.concurrent.atomic.AtomicReferenceArray;

/**
 * A mapped segment. It is released with its last holder: its pages become private zeros, so that a
 * late reader sees zeros. The address range stays until no Java object can reach this one; see
 * {@link Reachability}. Thread-safe.
 */
public final class Mapping {
  private static final int CHUNK_BITS = 30;
  // Chunks overlap, so that an element of any alignment lies in one of them.
  private static final int OVERLAP = 64;

  private final long id;
  private final long address;
  private final long size;
  private final SegmentName name;
  private final Rights rights;
  private final AtomicReferenceArray<ByteBuffer> chunks;
  // System V memory cannot be truncated, and is always there.
  private final boolean losable;
  // The count of poisonings at which this one was sound; 0 where it was never asked.
  private int soundAt;

  /**
   * Takes over the hold and the reach of a successful create or attach.
   *
   * @param id of the mapping in the core library
   * @param address of byte 0 of the segment
   * @param size bytes mapped
   * @param name what the segment is called
   * @param rights what may be done with it
   */
  Mapping(long id, long address, long size, SegmentName name, Rights rights) {
    this.id = id;
    this.address = address;
    this.size = size;
    this.name = name;
    this.rights = rights;
    this.losable = !name.storage().hasIds();
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

  /** Its number in the core library. */
  long id() {
    return id;
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
   * What the segment was called when it was mapped.
   *
   * @return its name; a segment that is used again has the same with another UUID
   */
  public SegmentName name() {
    return name;
  }

  /**
   * What may be done with the memory.
   *
   * @return the rights it was attached with
   */
  public Rights rights() {
    return rights;
  }

  /** Lets go of the segment; its holder calls it once. */
  void release() {
    NativeApi.segmentRelease(NativeApi.client(), id);
    Reference.reachabilityFence(this);
  }

  /**
   * Finds out whether pages were taken away under this mapping, so that zeros may have been read in
   * their place. It costs a nanosecond while that has happened to no mapping of the process.
   *
   * @throws io.sharray.SegmentPoisonedException if they were
   */
  public void verify() {
    if (losable) {
      int now = Poisonings.count();
      if (now != soundAt) {
        ask(now);
      }
    }
  }

  private void ask(int now) {
    byte[] error = new byte[Status.ERROR_BYTES];
    Status.check(NativeApi.segmentVerify(NativeApi.client(), id, error), error);
    soundAt = now;
  }

  /**
   * Words a failure of the system's to read or write this memory: it does not tell lost pages from
   * other faults. Touching the last one, which truncation takes first, does.
   *
   * @throws io.sharray.SegmentPoisonedException if pages are lost
   */
  public void probe() {
    get(address + size - 1);
  }

  /**
   * Writes changes to the disk, if the memory is of a file.
   *
   * @throws io.sharray.SharrayException if they cannot be written
   */
  public void flush() {
    byte[] error = new byte[Status.ERROR_BYTES];
    Status.check(NativeApi.segmentFlush(NativeApi.client(), id, error), error);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * Lets others attach a segment that was created unfinished.
   *
   * @throws io.sharray.SharrayException if that is not possible
   */
  public void finish() {
    byte[] error = new byte[Status.ERROR_BYTES];
    Status.check(NativeApi.segmentFinish(NativeApi.client(), id, error), error);
    Reference.reachabilityFence(this);
  }

  /**
   * Reads a double.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public double getDouble(long at) {
    long offset = at - address;
    double value = chunk(offset).getDouble(within(offset));
    verify();
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes a double.
   *
   * @param at absolute address
   * @param value to write
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public void putDouble(long at, double value) {
    long offset = at - address;
    chunk(offset).putDouble(within(offset), value);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * Reads a byte.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public byte get(long at) {
    long offset = at - address;
    byte value = chunk(offset).get(within(offset));
    verify();
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes a byte.
   *
   * @param at absolute address
   * @param value to write
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public void put(long at, byte value) {
    long offset = at - address;
    chunk(offset).put(within(offset), value);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * Reads 16 bits.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public short getShort(long at) {
    long offset = at - address;
    short value = chunk(offset).getShort(within(offset));
    verify();
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes 16 bits.
   *
   * @param at absolute address
   * @param value to write
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public void putShort(long at, short value) {
    long offset = at - address;
    chunk(offset).putShort(within(offset), value);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * Reads 32 bits.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public int getInt(long at) {
    long offset = at - address;
    int value = chunk(offset).getInt(within(offset));
    verify();
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes 32 bits.
   *
   * @param at absolute address
   * @param value to write
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public void putInt(long at, int value) {
    long offset = at - address;
    chunk(offset).putInt(within(offset), value);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * Reads 64 bits.
   *
   * @param at absolute address
   * @return the value there, or 0 once the segment is released
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public long getLong(long at) {
    long offset = at - address;
    long value = chunk(offset).getLong(within(offset));
    verify();
    Reference.reachabilityFence(this);
    return value;
  }

  /**
   * Writes 64 bits.
   *
   * @param at absolute address
   * @param value to write
   * @throws io.sharray.SegmentPoisonedException if pages of the mapping were taken away
   */
  public void putLong(long at, long value) {
    long offset = at - address;
    chunk(offset).putLong(within(offset), value);
    verify();
    Reference.reachabilityFence(this);
  }

  /**
   * A buffer over a part of the memory, in native order. It does not keep the mapping: the caller
   * holds the block and does not let the buffer out; see {@link Block#export} for one that goes
   * out.
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
