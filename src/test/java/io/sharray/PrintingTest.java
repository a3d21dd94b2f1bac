package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.Random;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What NumPy prints for the same bytes. */
class PrintingTest {
  private static final int ROUNDS = 60;
  private static PythonProcess python;

  @BeforeAll
  static void start() throws IOException {
    python = new PythonProcess("numpy");
    // Since 2.3 single precision is printed in another way.
    python.exec(
        "'legacy' in numpy.get_printoptions() and numpy.lib.NumpyVersion(numpy.__version__) >="
            + " '2.3.0' and numpy.set_printoptions(legacy='2.2')");
    python.exec(
        "printed = lambda dtype, shape, text: str(numpy.frombuffer(bytes.fromhex(text),"
            + " dtype).reshape(shape)).encode().hex()");
  }

  @AfterAll
  static void end() {
    python.close();
  }

  private static String numpy(NDArray array) throws IOException {
    byte[] bytes = new byte[(int) array.byteSize()];
    array.asByteBuffer().get(bytes);
    String call =
        "printed('%s', %s, '%s')"
            .formatted(
                array.dtype().typestr(),
                io.sharray.internal.array.Shapes.text(array.shape()),
                HexFormat.of().formatHex(bytes));
    String hex = python.eval(call).replace("'", "");
    return new String(HexFormat.of().parseHex(hex), StandardCharsets.UTF_8);
  }

  private static long[] shape(Random random) {
    return switch (random.nextInt(12)) {
      case 0, 1 -> new long[0];
      case 2 -> new long[] {random.nextInt(60)};
      case 3 -> new long[] {990 + random.nextInt(20)};
      case 4 -> new long[] {40, 8 + random.nextInt(20)};
      case 5 -> new long[] {2, 3, 1 + random.nextInt(20)};
      case 6 -> new long[] {random.nextInt(3), 2, 1, 3};
      case 7 -> new long[] {12, 11, 9};
      default -> new long[] {1 + random.nextInt(6)};
    };
  }

  /** Numbers of a kind that is the same for all of an array, and now and then a special one. */
  private static double number(Random random, int kind, boolean single) {
    if (kind > 3 && random.nextInt(6) == 0) {
      double[] special = {
        0, -0.0, Double.NaN, Double.POSITIVE_INFINITY, Double.NEGATIVE_INFINITY, 1e16, 1e-5
      };
      return special[random.nextInt(special.length)];
    }
    double any = random.nextGaussian();
    double bits =
        single
            ? Float.intBitsToFloat(random.nextInt())
            : Double.longBitsToDouble(random.nextLong());
    return switch (kind % 10) {
      case 0 -> random.nextInt(2000) - 1000;
      case 1 -> Math.rint(any * 1e3) / 1e2;
      case 2, 3 -> any;
      case 4 -> any * Math.pow(10, random.nextInt(7) - 3);
      case 5 -> any * Math.pow(10, random.nextInt(40) - 20);
      case 6 -> Math.scalb(1.0, random.nextInt(200) - 100);
      case 7 -> random.nextInt(1_000_000) * 1e3;
      case 8 -> Math.rint(any * 100) + 0.5;
      default -> Double.isNaN(bits) ? 1 : bits;
    };
  }

  private static NDArray random(DType dtype, Random random) {
    NDArray array = NDArray.zeros(dtype, shape(random));
    ByteBuffer out = array.asByteBuffer();
    int kind = random.nextInt(20);
    int bits = 1 + random.nextInt(8 * dtype.itemSize());
    boolean single = dtype.real() == DType.FLOAT32;
    while (out.hasRemaining()) {
      if (dtype.real() == DType.FLOAT64) {
        out.putDouble(number(random, kind, single));
      } else if (single) {
        float value = (float) number(random, kind, single);
        // As the smallest of an array it is on either side of the limit, by version.
        out.putFloat(Math.abs(value) == 0.0001f ? 1 : value);
      } else if (dtype == DType.BOOL) {
        out.put((byte) random.nextInt(2));
      } else {
        long value = random.nextLong() >> (64 - bits);
        ByteBuffer whole = ByteBuffer.allocate(8).order(out.order()).putLong(0, value);
        out.put(whole.array(), 0, dtype.itemSize());
      }
    }
    return array;
  }

  @ParameterizedTest
  @EnumSource
  void everyDTypeIsPrintedAsNumPyPrintsIt(DType dtype) throws IOException {
    Random random = new Random(dtype.ordinal());
    for (int round = 0; round < ROUNDS; round++) {
      try (NDArray array = random(dtype, random)) {
        assertEquals(numpy(array), array.toString());
      }
    }
  }

  @Test
  void limitsAndHardNumbersArePrintedAsNumPyPrintsThem() throws IOException {
    double[] hard = {
      Math.scalb(1.0, -44),
      2e23,
      9007199254740993.0,
      Double.MIN_VALUE,
      Double.MAX_VALUE,
      1e100,
      5e-324,
      1e-100,
      2.2250738585072014E-308,
      0.1 + 0.2,
      123456789.125,
      99999999.5,
      99999999,
      1e8,
      9.999999999e7,
      0.5,
      1e-4,
      0.00012345,
      1e15 / 3,
      1e16,
      9999999999999998.0,
      0.30000000000000004
    };
    for (double value : hard) {
      for (DType dtype :
          new DType[] {DType.FLOAT32, DType.FLOAT64, DType.COMPLEX64, DType.COMPLEX128}) {
        if (dtype.real() == DType.FLOAT32 && value == 1e-4) {
          continue;
        }
        try (NDArray scalar = NDArray.full(dtype, value);
            NDArray negative = NDArray.full(dtype, -value, 2);
            NDArray mixed = NDArray.full(dtype, value, 3)) {
          mixed.setDouble(1, 1);
          if (dtype.isComplex()) {
            mixed.setComplex(Complex.of(-0.0, -value), 2);
          }
          for (NDArray array : new NDArray[] {scalar, negative, mixed}) {
            assertEquals(numpy(array), array.toString(), dtype + " " + value);
          }
        }
      }
    }
    try (NDArray longs = NDArray.of(Long.MIN_VALUE, 0, Long.MAX_VALUE);
        NDArray unsigned = NDArray.zeros(DType.UINT64, 2)) {
      assertEquals(
          "[-9223372036854775808                    0  9223372036854775807]", longs.toString());
      unsigned.setLong(-1, 1);
      assertEquals("[                   0 18446744073709551615]", unsigned.toString());
      assertEquals(numpy(unsigned), unsigned.toString());
    }
    try (NDArray z = NDArray.of(Complex.of(1.5, -2), Complex.of(0, Double.NaN))) {
      assertEquals("[1.5 -2.j 0. +nanj]", z.toString());
      assertTrue(numpy(z).equals(z.toString()), numpy(z));
    }
  }
}
