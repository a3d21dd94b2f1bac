package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel.MapMode;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** .npy files used in place. */
class MapNpyTest {
  @TempDir Path folder;

  /** A version 1 file with a header of the given length, the prefix included. */
  private Path npy(
      String name, String descr, boolean fortran, String shape, int header, byte[] data)
      throws IOException {
    String text =
        "{'descr': '%s', 'fortran_order': %s, 'shape': %s, }"
            .formatted(descr, fortran ? "True" : "False", shape);
    String padded = text + " ".repeat(header - 10 - text.length() - 1) + "\n";
    ByteBuffer out = ByteBuffer.allocate(header + data.length).order(ByteOrder.LITTLE_ENDIAN);
    out.put(new byte[] {(byte) 0x93, 'N', 'U', 'M', 'P', 'Y', 1, 0});
    out.putShort((short) padded.length()).put(padded.getBytes(StandardCharsets.US_ASCII));
    return Files.write(folder.resolve(name), out.put(data).array());
  }

  private static byte[] doubles(ByteOrder order, double... values) {
    ByteBuffer out = ByteBuffer.allocate(8 * values.length).order(order);
    Arrays.stream(values).forEach(out::putDouble);
    return out.array();
  }

  @Test
  void changesReachTheFile() throws IOException {
    Path path = folder.resolve("a.npy");
    try (NDArray numbers = NDArray.arange(6);
        NDArray table = numbers.reshape(2, 3)) {
      table.saveNpy(path);
    }
    try (NDArray mapped = NDArray.mapNpy(path);
        NDArray reader = NDArray.mapNpy(path, MapMode.READ_ONLY)) {
      assertArrayEquals(new long[] {2, 3}, mapped.shape());
      mapped.times(10).into(mapped);
      mapped.flush();
      assertEquals(150, Functions.sum(reader).item());
      assertTrue(reader.isReadOnly());
      assertThrows(UnsupportedOperationException.class, mapped::handle);
    }
    try (NDArray loaded = NDArray.loadNpy(path)) {
      assertEquals(50, loaded.getDouble(1, 2));
    }
  }

  @Test
  void aPrivateCopyLeavesTheFileAsItIs() throws IOException {
    Path path = npy("p.npy", "<f8", false, "(2,)", 128, doubles(ByteOrder.LITTLE_ENDIAN, 1, 2));
    byte[] before = Files.readAllBytes(path);
    try (NDArray copy = NDArray.mapNpy(path, MapMode.PRIVATE)) {
      copy.setDouble(9, 0);
      assertEquals(11, Functions.sum(copy).item());
    }
    assertArrayEquals(before, Files.readAllBytes(path));
  }

  @Test
  void fortranOrderStaysInPlace() throws IOException {
    byte[] data = doubles(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4, 5, 6);
    Path path = npy("f.npy", "<f8", true, "(2, 3)", 128, data);
    try (NDArray mapped = NDArray.mapNpy(path)) {
      assertArrayEquals(new long[] {8, 16}, mapped.strides());
      assertEquals(2, mapped.getDouble(1, 0));
      assertEquals(5, mapped.getDouble(0, 2));
    }
  }

  @Test
  void linksAreFollowedAndBoolsLieAnywhere() throws IOException {
    Path path = npy("b.npy", "|b1", false, "(3,)", 97, new byte[] {1, 0, 1});
    Path link = Files.createSymbolicLink(folder.resolve("link.npy"), path);
    try (NDArray mapped = NDArray.mapNpy(link)) {
      assertTrue(mapped.getBoolean(2));
    }
  }

  @Test
  void complexNumbersNeedTheAlignmentOfTheirParts() throws IOException {
    byte[] data = doubles(ByteOrder.LITTLE_ENDIAN, 1, 2, 3, 4);
    try (NDArray mapped = NDArray.mapNpy(npy("c.npy", "<c16", false, "(2,)", 104, data))) {
      assertEquals(Complex.of(3, 4), mapped.getComplex(1));
    }
    Path odd = npy("odd.npy", "<c16", false, "(2,)", 108, data);
    assertThrows(UncheckedIOException.class, () -> NDArray.mapNpy(odd));
    try (NDArray loaded = NDArray.loadNpy(odd)) {
      assertEquals(Complex.of(1, 2), loaded.getComplex(0));
    }
  }

  @Test
  void whatCannotBeUsedInPlaceIsForLoading() throws IOException {
    byte[] little = doubles(ByteOrder.LITTLE_ENDIAN, 1, 2);
    byte[] big = doubles(ByteOrder.BIG_ENDIAN, 1, 2);
    for (Path path :
        new Path[] {
          npy("unaligned.npy", "<f8", false, "(2,)", 99, little),
          npy("big.npy", ">f8", false, "(2,)", 128, big)
        }) {
      String message =
          assertThrows(UncheckedIOException.class, () -> NDArray.mapNpy(path)).getMessage();
      assertTrue(message.contains("loadNpy"), message);
      try (NDArray loaded = NDArray.loadNpy(path)) {
        assertEquals(3, Functions.sum(loaded).item());
      }
    }
  }

  @Test
  void brokenFilesAreRefused() throws IOException {
    byte[] data = doubles(ByteOrder.LITTLE_ENDIAN, 1, 2);
    for (Path path :
        new Path[] {
          npy("short.npy", "<f8", false, "(3,)", 128, data),
          npy("huge.npy", "<f8", false, "(4611686018427387904, 4)", 128, data),
          npy("type.npy", "<f16", false, "(1,)", 128, data),
          Files.writeString(folder.resolve("text.npy"), "no array at all, but some text"),
          Files.writeString(folder.resolve("tiny.npy"), "x")
        }) {
      assertThrows(UncheckedIOException.class, () -> NDArray.mapNpy(path), path.toString());
    }
    Path empty = Files.createFile(folder.resolve("empty.npy"));
    assertThrows(IncompatibleSegmentException.class, () -> NDArray.mapNpy(empty));
    assertThrows(SegmentGoneException.class, () -> NDArray.mapNpy(folder.resolve("none.npy")));
  }

  @Test
  void noDescriptorStaysOpen() throws IOException {
    Path path = npy("d.npy", "<f8", false, "(1,)", 128, doubles(ByteOrder.LITTLE_ENDIAN, 1));
    try (NDArray mapped = NDArray.mapNpy(path);
        var all = Files.newDirectoryStream(Path.of("/proc/self/fd"))) {
      for (Path each : all) {
        assertTrue(!Files.isSymbolicLink(each) || !read(each).equals(path.toRealPath()));
      }
      mapped.flush();
    }
  }

  private static Path read(Path link) {
    try {
      return Files.readSymbolicLink(link);
    } catch (IOException gone) {
      return Path.of("/");
    }
  }

  @Test
  void numpySeesTheSameBytes() throws IOException {
    Path path = folder.resolve("n.npy");
    try (PythonProcess python = new PythonProcess("numpy")) {
      python.exec(
          "numpy.save('" + path + "', numpy.asfortranarray(numpy.arange(12.).reshape(3, 4)))");
      try (NDArray mapped = NDArray.mapNpy(path)) {
        assertEquals(6, mapped.getDouble(1, 2));
        python.exec("a = numpy.load('" + path + "', mmap_mode='r+')");
        mapped.setDouble(60, 1, 2);
        assertEquals("60.0", python.eval("float(a[1, 2])"));
        python.exec("a[2, 3] = 110");
        assertEquals(110, mapped.getDouble(2, 3));
      }
    }
  }
}
