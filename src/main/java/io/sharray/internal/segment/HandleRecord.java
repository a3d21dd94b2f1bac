package io.sharray.internal.segment;

import io.sharray.internal.array.Shapes;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;
import java.util.UUID;
import java.util.zip.CRC32;

/**
 * The contents of a handle. Its text is {@code sharray:1:} and the base64url, without padding, of
 *
 * <pre>{@code
 * u8      storage: 1 System V, 2 POSIX, 4 file
 * u8[8]   provenance: hash of boot and IPC namespace, or of boot and device of /dev/shm; 0 for a file
 * varint  System V id | varint length, then the bytes of the POSIX name or of the path in UTF-8
 * u8[16]  UUID of the segment, in the order of its text
 * char    NumPy kind     varint item size
 * varint  dimensions     varint for each length     zigzag varint for each stride
 * varint  first element, from byte 0 of the segment
 * u8[4]   CRC-32 of all bytes before
 * }</pre>
 *
 * <p>Varints hold 7 bits a byte, low bits first. Strides of dimensions of length 0 or 1 are 0.
 *
 * @param storage kind of memory
 * @param provenance hash that tells where it was made
 * @param id System V id, -1 for other storages
 * @param name POSIX name or absolute path of a file, empty for System V
 * @param uuid identity of the segment
 * @param kind NumPy's letter for the family of types
 * @param itemSize bytes of one element
 * @param shape dimension lengths
 * @param strides bytes from one element to the next, for each dimension
 * @param first first byte of the element with all indices 0, from byte 0 of the segment
 */
public record HandleRecord(
    StorageKind storage,
    long provenance,
    long id,
    String name,
    UUID uuid,
    char kind,
    int itemSize,
    long[] shape,
    long[] strides,
    long first) {
  /** What every handle begins with. */
  public static final String SCHEME = "sharray:";

  private static final String PREFIX = SCHEME + "1:";
  private static final int LONGEST_TEXT = 1024;
  // The longest path, and the longest rest.
  private static final int LONGEST_FILE_TEXT = LONGEST_TEXT + 4096 * 4 / 3;
  private static final int CRC_BYTES = 4;

  /**
   * The text of the handle.
   *
   * @return at most 1024 characters, but for the path of a file
   */
  public String text() {
    ByteBuffer out = ByteBuffer.allocate(LONGEST_FILE_TEXT);
    out.put((byte) storage.code()).putLong(provenance);
    if (storage == StorageKind.SYSTEM_V) {
      putVarint(out, id);
    } else {
      byte[] bytes = name.getBytes(StandardCharsets.UTF_8);
      putVarint(out, bytes.length);
      out.put(bytes);
    }
    out.put(SegmentLayout.bytes(uuid)).put((byte) kind);
    putVarint(out, itemSize);
    putVarint(out, shape.length);
    for (long length : shape) {
      putVarint(out, length);
    }
    for (int axis = 0; axis < shape.length; axis++) {
      long stride = shape[axis] > 1 ? strides[axis] : 0;
      putVarint(out, (stride << 1) ^ (stride >> 63));
    }
    putVarint(out, first);
    CRC32 crc = new CRC32();
    crc.update(out.array(), 0, out.position());
    out.putInt((int) crc.getValue());
    return PREFIX
        + Base64.getUrlEncoder()
            .withoutPadding()
            .encodeToString(Arrays.copyOf(out.array(), out.position()));
  }

  /**
   * Reads the text of a handle.
   *
   * @param text what {@link #text} made
   * @return the record
   * @throws IllegalArgumentException if it is anything else; the message says what is wrong
   */
  public static HandleRecord parse(String text) {
    if (!text.startsWith(SCHEME)) {
      throw malformed(text, "it does not begin with \"" + PREFIX + "\"");
    }
    if (!text.startsWith(PREFIX)) {
      throw malformed(text, "its version is not 1; a newer release made it, or it is damaged");
    }
    if (text.length() > LONGEST_FILE_TEXT) {
      throw malformed(text, "it has " + text.length() + " characters; no handle has so many");
    }
    byte[] bytes;
    try {
      bytes = Base64.getUrlDecoder().decode(text.substring(PREFIX.length()));
    } catch (IllegalArgumentException e) {
      throw malformed(text, "a character is not of base64url");
    }
    if (bytes.length <= CRC_BYTES) {
      throw malformed(text, "it is too short");
    }
    int body = bytes.length - CRC_BYTES;
    CRC32 crc = new CRC32();
    crc.update(bytes, 0, body);
    if ((int) crc.getValue() != ByteBuffer.wrap(bytes).getInt(body)) {
      throw malformed(text, "its checksum is wrong; a part is missing or changed");
    }
    HandleRecord record;
    try {
      record = read(ByteBuffer.wrap(bytes, 0, body));
    } catch (java.nio.BufferUnderflowException e) {
      throw malformed(text, "it ends too early");
    } catch (IllegalArgumentException e) {
      throw malformed(text, e.getMessage());
    }
    if (!record.text().equals(text)) {
      throw malformed(text, "it is not in its shortest form");
    }
    return record;
  }

  private static HandleRecord read(ByteBuffer in) {
    StorageKind storage = StorageKind.of(in.get());
    require(storage != null && storage.hasHandles(), "its storage is unknown");
    long provenance = in.getLong();
    long id = -1;
    String name = "";
    if (storage == StorageKind.SYSTEM_V) {
      id = varint(in);
      require(id <= Integer.MAX_VALUE, "its System V id is too large");
    } else {
      long length = varint(in);
      require(length <= in.remaining(), "its name is cut off");
      byte[] bytes = new byte[(int) length];
      in.get(bytes);
      name = new String(bytes, StandardCharsets.UTF_8);
      boolean good = storage == StorageKind.FILE ? FilePaths.isReal(name) : isName(name);
      require(good, "its name has forbidden characters");
    }
    UUID uuid = new UUID(in.getLong(), in.getLong());
    char kind = (char) (in.get() & 0x7f);
    long itemSize = varint(in);
    require(itemSize > 0 && itemSize <= 1 << 16, "its item size is impossible");
    long dimensions = varint(in);
    require(dimensions <= Shapes.MAX_DIMENSIONS, "it has too many dimensions");
    long[] shape = new long[(int) dimensions];
    long[] strides = new long[(int) dimensions];
    for (int axis = 0; axis < dimensions; axis++) {
      shape[axis] = varint(in);
    }
    for (int axis = 0; axis < dimensions; axis++) {
      long zigzag = rawVarint(in);
      strides[axis] = (zigzag >>> 1) ^ -(zigzag & 1);
    }
    long first = varint(in);
    require(!in.hasRemaining(), "bytes are left over");
    Shapes.checkedBytes(shape, (int) itemSize);
    return new HandleRecord(
        storage, provenance, id, name, uuid, kind, (int) itemSize, shape, strides, first);
  }

  /**
   * Whether a text can be the name of a POSIX segment.
   *
   * @param name the text
   * @return whether it has 1 to 200 letters, digits, {@code _ . -} and does not begin with a dot
   */
  public static boolean isName(String name) {
    if (name.isEmpty() || name.length() > 200 || name.charAt(0) == '.') {
      return false;
    }
    return name.chars()
        .allMatch(
            c ->
                c >= 'a' && c <= 'z'
                    || c >= 'A' && c <= 'Z'
                    || c >= '0' && c <= '9'
                    || c == '_'
                    || c == '.'
                    || c == '-');
  }

  private static void putVarint(ByteBuffer out, long value) {
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      out.put((byte) (rest | 0x80));
      rest >>>= 7;
    }
    out.put((byte) rest);
  }

  private static long varint(ByteBuffer in) {
    long value = rawVarint(in);
    require(value >= 0, "a number leaves 63 bits");
    return value;
  }

  private static long rawVarint(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 64; shift += 7) {
      byte b = in.get();
      value |= (b & 0x7fL) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number leaves 64 bits");
  }

  private static void require(boolean condition, String fault) {
    if (!condition) {
      throw new IllegalArgumentException(fault);
    }
  }

  private static IllegalArgumentException malformed(String text, String fault) {
    String shown = text.length() <= 60 ? text : text.substring(0, 57) + "...";
    return new IllegalArgumentException(
        "\"" + shown + "\" is no handle: " + fault + "; a handle is printed by NDArray.handle()");
  }
}
