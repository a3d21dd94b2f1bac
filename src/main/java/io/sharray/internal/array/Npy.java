package io.sharray.internal.array;

import io.sharray.DType;
import io.sharray.internal.segment.Mapping;
import io.sharray.internal.segment.View;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** NumPy's .npy files, of versions 1.0 to 3.0. */
public final class Npy {
  private static final byte[] MAGIC = {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y'};
  private static final int PREFIX = 8;
  private static final int LONGEST_HEADER = 1 << 20;
  private static final int ALIGNMENT = 64;
  private static final int PIECE = 1 << 26;
  private static final int BUFFER = 1 << 20;
  private static final Pattern TYPE = Pattern.compile("([<>=|]?)([a-z]\\d+|\\?)");

  private static final Pattern DESCR = key("descr", "'([^']*)'|\"([^\"]*)\"|(\\[.*?\\])");
  private static final Pattern ORDER = key("fortran_order", "(True|False)");
  private static final Pattern SHAPE = key("shape", "\\(([0-9L,\\s]*)\\)");

  private Npy() {}

  private static Pattern key(String name, String value) {
    return Pattern.compile("['\"]" + name + "['\"]\\s*:\\s*(?:" + value + ")", Pattern.DOTALL);
  }

  /**
   * What the header of a file says.
   *
   * @param dtype type of the elements
   * @param swapped whether their bytes are in the other order than this machine's
   * @param fortran whether the first index varies fastest
   * @param shape dimension lengths
   * @param data where the elements begin
   */
  public record Header(DType dtype, boolean swapped, boolean fortran, long[] shape, long data) {}

  /** The bytes of a file, wherever they are. */
  interface Source {
    /** How many there are. */
    long size() throws IOException;

    /** Reads from a position until the target is full or the bytes end; returns how many, or -1. */
    int read(ByteBuffer target, long at) throws IOException;

    /** A file opened for reading. */
    static Source of(FileChannel file) {
      return new Source() {
        @Override
        public long size() throws IOException {
          return file.size();
        }

        @Override
        public int read(ByteBuffer target, long at) throws IOException {
          return file.read(target, at);
        }
      };
    }

    /** A file mapped from its first byte on. */
    static Source of(Mapping mapping) {
      return new Source() {
        @Override
        public long size() {
          return mapping.size();
        }

        @Override
        public int read(ByteBuffer target, long at) {
          int count = (int) Math.min(target.remaining(), mapping.size() - at);
          if (count <= 0) {
            return -1;
          }
          target.put(mapping.buffer(mapping.address() + at, count));
          mapping.verify();
          return count;
        }
      };
    }
  }

  /**
   * Reads the header, and checks it against the length of the file.
   *
   * @param file the bytes of the file
   * @param path for messages
   * @return the header
   * @throws IOException if the file is broken or of a dtype that is not supported
   */
  static Header readHeader(Source file, Path path) throws IOException {
    ByteBuffer start = read(file, 0, PREFIX + 4, path);
    for (byte b : MAGIC) {
      if (start.get() != b) {
        throw new IOException(path + " is no .npy file: it does not begin with \\x93NUMPY");
      }
    }
    int major = start.get() & 0xff;
    start.get();
    if (major < 1 || major > 3) {
      throw new IOException(
          path + " is of .npy version " + major + "; versions 1 to 3 can be read");
    }
    start.order(ByteOrder.LITTLE_ENDIAN);
    int size = major == 1 ? start.getShort() & 0xffff : start.getInt();
    int begin = PREFIX + (major == 1 ? 2 : 4);
    if (size < 0 || size > LONGEST_HEADER) {
      throw new IOException(
          path + " claims a header of " + (size & 0xffffffffL) + " bytes; it is broken");
    }
    byte[] bytes = read(file, begin, size, path).array();
    String text =
        new String(bytes, major == 3 ? StandardCharsets.UTF_8 : StandardCharsets.ISO_8859_1);
    return check(text, (long) begin + size, file.size(), path);
  }

  private static Header check(String text, long data, long length, Path path) throws IOException {
    Matcher descr = DESCR.matcher(text);
    Matcher order = ORDER.matcher(text);
    Matcher shape = SHAPE.matcher(text);
    if (!descr.find() || !order.find() || !shape.find()) {
      throw new IOException(
          path + " has a header without descr, fortran_order or shape; it is broken");
    }
    String type = descr.group(1) != null ? descr.group(1) : descr.group(2);
    if (type == null) {
      throw new IOException(
          path + " holds records of dtype " + descr.group(3) + "; " + supported());
    }
    DType dtype = dtype(type);
    if (dtype == null) {
      throw new IOException(path + " is of dtype '" + type + "'; " + supported());
    }
    boolean little = ByteOrder.nativeOrder() == ByteOrder.LITTLE_ENDIAN;
    boolean swapped = Elements.alignment(dtype) > 1 && type.charAt(0) == (little ? '>' : '<');
    long[] lengths = lengths(shape.group(1), path);
    long wanted;
    try {
      wanted = Math.addExact(Shapes.checkedBytes(lengths, dtype.itemSize()), data);
    } catch (IllegalArgumentException | ArithmeticException e) {
      throw new IOException(path + " claims an impossible shape: " + e.getMessage(), e);
    }
    if (wanted != length) {
      throw new IOException(
          path
              + " has "
              + length
              + " bytes, but its header announces shape "
              + Shapes.text(lengths)
              + " of "
              + dtype
              + ", which makes "
              + wanted
              + "; "
              + (length < wanted ? "it is truncated" : "something follows the array"));
    }
    return new Header(dtype, swapped, order.group(1).equals("True"), lengths, data);
  }

  /** The dtype of a type string in either byte order; null if there is none. */
  private static DType dtype(String type) {
    Matcher parts = TYPE.matcher(type);
    if (parts.matches()) {
      String name = parts.group(2).equals("?") ? "b1" : parts.group(2);
      for (DType dtype : DType.values()) {
        if (dtype.typestr().substring(1).equals(name)) {
          return dtype;
        }
      }
    }
    return null;
  }

  private static String supported() {
    return "supported are " + Arrays.toString(DType.values()) + " in either byte order";
  }

  private static long[] lengths(String inside, Path path) throws IOException {
    String text = inside.strip();
    if (text.endsWith(",")) {
      text = text.substring(0, text.length() - 1);
    }
    if (text.isEmpty()) {
      return new long[0];
    }
    String[] words = text.split(",", -1);
    long[] lengths = new long[words.length];
    for (int i = 0; i < words.length; i++) {
      String word = words[i].strip();
      try {
        // Python 2 wrote an L after long integers.
        lengths[i] =
            Long.parseLong(word.endsWith("L") ? word.substring(0, word.length() - 1) : word);
      } catch (NumberFormatException e) {
        throw new IOException(path + " has the impossible length \"" + word + "\" in its shape", e);
      }
    }
    return lengths;
  }

  private static ByteBuffer read(Source file, long at, int size, Path path) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(size);
    while (buffer.hasRemaining()) {
      if (file.read(buffer, at + buffer.position()) < 0) {
        throw new EOFException(path + " ends inside its header, after " + file.size() + " bytes");
      }
    }
    return buffer.flip();
  }

  /**
   * Reads the elements in the order of the file.
   *
   * @param file opened for reading
   * @param header what {@link #readHeader} returned
   * @param path for messages
   * @param view a contiguous array of the same dtype and size, held by the caller
   * @throws IOException if the file cannot be read
   */
  public static void readData(FileChannel file, Header header, Path path, View view)
      throws IOException {
    Mapping mapping = view.mapping();
    long bytes = Shapes.size(header.shape()) * header.dtype().itemSize();
    for (long done = 0; done < bytes; ) {
      int piece = (int) Math.min(PIECE, bytes - done);
      ByteBuffer target = mapping.buffer(view.address() + done, piece);
      while (target.hasRemaining()) {
        if (file.read(target, header.data() + done + target.position()) < 0) {
          throw new EOFException(path + " was truncated while it was read");
        }
      }
      normalise(target.flip(), header);
      done += piece;
    }
  }

  private static void normalise(ByteBuffer piece, Header header) {
    if (header.dtype() == DType.BOOL) {
      for (int i = 0; i < piece.limit(); i++) {
        byte value = piece.get(i);
        if (value != 0 && value != 1) {
          piece.put(i, (byte) 1);
        }
      }
    } else if (header.swapped()) {
      turn(piece, Elements.alignment(header.dtype()));
    }
  }

  private static void turn(ByteBuffer piece, int bytes) {
    for (int i = 0; i < piece.limit(); i += bytes) {
      switch (bytes) {
        case 2 -> piece.putShort(i, Short.reverseBytes(piece.getShort(i)));
        case 4 -> piece.putInt(i, Integer.reverseBytes(piece.getInt(i)));
        default -> piece.putLong(i, Long.reverseBytes(piece.getLong(i)));
      }
    }
  }

  /**
   * Writes a file, in Fortran order if that is how the elements lie.
   *
   * @param file opened for writing, empty
   * @param view the array, held by the caller
   * @throws IOException if it cannot be written
   */
  public static void write(FileChannel file, View view) throws IOException {
    int itemSize = view.dtype().itemSize();
    Geometry geometry = new Geometry(view.address(), view.shape(), view.strides());
    Geometry turned = geometry.transpose();
    boolean fortran =
        view.shape().length > 1
            && !Shapes.isContiguous(view.shape(), view.strides(), itemSize)
            && Shapes.isContiguous(turned.shape(), turned.strides(), itemSize);
    writeFully(file, header(view, fortran));
    Geometry order = fortran ? turned : geometry;
    View source =
        new View(view.block(), view.address(), view.dtype(), order.shape(), order.strides(), true);
    if (Shapes.isContiguous(order.shape(), order.strides(), itemSize)) {
      long bytes = Shapes.size(order.shape()) * itemSize;
      for (long done = 0; done < bytes; done += PIECE) {
        int piece = (int) Math.min(PIECE, bytes - done);
        writeFully(file, view.mapping().buffer(view.address() + done, piece));
      }
    } else {
      gather(file, source);
    }
  }

  private static void gather(FileChannel file, View view) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(BUFFER).order(ByteOrder.nativeOrder());
    Mapping mapping = view.mapping();
    int itemSize = view.dtype().itemSize();
    try {
      Copies.rows(
          view,
          (address, length, stride) -> {
            for (long i = 0; i < length; i++) {
              if (out.remaining() < itemSize) {
                flush(file, out);
              }
              Elements.append(mapping, address + i * stride, out, itemSize);
            }
          });
    } catch (java.io.UncheckedIOException e) {
      throw e.getCause();
    }
    writeFully(file, out.flip());
  }

  private static void flush(FileChannel file, ByteBuffer out) {
    try {
      writeFully(file, out.flip());
      out.clear();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static ByteBuffer header(View view, boolean fortran) {
    String text =
        "{'descr': '"
            + view.dtype().typestr()
            + "', 'fortran_order': "
            + (fortran ? "True" : "False")
            + ", 'shape': "
            + Shapes.text(view.shape())
            + ", }";
    int begin = PREFIX + 2;
    int whole = (begin + text.length() + 1 + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
    String padded = text + " ".repeat(whole - begin - text.length() - 1) + "\n";
    ByteBuffer out = ByteBuffer.allocate(whole).order(ByteOrder.LITTLE_ENDIAN);
    out.put(MAGIC).put((byte) 1).put((byte) 0).putShort((short) padded.length());
    return out.put(padded.getBytes(StandardCharsets.US_ASCII)).flip();
  }

  private static void writeFully(FileChannel file, ByteBuffer bytes) throws IOException {
    while (bytes.hasRemaining()) {
      file.write(bytes);
    }
  }
}
