package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.CRC32;
import org.junit.jupiter.api.Test;

/** An array larger than a buffer of the JDK, seen by others; its untouched pages cost nothing. */
class LargeArrayTest {
  private static final long GIB = 1L << 30;
  private static final int WINDOW = 1 << 16; // elements

  private static NDArray fourGibibytes() {
    NDArray array = NDArray.create(Storage.systemV(), DType.FLOAT64, 4 * GIB / 8);
    Random random = new Random(4);
    for (long start : windows(array)) {
      for (int i = 0; i < WINDOW; i += 97) {
        array.setDouble(random.nextGaussian(), start + i);
      }
    }
    return array;
  }

  /** At both ends, across 2^31 bytes and across 2^32 bytes of the segment. */
  private static long[] windows(NDArray array) {
    return new long[] {0, GIB / 8 - WINDOW / 2, 2 * GIB / 8 - WINDOW / 2, array.size() - WINDOW};
  }

  private static long checksum(NDArray array, long start) {
    try (NDArray window = array.slice(Slice.range(start, start + WINDOW))) {
      CRC32 crc = new CRC32();
      crc.update(window.asByteBuffer());
      return crc.getValue();
    }
  }

  @Test
  void anotherJvmSeesTheSameNumbers() throws Exception {
    try (NDArray array = fourGibibytes();
        ArrayProcessTest.Peer peer = new ArrayProcessTest.Peer()) {
      for (long start : windows(array)) {
        try (NDArray one = array.slice(Slice.range(start, start + 1))) {
          assertEquals(one.getDouble(0), Double.parseDouble(peer.tell("attach " + one.handle())));
        }
      }
    }
  }

  @Test
  void numpySeesTheSameBytes() throws Exception {
    try (NDArray array = fourGibibytes();
        PythonProcess python = new PythonProcess("numpy", "ctypes", "zlib")) {
      long id = array.handle().record().id();
      python.exec("shmat = ctypes.CDLL(None).shmat");
      python.exec("shmat.restype = ctypes.c_void_p");
      python.exec(
          "memory = (ctypes.c_char * %d).from_address(shmat(%d, None, 0))"
              .formatted(array.byteSize() + 4096, id));
      python.exec("a = numpy.frombuffer(memory, '<f8', offset=4096)");
      assertEquals(Long.toString(array.size()), python.eval("a.size"));
      for (long start : windows(array)) {
        assertEquals(
            Long.toString(checksum(array, start)),
            python.eval("zlib.crc32(a[%d:%d])".formatted(start, start + WINDOW)));
      }
      python.exec("a[-1] = 7.5");
      assertEquals(7.5, array.getDouble(-1));
    }
  }

  private static long availableBytes() throws Exception {
    for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
      if (line.startsWith("MemAvailable:")) {
        return Long.parseLong(line.replaceAll("[^0-9]", "")) * 1024;
      }
    }
    return 0;
  }

  @Test
  void moreThanTwoToThe31ElementsAreComputedWith() throws Exception {
    assumeTrue(availableBytes() > 3 * GIB, "2 GiB are filled, but less than 3 GiB are available");
    long n = (1L << 31) + 5;
    try (NDArray x = NDArray.create(Storage.systemV(), DType.INT8, n)) {
      x.plus(1).into(x);
      assertEquals(n, Functions.sum(x).itemLong());
      x.setLong(7, -2);
      x.setLong(-3, -1);
      assertEquals(n - 2, Functions.argmax(x).itemLong());
      try (NDArray end = x.slice(Slice.range(n - 4, n));
          NDArray places = NDArray.of(new long[] {n - 2, -1, 0, 1L << 31});
          NDArray taken = x.take(places, 0);
          NDArray mask = NDArray.zeros(DType.BOOL, 4)) {
        assertArrayEquals(new double[] {1, 1, 7, -3}, end.toDoubleArray());
        assertArrayEquals(new double[] {7, -3, 1, 1}, taken.toDoubleArray());
        mask.setBoolean(true, 2);
        try (NDArray chosen = end.compress(mask)) {
          assertEquals(7, chosen.getLong(0));
        }
      }
    }
  }
}
