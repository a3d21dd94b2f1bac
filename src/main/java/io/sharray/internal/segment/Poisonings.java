package io.sharray.internal.segment;

import io.sharray.internal.jni.NativeApi;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The core library's count of mappings that lost pages under this process. While it stays the same,
 * what was read is what was there.
 */
final class Poisonings {
  private static final VarHandle INTS =
      MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());
  private static final ByteBuffer COUNT = NativeApi.memory(NativeApi.poisonings(), Integer.BYTES);

  private Poisonings() {}

  /** The count, read after everything that the caller read before. */
  static int count() {
    VarHandle.loadLoadFence();
    return (int) INTS.getAcquire(COUNT, 0);
  }
}
