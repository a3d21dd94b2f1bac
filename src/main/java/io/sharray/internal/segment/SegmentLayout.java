package io.sharray.internal.segment;

import io.sharray.DType;
import io.sharray.IncompatibleSegmentException;
import io.sharray.internal.array.Shapes;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.UUID;

/**
 * The part of a segment's header that says which array it holds. All numbers are little-endian.
 *
 * <pre>{@code
 *   0 magic 89 'S' 'H' 'R' 'A' 'Y' 0D 0A
 *   8 u16 major   10 u16 minor       12 u32 header size 4096
 *  16 u32 01020304                   20 u32 incompatible flags
 *  24 u32 compatible flags (bit 0: persistent, bit 1: transparent huge pages wanted)
 *  28 u32 CRC-32C of bytes 0-1023 with this field 0
 *  32 u8[16] UUID
 *  48 u64 total size                 56 u64 data offset
 *  64 u64 data size
 *  72 u8 storage   73 u8 dimensions  74 char kind   75 char order (C, F, S)
 *  76 u16 item size                  78 u8 0 dedicated, 1 pool   79 u8 0
 *  80 i64 first element, from the data offset
 *  88 u32 creator pid                92 u32 creator uid
 *  96 u64 created, ns since 1970    104 u64 creator start, ticks since boot
 * 112 u8[16] boot id
 * 128 u64[32] shape                 384 i64[32] strides, bytes
 * 640 char[32] NumPy typestr        672 char[64] label
 * 736 zeros to 1023                1024 u32 state, then see segment/layout.h
 * 4096 of a pool: a bit for each 128 bytes of data, set once its maker has closed what was there
 * }</pre>
 *
 * @param uuid the segment's identity
 * @param dataOffset first byte of the data
 * @param dataSize bytes of the data
 * @param pool whether the segment holds many arrays; then the fields of the array are empty
 * @param typestr NumPy's name of the element type
 * @param firstElement first byte of the element with all indices 0, from the data offset
 * @param shape dimension lengths
 * @param strides bytes from one element to the next, for each dimension
 * @param persistent whether the segment outlives its holders
 * @param creatorPid process that made it
 * @param createdNanos when, in nanoseconds since 1970
 */
public record SegmentLayout(
    UUID uuid,
    long dataOffset,
    long dataSize,
    boolean pool,
    String typestr,
    long firstElement,
    long[] shape,
    long[] strides,
    boolean persistent,
    long creatorPid,
    long createdNanos) {
  /** Bytes of the immutable part of a header. */
  public static final int BYTES = 1024;

  private static final int FLAGS = 24;
  private static final int UUID_AT = 32;
  private static final int DATA_OFFSET = 56;
  private static final int DATA_SIZE = 64;
  private static final int DIMENSIONS = 73;
  private static final int KIND = 74;
  private static final int ORDER = 75;
  private static final int ITEM_SIZE = 76;
  private static final int POOL = 78;
  private static final int FIRST_ELEMENT = 80;
  private static final int CREATOR_PID = 88;
  private static final int CREATED = 96;
  private static final int SHAPE = 128;
  private static final int STRIDES = 384;
  private static final int TYPESTR = 640;
  private static final int TYPESTR_BYTES = 32;
  private static final int PERSISTENT_FLAG = 1;

  /**
   * What the creation of a segment for a C-contiguous array needs to be told; the core library
   * completes it.
   *
   * @param dtype type of the elements
   * @param shape dimension lengths, checked
   * @return a header
   */
  public static byte[] encode(DType dtype, long[] shape) {
    byte[] header = new byte[BYTES];
    ByteBuffer out = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    long[] strides = Shapes.strides(shape, dtype.itemSize());
    out.putLong(DATA_SIZE, Shapes.checkedBytes(shape, dtype.itemSize()));
    out.put(DIMENSIONS, (byte) shape.length);
    out.put(KIND, (byte) dtype.kind());
    out.put(ORDER, (byte) 'C');
    out.putShort(ITEM_SIZE, (short) dtype.itemSize());
    for (int axis = 0; axis < shape.length; axis++) {
      out.putLong(SHAPE + 8 * axis, shape[axis]);
      out.putLong(STRIDES + 8 * axis, strides[axis]);
    }
    out.put(TYPESTR, dtype.typestr().getBytes(StandardCharsets.US_ASCII));
    return header;
  }

  /**
   * Reads a header that the core library has copied and checked.
   *
   * @param header its bytes
   * @param size bytes of the whole segment
   * @param name for the message
   * @return its fields
   * @throws IncompatibleSegmentException if they contradict each other all the same
   */
  public static SegmentLayout decode(byte[] header, long size, String name) {
    ByteBuffer in = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
    int dimensions = in.get(DIMENSIONS) & 0xff;
    long offset = in.getLong(DATA_OFFSET);
    long bytes = in.getLong(DATA_SIZE);
    if (dimensions > Shapes.MAX_DIMENSIONS
        || offset < BYTES
        || bytes < 0
        || offset > size
        || bytes > size - offset) {
      throw new IncompatibleSegmentException(
          "the header of "
              + name
              + " describes "
              + dimensions
              + " dimensions and "
              + bytes
              + " bytes at "
              + offset
              + ", but the segment has "
              + size
              + " bytes; it is damaged");
    }
    long[] shape = new long[dimensions];
    long[] strides = new long[dimensions];
    for (int axis = 0; axis < dimensions; axis++) {
      shape[axis] = in.getLong(SHAPE + 8 * axis);
      strides[axis] = in.getLong(STRIDES + 8 * axis);
    }
    String typestr = new String(header, TYPESTR, TYPESTR_BYTES, StandardCharsets.US_ASCII);
    int end = typestr.indexOf('\0');
    return new SegmentLayout(
        uuid(header, UUID_AT),
        offset,
        bytes,
        in.get(POOL) == 1,
        end < 0 ? typestr : typestr.substring(0, end),
        in.getLong(FIRST_ELEMENT),
        shape,
        strides,
        (in.getInt(FLAGS) & PERSISTENT_FLAG) != 0,
        in.getInt(CREATOR_PID) & 0xffffffffL,
        in.getLong(CREATED));
  }

  /**
   * Reads a UUID in the order of its text.
   *
   * @param bytes where it is
   * @param at its first byte
   * @return the UUID
   */
  static UUID uuid(byte[] bytes, int at) {
    ByteBuffer in = ByteBuffer.wrap(bytes);
    return new UUID(in.getLong(at), in.getLong(at + 8));
  }

  /**
   * The bytes of a UUID in the order of its text.
   *
   * @param uuid the UUID
   * @return 16 bytes
   */
  static byte[] bytes(UUID uuid) {
    return ByteBuffer.allocate(16)
        .putLong(uuid.getMostSignificantBits())
        .putLong(uuid.getLeastSignificantBits())
        .array();
  }
}
