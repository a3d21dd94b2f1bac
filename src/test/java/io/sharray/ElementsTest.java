package io.sharray;

import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Conversions between the elements of every dtype and Java's types. */
class ElementsTest {
  private static final double[] DOUBLES = {
    0,
    -0.0,
    0.5,
    -0.9,
    1,
    -1,
    1.9,
    -1.9,
    127,
    128,
    -128.9,
    -129,
    255,
    255.9,
    256,
    32767.5,
    32768,
    -32769,
    65535.5,
    65536,
    2147483647.5,
    2147483648.0,
    -2147483649.0,
    4294967295.5,
    4294967296.0,
    0x1p53 + 2,
    0x1p62,
    0x1p63,
    -0x1p63,
    0x1p64,
    0x1.fffffffffffffp63,
    0x1.8p63,
    1e300,
    -1e300,
    1e-300,
    Double.NaN,
    Double.POSITIVE_INFINITY,
    Double.NEGATIVE_INFINITY,
    1.0000000596046448,
    3e38,
    4e38
  };

  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static String refusal(Executable call) {
    return assertThrows(IllegalArgumentException.class, call).getMessage();
  }

  private static BigInteger exact(NDArray array) {
    long bits = array.getLong(0);
    return array.dtype() == DType.UINT64
        ? new BigInteger(Long.toUnsignedString(bits))
        : BigInteger.valueOf(bits);
  }

  /** Towards 0, then the nearest that the dtype has. */
  private static BigInteger saturated(DType dtype, double value) {
    DType.IntegerInfo info = dtype.iinfo();
    if (Double.isNaN(value)) {
      return BigInteger.ZERO;
    }
    if (Double.isInfinite(value)) {
      return value > 0 ? info.max() : info.min();
    }
    BigInteger whole = new BigDecimal(value).setScale(0, RoundingMode.DOWN).toBigInteger();
    return whole.max(info.min()).min(info.max());
  }

  private static BigInteger wrapped(DType dtype, long value) {
    BigInteger count = BigInteger.ONE.shiftLeft(8 * dtype.itemSize());
    BigInteger low = BigInteger.valueOf(value).mod(count);
    return low.compareTo(dtype.iinfo().max()) > 0 ? low.subtract(count) : low;
  }

  private static long[] longs() {
    long[] edges = {
      0,
      1,
      -1,
      127,
      128,
      -129,
      255,
      256,
      32768,
      65536,
      1L << 31,
      -(1L << 31) - 1,
      (1L << 32) - 1,
      1L << 32,
      (1L << 53) + 1,
      -(1L << 53) - 1,
      Long.MAX_VALUE,
      Long.MIN_VALUE,
      Long.MAX_VALUE - 511,
      (1L << 54) + 3,
      16777217,
      33554435,
      (1L << 24 | 1) << 30 | 1
    };
    return LongStream.concat(LongStream.of(edges), new Random(5).longs(200)).toArray();
  }

  @ParameterizedTest
  @EnumSource
  void doublesAreConvertedAsPromised(DType dtype) {
    NDArray array = NDArray.zeros(dtype, 1);
    for (double value : DOUBLES) {
      array.setDouble(value, 0);
      String text = dtype + " " + value;
      if (dtype.isInteger()) {
        BigInteger whole = saturated(dtype, value);
        assertEquals(whole, exact(array), text);
        assertEquals(whole.doubleValue(), array.getDouble(0), text);
        assertEquals(whole.floatValue(), array.getFloat(0), text);
        assertEquals(whole.longValue(), array.getLong(0), text);
        assertEquals(whole.intValue(), array.getInt(0), text);
      } else if (dtype == DType.BOOL) {
        assertEquals(value != 0 ? 1 : 0, array.getDouble(0), text);
      } else {
        double kept = dtype.real() == DType.FLOAT32 ? (float) value : value;
        assertEquals(Complex.of(kept, 0), array.getComplex(0), text);
        if (dtype.isFloat()) {
          assertEquals(kept, array.getDouble(0), text);
          assertEquals((float) kept, array.getFloat(0), text);
          assertEquals((long) kept, array.getLong(0), text);
          assertEquals((int) kept, array.getInt(0), text);
        }
        assertEquals(kept != 0, array.getBoolean(0), text);
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void longsAreConvertedAsPromised(DType dtype) {
    NDArray array = NDArray.zeros(dtype, 1);
    for (long value : longs()) {
      array.setLong(value, 0);
      String text = dtype + " " + value;
      switch (dtype.kind()) {
        case 'b' -> assertEquals(value != 0, array.getBoolean(0), text);
        case 'f', 'c' -> {
          double rounded = dtype.real() == DType.FLOAT32 ? (float) value : (double) value;
          assertEquals(Complex.of(rounded, 0), array.getComplex(0), text);
        }
        default -> {
          BigInteger whole = wrapped(dtype, value);
          assertEquals(whole, exact(array), text);
          assertEquals(whole.doubleValue(), array.getDouble(0), text);
          assertEquals(whole.floatValue(), array.getFloat(0), text);
          assertEquals(whole.intValue(), array.getInt(0), text);
          assertEquals(Complex.of(whole.doubleValue(), 0), array.getComplex(0), text);
        }
      }
      array.setInt((int) value, 0);
      int narrow = (int) value;
      if (dtype.isInteger()) {
        assertEquals(wrapped(dtype, narrow), exact(array), text);
      }
      array.setBoolean(true, 0);
      assertEquals(Complex.of(1, 0), array.getComplex(0), text);
    }
  }

  @ParameterizedTest
  @EnumSource
  void javaArraysHaveWhatTheSingleElementsHave(DType dtype) {
    NDArray whole = NDArray.zeros(dtype, 3, 40);
    Random random = new Random(dtype.ordinal());
    for (int i = 0; i < 120; i++) {
      double value = random.nextGaussian() * Math.pow(10, random.nextInt(12));
      if (dtype.isComplex()) {
        whole.setComplex(Complex.of(value, i % 3 - 1), i / 40, i % 40);
      } else if (i % 2 == 0) {
        whole.setDouble(value, i / 40, i % 40);
      } else {
        whole.setLong(i % 3 == 0 ? 0 : random.nextLong(), i / 40, i % 40);
      }
    }
    for (NDArray each : List.of(whole, whole.T(), whole.slice("::-1, ::3"), whole.slice("1, :"))) {
      NDArray flat = each.copy().reshape(each.size());
      for (int i = 0; i < flat.size(); i++) {
        assertEquals(flat.getComplex(i), each.toComplexArray()[i]);
        assertEquals(flat.getBoolean(i), each.toBooleanArray()[i]);
        if (!dtype.isComplex()) {
          assertEquals(flat.getDouble(i), each.toDoubleArray()[i]);
          assertEquals(flat.getFloat(i), each.toFloatArray()[i]);
          assertEquals(flat.getLong(i), each.toLongArray()[i]);
          assertEquals(flat.getInt(i), each.toIntArray()[i]);
        }
      }
    }
    if (dtype.isComplex()) {
      List<Executable> calls =
          List.of(
              () -> whole.getDouble(0, 0),
              () -> whole.getFloat(0, 0),
              () -> whole.getLong(0, 0),
              () -> whole.getInt(0, 0));
      calls.forEach(call -> assertTrue(refusal(call).contains("use getComplex")));
      List<Executable> copies =
          List.of(whole::toDoubleArray, whole::toFloatArray, whole::toLongArray, whole::toIntArray);
      copies.forEach(call -> assertTrue(refusal(call).contains("use toComplexArray")));
    } else {
      String message = refusal(() -> whole.setComplex(Complex.of(1, 0), 0, 0));
      assertTrue(message.contains("use setDouble") && message.contains("(3, 40)"), message);
      assertTrue(refusal(() -> NDArray.full(dtype, Complex.of(1, 2), 3)).contains("complex64"));
    }
  }

  @Test
  void literalsChooseTheDTypeThatJavaGivesThem() {
    assertEquals(DType.INT32, NDArray.of(1, 2, 3).dtype());
    assertEquals(DType.FLOAT64, NDArray.of(1.0, 2).dtype());
    assertEquals(DType.INT64, NDArray.of(1L, 2).dtype());
    assertEquals(DType.FLOAT32, NDArray.of(1f, 2).dtype());
    assertEquals(DType.INT16, NDArray.of((short) 1, (short) 2).dtype());
    assertEquals(DType.INT8, NDArray.of((byte) 1, (byte) 2).dtype());
    assertEquals(DType.BOOL, NDArray.of(true).dtype());
    assertEquals(DType.COMPLEX128, NDArray.of(Complex.of(1, 2)).dtype());
    assertEquals(DType.INT32, NDArray.full(DType.INT32, 7, 1, 2).dtype());
    assertArrayEquals(new int[] {-1, 2, 3}, NDArray.of(-1, 2, 3).toIntArray());
    assertArrayEquals(new long[] {Long.MIN_VALUE, 3}, NDArray.of(Long.MIN_VALUE, 3).toLongArray());
    assertArrayEquals(new float[] {0.1f, 2}, NDArray.of(0.1f, 2).toFloatArray());
    assertArrayEquals(
        new Complex[] {Complex.of(1, -2), Complex.of(0, 3)},
        NDArray.of(Complex.of(1, -2), Complex.of(0, 3)).toComplexArray());
    assertEquals(
        Complex.of(2, 5), NDArray.full(DType.COMPLEX64, Complex.of(2, 5), 7).getComplex(6));
  }

  @Test
  void nestedArraysOfEveryTypeBecomeArrays() {
    Object[][] all = {
      {new double[][] {{1, 2}, {3, 4}}, DType.FLOAT64},
      {new float[][] {{1, 2}, {3, 4}}, DType.FLOAT32},
      {new long[][] {{1, 2}, {3, 4}}, DType.INT64},
      {new int[][] {{1, 2}, {3, 4}}, DType.INT32},
      {new short[][] {{1, 2}, {3, 4}}, DType.INT16},
      {new byte[][] {{1, 2}, {3, 4}}, DType.INT8}
    };
    for (Object[] each : all) {
      NDArray array = NDArray.ofNested(each[0]);
      assertEquals(each[1], array.dtype());
      assertArrayEquals(new long[] {2, 2}, array.shape());
      assertArrayEquals(new double[] {1, 2, 3, 4}, array.toDoubleArray());
    }
    assertArrayEquals(
        new int[] {1, 2, 3, 4}, NDArray.of(new int[][][] {{{1, 2}}, {{3, 4}}}).toIntArray());
    assertArrayEquals(
        new boolean[] {true, false},
        NDArray.of(new boolean[][] {{true}, {false}}).toBooleanArray());
    Complex z = Complex.of(1, 2);
    NDArray table = NDArray.of(new Complex[][] {{z, z, z}, {z, Complex.of(0, 1), z}});
    assertEquals(DType.COMPLEX128, table.dtype());
    assertEquals(Complex.of(0, 1), table.getComplex(1, 1));
    assertTrue(refusal(() -> NDArray.of(z, null)).contains("number 1"));
    assertTrue(refusal(() -> NDArray.of(new Integer[] {1, 2})).contains("Integer[]"));
    assertTrue(refusal(() -> NDArray.ofNested(new char[] {'a'})).contains("char[]"));
    assertTrue(refusal(() -> NDArray.of(new int[][] {{1}, {2, 3}})).contains("equal"));
  }

  @Test
  void sequencesOfIntegersAreExactOrRefused() {
    long near = Long.MAX_VALUE - 5;
    assertArrayEquals(
        new long[] {near, near + 2, near + 4},
        NDArray.arange(DType.INT64, near, Long.MAX_VALUE, 2).toLongArray());
    assertArrayEquals(
        new long[] {Long.MIN_VALUE, -1, Long.MAX_VALUE - 1},
        NDArray.arange(DType.INT64, Long.MIN_VALUE, Long.MAX_VALUE, Long.MAX_VALUE).toLongArray());
    assertArrayEquals(
        new long[] {Long.MAX_VALUE, -1},
        NDArray.arange(DType.INT64, Long.MAX_VALUE, Long.MIN_VALUE, Long.MIN_VALUE).toLongArray());
    assertEquals(256, NDArray.arange(DType.UINT8, 256).size());
    assertEquals(256, NDArray.arange(DType.INT8, -128, 128).size());
    assertTrue(refusal(() -> NDArray.arange(DType.UINT8, 257)).contains("uint8 does not have 256"));
    assertTrue(refusal(() -> NDArray.arange(DType.INT8, -129, 0)).contains("-129"));
    assertTrue(refusal(() -> NDArray.arange(DType.UINT64, -1, 5)).contains("-1"));
    assertTrue(refusal(() -> NDArray.arange(DType.INT32, 0, 5, 0)).contains("step"));
    refusal(() -> NDArray.arange(DType.INT64, Long.MIN_VALUE, Long.MAX_VALUE, 1));
    assertArrayEquals(
        new float[] {0, 0.5f, 1}, NDArray.arange(DType.FLOAT32, 0, 1.5, 0.5).toFloatArray());
  }
}
