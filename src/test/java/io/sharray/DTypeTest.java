package io.sharray;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.math.BigInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Dtypes, how they meet, and conversions. */
class DTypeTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static void meet(DType result, DType x, DType y) {
    assertEquals(result, DType.resultType(x, y));
    assertEquals(result, DType.resultType(y, x));
  }

  @Test
  void pairsMeetAsTheStandardSays() {
    meet(DType.INT16, DType.INT8, DType.UINT8);
    meet(DType.INT32, DType.INT16, DType.UINT16);
    meet(DType.INT64, DType.INT8, DType.UINT32);
    meet(DType.INT64, DType.INT64, DType.UINT8);
    meet(DType.UINT64, DType.UINT64, DType.UINT8);
    meet(DType.FLOAT64, DType.FLOAT32, DType.FLOAT64);
    meet(DType.COMPLEX128, DType.COMPLEX64, DType.FLOAT64);
    meet(DType.COMPLEX64, DType.COMPLEX64, DType.FLOAT32);
    meet(DType.FLOAT32, DType.INT16, DType.FLOAT32);
    meet(DType.FLOAT64, DType.INT32, DType.FLOAT32);
    meet(DType.INT8, DType.BOOL, DType.INT8);
    String message =
        assertThrows(
                IllegalArgumentException.class, () -> DType.resultType(DType.UINT64, DType.INT8))
            .getMessage();
    assertTrue(message.contains("uint64") && message.contains("astype"), message);
    assertTrue(DType.canCast(DType.INT32, DType.FLOAT64));
    assertFalse(DType.canCast(DType.FLOAT64, DType.FLOAT32));
    assertFalse(DType.canCast(DType.UINT64, DType.INT64));
  }

  @Test
  void limitsOfTypes() {
    assertEquals(0x1p-52, DType.FLOAT64.finfo().eps());
    assertEquals(0x1p-23, DType.COMPLEX64.finfo().eps());
    assertEquals(DType.FLOAT32, DType.COMPLEX64.finfo().dtype());
    assertEquals(BigInteger.valueOf(-128), DType.INT8.iinfo().min());
    assertEquals(new BigInteger("18446744073709551615"), DType.UINT64.iinfo().max());
    assertEquals(BigInteger.valueOf(Long.MIN_VALUE), DType.INT64.iinfo().min());
    assertThrows(IllegalArgumentException.class, DType.INT8::finfo);
    assertThrows(IllegalArgumentException.class, DType.BOOL::iinfo);
  }

  @Test
  void numbersTakeTheDtypeOfTheArraysTheyMeet() {
    NDArray x = NDArray.of(1.0, 2.0, 3.0);
    Expr bytes = x.astype(DType.INT8).eval();
    Expr singles = x.astype(DType.FLOAT32).eval();
    assertEquals(DType.INT8, bytes.plus(1).dtype());
    assertEquals(DType.FLOAT64, bytes.plus(1.0).dtype());
    assertEquals(DType.FLOAT32, singles.plus(1).dtype());
    assertEquals(DType.FLOAT32, singles.times(1.5).dtype());
    assertEquals(DType.INT64, greater(x, 1).plus(1).dtype());
    assertEquals(DType.INT8, maximum(bytes, 2).dtype());
    assertEquals(DType.FLOAT64, bytes.div(bytes).dtype());
    assertEquals(DType.FLOAT64, exp(bytes).dtype());
    String message =
        assertThrows(IllegalArgumentException.class, () -> bytes.plus(300)).getMessage();
    assertTrue(message.contains("300") && message.contains("int8"), message);
    assertThrows(IllegalArgumentException.class, () -> x.plus((1L << 53) + 1));
  }

  @Test
  void integersAreExact() {
    long large = (1L << 62) + 12345;
    Expr x = NDArray.of(1.0).astype(DType.INT64).times(large);
    assertEquals(large + 1, sum(x.plus(1)).itemLong());
    assertEquals(large, x.itemLong());
    assertEquals(Long.MIN_VALUE, x.times(0).plus(Long.MAX_VALUE).plus(1).itemLong());
    Expr unsigned = x.astype(DType.UINT64);
    assertThrows(ArithmeticException.class, () -> unsigned.times(2).plus(1L << 62).itemLong());
    assertEquals(3 * 0x1p62, unsigned.times(2).plus(1L << 62).item(), 1e5);
  }

  @Test
  void conversionsAreThoseOfJavaAndSaturate() {
    double[] values = {1.9, -1.9, 300, -300, Double.NaN, 1e30, -1e30, -0.5};
    NDArray x = NDArray.of(values);
    double[] bytes = x.astype(DType.INT8).astype(DType.FLOAT64).eval().toDoubleArray();
    double[] unsigned = x.astype(DType.UINT8).astype(DType.FLOAT64).eval().toDoubleArray();
    double[] longs = x.astype(DType.INT64).astype(DType.FLOAT64).eval().toDoubleArray();
    for (int i = 0; i < values.length; i++) {
      assertEquals(Math.max(-128, Math.min(127, (long) values[i])), bytes[i]);
      assertEquals(Math.max(0, Math.min(255, (long) values[i])), unsigned[i]);
      assertEquals((double) (long) values[i], longs[i]);
    }
    assertEquals(-56, NDArray.of(200.0).astype(DType.INT64).astype(DType.INT8).itemLong());
    assertEquals(1, NDArray.of(Double.NaN).astype(DType.BOOL).itemLong());
    Expr complex = x.astype(DType.COMPLEX64);
    assertThrows(IllegalArgumentException.class, () -> complex.astype(DType.FLOAT32));
    assertThrows(IllegalArgumentException.class, () -> less(complex, 1));
    Complex sum = sum(NDArray.of(1.9).astype(DType.COMPLEX64)).itemComplex();
    assertEquals(Complex.of(1.9f, 0), sum);
  }
}
