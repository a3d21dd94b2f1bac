package io.sharray.internal.segment;

import io.sharray.internal.jni.NativeApi;
import java.lang.ref.PhantomReference;
import java.lang.ref.ReferenceQueue;
import java.nio.ByteBuffer;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds out what no Java object can reach any more: mappings, whose address range is then given
 * back; exported buffers, which cease to hold; and arrays that were forgotten open, which are
 * closed. No thread waits for this and nothing of the JDK refers to it, so that a redeployed
 * application can be unloaded: {@link #poll} is called when arrays are created and closed.
 * Thread-safe.
 */
public final class Reachability {
  private static final ReferenceQueue<Object> QUEUE = new ReferenceQueue<>();
  // The references must stay reachable themselves until they are enqueued.
  private static final Set<Watch> WATCHES = ConcurrentHashMap.newKeySet();

  private Reachability() {}

  /** A reference with something to do after its referent. */
  private abstract static class Watch extends PhantomReference<Object> {
    Watch(Object referent) {
      super(referent, QUEUE);
      WATCHES.add(this);
    }

    abstract void gone();
  }

  private static final class MappingWatch extends Watch {
    private final long id;

    MappingWatch(Mapping mapping, long id) {
      super(mapping);
      this.id = id;
    }

    @Override
    void gone() {
      Pooling.forget(id);
      NativeApi.segmentForget(NativeApi.client(), id);
    }
  }

  private static final class BufferWatch extends Watch {
    private final Block block;

    BufferWatch(ByteBuffer buffer, Block block) {
      super(buffer);
      this.block = block;
    }

    @Override
    void gone() {
      block.release();
    }
  }

  /**
   * One array's share in a block: held from its making to its closing or, if forgotten, its
   * collection.
   */
  public static final class Owner extends Watch {
    private final Block block;
    private volatile boolean closed;

    private Owner(Object array, Block block) {
      super(array);
      this.block = block;
    }

    /**
     * Whether the array is closed.
     *
     * @return whether it is closed
     */
    public boolean isClosed() {
      return closed;
    }

    /** Closes; only the first call does something. */
    public void close() {
      synchronized (this) {
        if (closed) {
          return;
        }
        closed = true;
      }
      WATCHES.remove(this);
      block.release();
    }

    @Override
    void gone() {
      close();
    }
  }

  /**
   * Makes an array an owner. The caller has acquired the block for it.
   *
   * @param array the array
   * @param block what it holds
   * @return its share
   */
  public static Owner own(Object array, Block block) {
    return new Owner(array, block);
  }

  /**
   * Gives the address range back when nothing can reach the mapping.
   *
   * @param mapping the mapping
   * @param id its id in the core library
   */
  static void watch(Mapping mapping, long id) {
    new MappingWatch(mapping, id);
  }

  /**
   * Releases the block when nothing can reach the buffer. Buffers derived from it keep it
   * reachable.
   *
   * @param buffer made by JNI, not derived from another one
   * @param block what it holds
   */
  static void watch(ByteBuffer buffer, Block block) {
    new BufferWatch(buffer, block);
  }

  /**
   * Does what is due for everything that the collector found unreachable.
   *
   * @return how many things that were
   */
  public static int poll() {
    int n = 0;
    for (Object due = QUEUE.poll(); due != null; due = QUEUE.poll()) {
      Watch watch = (Watch) due;
      WATCHES.remove(watch);
      watch.gone();
      n++;
    }
    return n;
  }
}
