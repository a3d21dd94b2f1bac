package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Memory of others, attached by layout. */
class RawSegmentTest {
  @TempDir Path folder;

  private Path file(int doubles) throws IOException {
    ByteBuffer out = ByteBuffer.allocate(8 * doubles).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = 0; i < doubles; i++) {
      out.putDouble(i);
    }
    return Files.write(folder.resolve("raw"), out.array());
  }

  @Test
  void pythonsSharedMemoryIsReadAndWrittenAndStays() throws IOException {
    try (PythonProcess python = new PythonProcess("numpy", "multiprocessing.shared_memory")) {
      python.exec("m = multiprocessing.shared_memory.SharedMemory(create=True, size=800000)");
      python.exec("a = numpy.ndarray((100, 1000), buffer=m.buf); a[:] = 1; a[3, 4] = 5");
      String name = python.eval("m.name").replace("'", "");
      try (NDArray array =
              NDArray.attachRaw(RawSegment.posix(name), RawLayout.of(DType.FLOAT64, 100, 1000));
          NDArray reader =
              NDArray.attachRaw(
                  RawSegment.posix("/" + name),
                  RawLayout.of(DType.FLOAT64, 1000).offset(3 * 8000).readOnly())) {
        assertEquals(100_004, Functions.sum(array).item());
        assertEquals(5, reader.getDouble(4));
        array.setDouble(8, 99, 999);
        assertEquals("8.0", python.eval("float(a[99, 999])"));
        assertThrows(UnsupportedOperationException.class, array::handle);
      }
      assertEquals("100011.0", python.eval("float(a.sum())"));
      python.exec("del a; m.close(); m.unlink()");
      assertThrows(
          SegmentGoneException.class,
          () -> NDArray.attachRaw(RawSegment.posix(name), RawLayout.of(DType.FLOAT64, 1)));
    }
  }

  @Test
  void aSimulationsSystemVSegmentIsFoundByIdAndByKey() throws IOException {
    try (PythonProcess simulation = new PythonProcess("numpy", "ctypes")) {
      simulation.exec("libc = ctypes.CDLL(None); libc.shmat.restype = ctypes.c_void_p");
      simulation.exec("key = 0x51000000 | __import__('os').getpid() & 0xffffff");
      simulation.exec("id = libc.shmget(key, 64 + 8 * 12, 0o1600)");
      simulation.exec(
          "raw = (ctypes.c_char * (64 + 8 * 12)).from_address(libc.shmat(id, None, 0))");
      // A Fortran code's field behind a header of its own.
      simulation.exec("f = numpy.ndarray((3, 4), buffer=raw, offset=64, order='F')");
      simulation.exec("f[:] = numpy.arange(12).reshape(3, 4)");
      int id = Integer.parseInt(simulation.eval("id"));
      int key = Integer.parseInt(simulation.eval("key"));
      RawLayout layout = RawLayout.of(DType.FLOAT64, 3, 4).offset(64).fortran();
      try (NDArray byId = NDArray.attachRaw(RawSegment.systemVId(id), layout);
          NDArray byKey = NDArray.attachRaw(RawSegment.systemVKey(key), layout.readOnly())) {
        assertEquals(6, byId.getDouble(1, 2));
        byId.times(2).into(byId);
        assertEquals("22.0", simulation.eval("float(f[2, 3])"));
        assertEquals(12, byKey.getDouble(1, 2));
      }
      assertEquals("132.0", simulation.eval("float(f.sum())"));
      simulation.exec("libc.shmctl(id, 0, None)");
      assertThrows(
          SegmentGoneException.class, () -> NDArray.attachRaw(RawSegment.systemVKey(key), layout));
    }
  }

  @Test
  void stridesRunAnywhereInsideTheMemory() throws IOException {
    RawSegment segment = RawSegment.file(file(20));
    RawLayout base = RawLayout.of(DType.FLOAT64, 4, 3);
    try (NDArray backwards =
            NDArray.attachRaw(segment, base.strides(-40, -8).offset(19 * 8).readOnly());
        NDArray repeated = NDArray.attachRaw(segment, base.strides(0, 16));
        NDArray none = NDArray.attachRaw(segment, RawLayout.of(DType.FLOAT64, 0, 3).offset(160))) {
      assertEquals(19, backwards.getDouble(0, 0));
      assertEquals(19 - 15 - 2, backwards.getDouble(3, 2));
      assertEquals(4, repeated.getDouble(3, 2));
      assertTrue(repeated.isReadOnly());
      assertEquals(0, none.size());
    }
  }

  @ParameterizedTest
  @EnumSource
  void everyDTypeLiesAtMultiplesOfItsNumbers(DType dtype) throws IOException {
    RawSegment segment = RawSegment.file(file(20));
    int number = dtype.real().itemSize();
    RawLayout layout = RawLayout.of(dtype, 3).strides(dtype.itemSize() + number);
    try (NDArray array = NDArray.attachRaw(segment, layout.offset(number))) {
      array.setLong(1, 2);
      assertArrayEquals(new boolean[] {true}, array.slice("2:").toBooleanArray());
      assertEquals(Complex.of(1, 0), array.copy().getComplex(2));
      assertEquals(Complex.of(1, 0), array.astype(DType.COMPLEX128).eval().getComplex(2));
    }
    if (number > 1) {
      for (RawLayout wrong :
          new RawLayout[] {
            layout.offset(number / 2), layout.offset(1), layout.strides(dtype.itemSize() + 1)
          }) {
        assertThrows(IncompatibleSegmentException.class, () -> NDArray.attachRaw(segment, wrong));
      }
    }
    RawLayout whole = RawLayout.of(dtype, 160 / dtype.itemSize());
    NDArray.attachRaw(segment, whole).close();
    assertThrows(
        IncompatibleSegmentException.class,
        () -> NDArray.attachRaw(segment, RawLayout.of(dtype, 160 / dtype.itemSize() + 1)));
  }

  @Test
  void whatLeavesTheMemoryIsRefused() throws IOException {
    RawSegment segment = RawSegment.file(file(20));
    RawLayout twenty = RawLayout.of(DType.FLOAT64, 20);
    RawLayout[] wrong = {
      RawLayout.of(DType.FLOAT64, 21),
      twenty.offset(8),
      twenty.offset(1),
      twenty.offset(Long.MAX_VALUE),
      twenty.strides(9),
      twenty.strides(16),
      twenty.strides(-8),
      twenty.strides(Long.MAX_VALUE - 7),
      twenty.strides(Long.MIN_VALUE),
      RawLayout.of(DType.FLOAT64, 1L << 59).strides(8),
      RawLayout.of(DType.FLOAT64, 3, 3).strides(Long.MIN_VALUE + 8, Long.MAX_VALUE - 7),
    };
    for (RawLayout layout : wrong) {
      assertThrows(IncompatibleSegmentException.class, () -> NDArray.attachRaw(segment, layout));
    }
    assertThrows(IllegalArgumentException.class, () -> RawLayout.of(DType.FLOAT64, -1));
    assertThrows(IllegalArgumentException.class, () -> RawLayout.of(DType.FLOAT64, 1L << 62));
    assertThrows(IllegalArgumentException.class, () -> twenty.offset(-8));
    assertThrows(IllegalArgumentException.class, () -> twenty.strides(8, 8));
  }

  @Test
  void aCopyOfAFileKeepsItsChangesToItself() throws IOException {
    Path path = file(20);
    byte[] before = Files.readAllBytes(path);
    RawLayout layout = RawLayout.of(DType.FLOAT64, 20);
    try (NDArray copy = NDArray.attachRaw(RawSegment.file(path), layout.copyOnWrite());
        NDArray shared = NDArray.attachRaw(RawSegment.file(path), layout)) {
      copy.setDouble(100, 0);
      assertEquals(0, shared.getDouble(0));
      assertArrayEquals(before, Files.readAllBytes(path));
      shared.setDouble(50, 1);
      shared.flush();
      assertFalse(java.util.Arrays.equals(before, Files.readAllBytes(path)));
    }
    assertThrows(
        IllegalArgumentException.class,
        () -> NDArray.attachRaw(RawSegment.systemVId(1 << 30), layout.copyOnWrite()));
  }

  @Test
  void namesThatAreNoneAreRefused() {
    for (String bad : new String[] {"", "/", "a/b", "//a", "../etc/passwd"}) {
      assertThrows(IllegalArgumentException.class, () -> RawSegment.posix(bad), bad);
    }
    assertThrows(IllegalArgumentException.class, () -> RawSegment.systemVId(-1));
    assertThrows(IllegalArgumentException.class, () -> RawSegment.systemVKey(0));
    RawLayout layout = RawLayout.of(DType.FLOAT64, 1);
    for (RawSegment none :
        new RawSegment[] {
          RawSegment.posix("psm_none"),
          RawSegment.systemVId(Integer.MAX_VALUE),
          RawSegment.systemVKey(0x7eadbeef),
          RawSegment.file(folder.resolve("none"))
        }) {
      assertThrows(
          SegmentGoneException.class, () -> NDArray.attachRaw(none, layout), none.toString());
    }
  }
}
