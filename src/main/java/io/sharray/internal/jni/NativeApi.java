package io.sharray.internal.jni;

import org.bytedeco.javacpp.annotation.Adapter;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The only native methods of the library: each calls one function of the core library's table, described in {@code
 * src/main/cpp/api.h}. Arguments are checked by the callers; statuses become exceptions there.
 */
@Platform(include = "border.h", library = "jnisharray")
public final class NativeApi {
  private NativeApi() {}

  /**
   * Finds or loads the core library and binds this thin library to it.
   *
   * @param core path of the core library file, used where the process has not loaded it yet
   * @param soname its SONAME, which carries the build checksum
   * @param gomp path of a libgomp to use where the node has none, or empty
   * @param error receives the reason of a failure, NUL-terminated UTF-8
   * @return 0, or a negative status
   */
  @NoException
  @Name("sharray_bind")
  public static native int bind(String core, String soname, String gomp, @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_ops_checksum")
  public static native int opsChecksum();

  @NoException
  @Name("sharray_version")
  public static native String version();

  /** How binding left libgomp's waiting policy; empty where another class loader loaded the core. */
  @NoException
  @Name("sharray_wait_policy")
  public static native String waitPolicy();

  /** The client id of this thin library, which its unloading closes. */
  @NoException
  @Name("sharray_client")
  public static native long client();

  @NoException
  @Name("sharray_core->segment_create")
  public static native int segmentCreate(
      long client,
      int storage,
      String name,
      int flags,
      int mode,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_attach")
  public static native int segmentAttach(
      long client,
      int storage,
      long id,
      String name,
      @Cast("const uint8_t*") byte[] uuid,
      int readOnly,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_release")
  public static native int segmentRelease(long client, long mapping);

  @NoException
  @Name("sharray_core->segment_forget")
  public static native int segmentForget(long client, long mapping);

  @NoException
  @Name("sharray_core->segment_peek")
  public static native int segmentPeek(
      int storage,
      long id,
      String name,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("int64_t*") long[] attached,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_sweep")
  public static native int segmentSweep(
      @Cast("int64_t*") long[] freed, @Cast("char*") byte[] report, long capacity);

  @NoException
  @Name("sharray_core->provenance")
  public static native void provenance(@Cast("int64_t*") long[] hashes);

  @NoException
  @Name("sharray_core->evaluate")
  public static native int evaluate(@Cast("int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->submit")
  public static native int submit(
      long client, long ticket, @Cast("const int64_t*") long[] call, long words, int must);

  @NoException
  @Name("sharray_core->await")
  public static native int await(
      long client, @Cast("int64_t*") long[] triples, int capacity, int timeoutMillis);

  @NoException
  @Name("sharray_core->threads")
  public static native int threads(int n);

  @NoException
  @Name("sharray_core->select_cpu")
  public static native int selectCpu(String path);

  @NoException
  @Name("sharray_core->describe")
  public static native int describe(@Cast("char*") byte[] text, long capacity);

  /**
   * A buffer over native memory, which it neither owns nor keeps mapped.
   *
   * @param address first byte
   * @param size bytes, at most {@code Integer.MAX_VALUE}
   * @return the buffer, in big-endian order as {@code ByteBuffer} has it by default
   */
  // The adapter in border.h gives the buffer its capacity.
  @NoException
  @Name("sharray_memory")
  @Adapter("sharray_range_adapter")
  public static native java.nio.ByteBuffer memory(long address, long size);
}
