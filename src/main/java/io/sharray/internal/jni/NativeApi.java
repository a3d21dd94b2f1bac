package io.sharray.internal.jni;

import java.nio.charset.StandardCharsets;
import org.bytedeco.javacpp.annotation.Adapter;
import org.bytedeco.javacpp.annotation.Cast;
import org.bytedeco.javacpp.annotation.Name;
import org.bytedeco.javacpp.annotation.NoException;
import org.bytedeco.javacpp.annotation.Platform;

/**
 * The only native methods of the library: each calls one function of the core library's table,
 * described in {@code src/main/cpp/api.h}. Arguments are checked by the callers; statuses become
 * exceptions there.
 */
@Platform(include = "border.h", library = "jnisharray")
public final class NativeApi {
  private NativeApi() {}

  // JavaCPP's own conversion needs its classes initialised, and those start a thread that would
  // keep the class loader.
  private static byte[] text(String value) {
    return (value + '\0').getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Finds or loads the core library and binds this thin library to it.
   *
   * @param core path of the core library file, used where the process has not loaded it yet
   * @param soname its SONAME, which carries the build checksum
   * @param gomp path of a libgomp to use where the node has none, or empty
   * @param error receives the reason of a failure, NUL-terminated UTF-8
   * @return 0, or a negative status
   */
  public static int bind(String core, String soname, String gomp, byte[] error) {
    return bind(text(core), text(soname), text(gomp), error);
  }

  @NoException
  @Name("sharray_bind")
  private static native int bind(
      @Cast("const char*") byte[] core,
      @Cast("const char*") byte[] soname,
      @Cast("const char*") byte[] gomp,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_ops_checksum")
  public static native int opsChecksum();

  @NoException
  @Name("sharray_version")
  public static native String version();

  /**
   * How binding left libgomp's waiting policy; empty where another class loader loaded the core.
   */
  @NoException
  @Name("sharray_wait_policy")
  public static native String waitPolicy();

  /** The client id of this thin library, which its unloading closes. */
  @NoException
  @Name("sharray_client")
  public static native long client();

  public static int segmentCreate(
      long client,
      int storage,
      String name,
      int flags,
      int mode,
      byte[] header,
      long[] mapping,
      byte[] error) {
    return segmentCreate(client, storage, text(name), flags, mode, header, mapping, error);
  }

  @NoException
  @Name("sharray_core->segment_create")
  private static native int segmentCreate(
      long client,
      int storage,
      @Cast("const char*") byte[] name,
      int flags,
      int mode,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("char*") byte[] error);

  public static int segmentAttach(
      long client,
      int storage,
      long id,
      String name,
      byte[] uuid,
      int access,
      byte[] header,
      long[] mapping,
      byte[] error) {
    return segmentAttach(client, storage, id, text(name), uuid, access, header, mapping, error);
  }

  @NoException
  @Name("sharray_core->segment_attach")
  private static native int segmentAttach(
      long client,
      int storage,
      long id,
      @Cast("const char*") byte[] name,
      @Cast("const uint8_t*") byte[] uuid,
      int access,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_reach")
  public static native int segmentReach(long client, long mapping);

  /** {@code header} and {@code error} may be null. */
  @NoException
  @Name("sharray_core->block_create")
  public static native int blockCreate(
      long client,
      long bytes,
      int zeroed,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_block*") long[] block,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->block_attach")
  public static native int blockAttach(
      long client,
      long id,
      @Cast("const uint8_t*") byte[] uuid,
      long first,
      @Cast("sharray_block*") long[] block,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->block_free")
  public static native int blockFree(long client, long block, int fate);

  @NoException
  @Name("sharray_core->block_verify")
  public static native int blockVerify(
      long client, long mapping, long first, @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->pool_limit")
  public static native void poolLimit(long bytes, long idleMillis);

  @NoException
  @Name("sharray_core->pool_release")
  public static native int poolRelease();

  @NoException
  @Name("sharray_core->segment_release")
  public static native int segmentRelease(long client, long mapping);

  @NoException
  @Name("sharray_core->segment_forget")
  public static native int segmentForget(long client, long mapping);

  @NoException
  @Name("sharray_core->segment_flush")
  public static native int segmentFlush(long client, long mapping, @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_finish")
  public static native int segmentFinish(long client, long mapping, @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_verify")
  public static native int segmentVerify(long client, long mapping, @Cast("char*") byte[] error);

  /** The address of an int that counts the mappings that were ever poisoned. */
  @NoException
  @Name("sharray_poisonings")
  public static native long poisonings();

  @NoException
  @Name("sharray_core->survive_truncation")
  public static native void surviveTruncation(int on);

  public static int segmentPeek(
      int storage,
      long id,
      String name,
      byte[] header,
      long[] mapping,
      long[] attached,
      byte[] error) {
    return segmentPeek(storage, id, text(name), header, mapping, attached, error);
  }

  @NoException
  @Name("sharray_core->segment_peek")
  private static native int segmentPeek(
      int storage,
      long id,
      @Cast("const char*") byte[] name,
      @Cast("uint8_t*") byte[] header,
      @Cast("sharray_mapping*") long[] mapping,
      @Cast("int64_t*") long[] attached,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->segment_sweep")
  public static native int segmentSweep(
      @Cast("int64_t*") long[] freed, @Cast("char*") byte[] report, long capacity);

  public static int segmentRemove(
      int storage, String name, byte[] uuid, long[] bytes, byte[] error) {
    return segmentRemove(storage, text(name), uuid, bytes, error);
  }

  @NoException
  @Name("sharray_core->segment_remove")
  private static native int segmentRemove(
      int storage,
      @Cast("const char*") byte[] name,
      @Cast("const uint8_t*") byte[] uuid,
      @Cast("int64_t*") long[] bytes,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->provenance")
  public static native void provenance(@Cast("int64_t*") long[] hashes);

  @NoException
  @Name("sharray_core->evaluate")
  public static native int evaluate(@Cast("int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->submit")
  public static native int submit(
      long client, long ticket, @Cast("const int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->gather")
  public static native int gather(@Cast("int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->submit_gather")
  public static native int submitGather(
      long client, long ticket, @Cast("const int64_t*") long[] call, long words);

  public static int blasOpen(String path, String reason, byte[] error) {
    return blasOpen(text(path), text(reason), error);
  }

  @NoException
  @Name("sharray_core->blas_open")
  private static native int blasOpen(
      @Cast("const char*") byte[] path,
      @Cast("const char*") byte[] reason,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->linalg")
  public static native int linalg(@Cast("int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->submit_linalg")
  public static native int submitLinalg(
      long client, long ticket, @Cast("const int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->prefault")
  public static native int prefault(long client, long ticket, long address, long bytes);

  @NoException
  @Name("sharray_core->permute")
  public static native int permute(long address, long n, long key, long call);

  /**
   * Opens a library with the interface of FFTW 3.
   *
   * @param doublePath the library of double precision
   * @param singlePath that of single precision
   * @param name for a person
   * @param reason why this one
   * @param error receives the reason of a failure, NUL-terminated UTF-8
   * @return 0, or a negative status
   */
  public static int fftOpen(
      String doublePath, String singlePath, String name, String reason, byte[] error) {
    return fftOpen(text(doublePath), text(singlePath), text(name), text(reason), error);
  }

  @NoException
  @Name("sharray_core->fft_open")
  private static native int fftOpen(
      @Cast("const char*") byte[] doublePath,
      @Cast("const char*") byte[] singlePath,
      @Cast("const char*") byte[] name,
      @Cast("const char*") byte[] reason,
      @Cast("char*") byte[] error);

  @NoException
  @Name("sharray_core->fft")
  public static native int fft(@Cast("int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->submit_fft")
  public static native int submitFft(
      long client, long ticket, @Cast("const int64_t*") long[] call, long words);

  @NoException
  @Name("sharray_core->await")
  public static native int await(
      long client, @Cast("int64_t*") long[] triples, int capacity, int timeoutMillis);

  @NoException
  @Name("sharray_core->threads")
  public static native int threads(int n);

  public static int selectCpu(String path) {
    return selectCpu(text(path));
  }

  @NoException
  @Name("sharray_core->select_cpu")
  private static native int selectCpu(@Cast("const char*") byte[] path);

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
