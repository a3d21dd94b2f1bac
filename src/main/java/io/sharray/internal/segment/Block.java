package io.sharray.internal.segment;

import io.sharray.internal.jni.NativeApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The bytes of one array in a mapped segment, and the number of their holders in this class loader:
 * open arrays, views of them included, running calls and exported buffers. With the last holder the
 * bytes go back to the pool, or the block lets go of its mapping.
 *
 * <p>The pool may give the bytes to another array at once. So it must know whether a write to an
 * element can still be on its way: an access checks that its array is open, and is not counted. A
 * thread notes here that it is about to write, before that check. If no thread but the one that now
 * releases the block has ever done so, none is on its way; else the bytes are spoiled. See
 * docs/decisions/0011-pooling.md. Thread-safe.
 */
public final class Block {
  /** Fates, as in {@code api.h}. */
  static final int SPOILED = 1;

  static final int EXPORTED = 2;

  private static final Object SEVERAL = new Object();
  private static final VarHandle WRITER = writerHandle();

  private final Mapping mapping;
  private final SegmentName name;
  private final long id;
  private final long offset;
  private final long length;
  private final AtomicInteger holders = new AtomicInteger(1);
  private volatile boolean pinned;
  // The one thread that has written elements, or SEVERAL. Plain, because a thread that finds itself
  // here has put itself here, and the other cases go the slow way.
  private Object writer;

  /**
   * Takes over the caller's hold of the mapping; the caller is the first holder.
   *
   * @param mapping the segment
   * @param name what the segment is called now
   * @param id of the block in the pool, or 0 if it is not of the pool and has the mapping's hold
   * @param offset of the first byte, from byte 0 of the segment
   * @param length bytes
   */
  Block(Mapping mapping, SegmentName name, long id, long offset, long length) {
    this.mapping = mapping;
    this.name = name;
    this.id = id;
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
    return name;
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
   * buffer, an address. They are never given to another array while the segment lives. The caller
   * holds the block.
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

  /** Ceases to be a holder; the last one gives the bytes back. */
  public void release() {
    if (holders.decrementAndGet() == 0) {
      if (id == 0) {
        mapping.release();
      } else {
        NativeApi.blockFree(NativeApi.client(), id, fate());
      }
    }
    Reference.reachabilityFence(this);
  }

  private int fate() {
    Object wrote = WRITER.getVolatile(this);
    boolean spoiled = wrote != null && wrote != Thread.currentThread();
    return (spoiled ? SPOILED : 0) | (pinned ? EXPORTED : 0);
  }

  /**
   * Notes that this thread is about to write elements without being a holder. It must check after
   * this that the array is open.
   */
  public void writing() {
    Thread thread = Thread.currentThread();
    if (writer != thread) {
      noteWriter(thread);
    }
  }

  private void noteWriter(Thread thread) {
    if (WRITER.getVolatile(this) != SEVERAL && !WRITER.compareAndSet(this, null, thread)) {
      WRITER.setVolatile(this, SEVERAL);
      // The check that follows must not be made before the note is there.
      VarHandle.fullFence();
    }
  }

  private static VarHandle writerHandle() {
    try {
      return MethodHandles.lookup().findVarHandle(Block.class, "writer", Object.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
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
