package io.sharray;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Random;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Reductions and scans by their definitions; bits and layouts are compared in io.sharray.oracle.
 */
class ReductionTest {
  private static final double INF = Double.POSITIVE_INFINITY;
  private static final double NAN = Double.NaN;
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private static double[] random(int n) {
    return new Random(n).doubles(n, -3, 7).toArray();
  }

  @Test
  void sumsHaveTheDtypeThatHoldsThem() {
    NDArray x = NDArray.of(1.0, 2.0, 3.0);
    DType[][] cases = {
      {DType.BOOL, DType.INT64},
      {DType.INT8, DType.INT64},
      {DType.UINT16, DType.UINT64},
      {DType.FLOAT32, DType.FLOAT32},
      {DType.FLOAT64, DType.FLOAT64},
      {DType.COMPLEX64, DType.COMPLEX64},
      {DType.COMPLEX128, DType.COMPLEX128}
    };
    for (DType[] c : cases) {
      assertEquals(c[1], sum(x.astype(c[0])).dtype());
      assertEquals(c[1], prod(x.astype(c[0])).dtype());
      double total = c[0] == DType.BOOL ? 3 : 6;
      assertEquals(Complex.of(total, 0), sum(x.astype(c[0])).itemComplex());
    }
    assertEquals(DType.INT8, sum(x, DType.INT8, false).dtype());
    assertEquals(-56, sum(NDArray.of(100.0, 100.0), DType.INT8, false).itemLong());
    assertEquals(DType.UINT8, min(x.astype(DType.UINT8)).dtype());
    assertEquals(DType.FLOAT64, mean(x.astype(DType.INT32)).dtype());
    assertEquals(DType.FLOAT32, mean(x.astype(DType.FLOAT32)).dtype());
    assertEquals(DType.INT64, argmax(x.astype(DType.FLOAT32)).dtype());
    assertEquals(2, argmax(x.astype(DType.UINT8)).itemLong());
  }

  @Test
  void singlePrecisionIsSummedInDouble() {
    float tenth = 0.1f;
    NDArray x = NDArray.full(DType.FLOAT64, tenth, 100_000);
    Expr single = x.astype(DType.FLOAT32);
    assertEquals((float) (100_000 * (double) tenth), sum(single).item());
    assertEquals(tenth, mean(single).item());
  }

  @Test
  void varianceAndDeviationByDefinition() {
    for (int n : new int[] {1, 2, 37, 1024, 5000}) {
      double[] values = random(n);
      double mean = IntStream.range(0, n).mapToDouble(i -> values[i]).sum() / n;
      double squares = 0;
      for (double v : values) {
        squares += (v - mean) * (v - mean);
      }
      NDArray x = NDArray.of(values);
      assertEquals(squares / n, var(x).item(), 1e-12 * squares);
      assertEquals(Math.sqrt(squares / n), std(x).item(), 1e-12 * squares);
      if (n > 1) {
        assertEquals(squares / (n - 1), var(x, 1, false).item(), 1e-12 * squares);
      } else {
        assertTrue(Double.isNaN(var(x, 1, false).item()));
      }
    }
    // A large mean leaves the spread its digits.
    NDArray far = NDArray.of(1e9 + 4, 1e9 + 7, 1e9 + 13, 1e9 + 16);
    assertEquals(22.5, var(far).item());
    assertTrue(Double.isNaN(var(NDArray.zeros(DType.FLOAT64, 0)).item()));
    assertArrayEquals(
        new double[] {1, 4},
        var(NDArray.of(new double[][] {{1, 3}, {2, 6}}), 1).eval().toDoubleArray());
  }

  @Test
  void placesAreThoseOfTheFirst() {
    NDArray x = NDArray.of(new double[][] {{3, 1, 1}, {1, 5, 5}});
    assertEquals(1, argmin(x).itemLong());
    assertEquals(4, argmax(x).itemLong());
    assertArrayEquals(
        new double[] {1, 0, 0}, argmin(x, 0).astype(DType.FLOAT64).eval().toDoubleArray());
    assertArrayEquals(
        new double[] {0, 1}, argmax(x, 1).astype(DType.FLOAT64).eval().toDoubleArray());
    assertEquals(1, argmax(NDArray.of(1, NAN, 9, NAN)).itemLong());
    assertThrows(IllegalArgumentException.class, () -> argmin(x, 0, 1));
    assertThrows(IllegalArgumentException.class, () -> argmin(NDArray.zeros(DType.FLOAT64, 0)));
    int n = 300_000;
    NDArray long_ = NDArray.zeros(DType.FLOAT64, n);
    long_.setDouble(1, 250_000);
    long_.setDouble(1, 299_999);
    assertEquals(250_000, argmax(long_).itemLong());
  }

  @Test
  void truthsAreCounted() {
    NDArray x = NDArray.of(new double[][] {{0, NAN, -0.0}, {2, 3, 4}});
    assertEquals(4, countNonzero(x).itemLong());
    assertEquals(1, any(x).itemLong());
    assertEquals(0, all(x).itemLong());
    assertEquals(DType.BOOL, all(x, 1).dtype());
    assertArrayEquals(new double[] {0, 1}, all(x, 1).eval().toDoubleArray());
    assertEquals(1, all(NDArray.zeros(DType.FLOAT64, 0)).itemLong());
    assertEquals(0, any(NDArray.zeros(DType.FLOAT64, 0)).itemLong());
  }

  @Test
  void normsByDefinition() {
    NDArray x = NDArray.of(3.0, -4.0, 0.0);
    assertEquals(5, vectorNorm(x).item());
    assertEquals(7, vectorNorm(x, 1, false).item());
    assertEquals(4, vectorNorm(x, INF, false).item());
    assertEquals(0, vectorNorm(x, -INF, false).item());
    assertEquals(2, vectorNorm(x, 0, false).item());
    assertArrayEquals(new long[] {1}, vectorNorm(x, 2, true).shape());
  }

  @Test
  void logarithmsOfSumsDoNotOverflow() {
    assertEquals(1000 + Math.log(2), logsumexp(NDArray.of(1000, 1000)).item(), 1e-12);
    assertEquals(-1000, logsumexp(NDArray.of(-1000, -INF)).item());
    assertEquals(-INF, logsumexp(NDArray.of(-INF, -INF)).item());
    assertEquals(INF, logsumexp(NDArray.of(1, INF)).item());
    assertTrue(Double.isNaN(logsumexp(NDArray.of(1, NAN)).item()));
    NDArray x = NDArray.of(new double[][] {{0, 0}, {1, 1}});
    double[] rows = logsumexp(x, true, 1).eval().toDoubleArray();
    assertArrayEquals(new double[] {Math.log(2), 1 + Math.log(2)}, rows, 1e-15);
  }

  @Test
  void nansAreLeftOut() {
    NDArray x = NDArray.of(new double[][] {{1, NAN, 5}, {NAN, NAN, NAN}});
    assertEquals(6, nansum(x).item());
    assertEquals(1, nanmin(x).item());
    assertEquals(5, nanmax(x).item());
    assertEquals(3, nanmean(x).item());
    assertArrayEquals(new double[] {6, 0}, nansum(x, 1).eval().toDoubleArray());
    assertArrayEquals(new double[] {1, NAN}, nanmin(x, 1).eval().toDoubleArray());
    assertArrayEquals(new double[] {5, NAN}, nanmax(x, 1).eval().toDoubleArray());
    assertArrayEquals(new double[] {3, NAN}, nanmean(x, 1).eval().toDoubleArray());
    assertEquals(INF, nanmin(NDArray.of(NAN, INF)).item());
  }

  @Test
  void sumsUpToEach() {
    NDArray x = NDArray.of(new double[][] {{1, 2, 3}, {4, 5, 6}});
    assertArrayEquals(new double[] {1, 3, 6, 4, 9, 15}, cumulativeSum(x, 1).eval().toDoubleArray());
    assertArrayEquals(new double[] {1, 2, 3, 5, 7, 9}, cumulativeSum(x, 0).eval().toDoubleArray());
    assertArrayEquals(
        new double[] {1, 2, 6, 4, 20, 120}, cumulativeProd(x, -1).eval().toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> cumulativeSum(x));
    assertEquals(DType.INT64, cumulativeSum(x.astype(DType.INT8), 0).dtype());
    NDArray in = NDArray.of(1.0, 2.0, 3.0);
    cumulativeSum(in.times(2)).into(in);
    assertArrayEquals(new double[] {2, 6, 12}, in.toDoubleArray());
    cumulativeSum(in.flip()).into(in);
    assertArrayEquals(new double[] {12, 18, 20}, in.toDoubleArray());
  }

  @Test
  void longScansHaveTheSameBitsForAnyNumberOfThreads() {
    int n = 400_001;
    double[] values = random(n);
    NDArray x = NDArray.of(values);
    int threads = Sharray.threads();
    try {
      Sharray.setThreads(1);
      double[] expected = cumulativeSum(x.times(1.5)).eval().toDoubleArray();
      double sum = 0;
      for (int i = 0; i < n; i++) {
        sum += values[i] * 1.5;
        assertEquals(sum, expected[i], 1e-8 * (i + 1));
      }
      for (int team = 2; team <= 8; team++) {
        Sharray.setThreads(team);
        assertArrayEquals(expected, cumulativeSum(x.times(1.5)).eval().toDoubleArray());
      }
    } finally {
      Sharray.setThreads(threads);
    }
  }

  @Test
  void softmaxTakesThreePassesAndReductionsOfTheSameShareOne() {
    NDArray x = NDArray.of(random(6000)).reshape(60, 100);
    Expr shifted = exp(x.minus(max(x, true, 1)));
    Expr softmax = shifted.div(sum(shifted, true, 1));
    String plan = softmax.explain();
    assertTrue(plan.contains("pass 3") && !plan.contains("pass 4"), plan);
    double[] rows = sum(softmax, 1).eval().toDoubleArray();
    for (double row : rows) {
      assertEquals(1, row, 1e-14);
    }
    Expr scaled = x.minus(mean(x)).div(std(x));
    plan = scaled.explain();
    assertTrue(plan.contains("pass 2") && !plan.contains("pass 3"), plan);
    assertEquals(0, mean(scaled).item(), 1e-13);
    assertEquals(1, std(scaled).item(), 1e-13);
    assertTrue(!nanmean(x, 0).explain().contains("pass 3"));
  }

  @Test
  void reductionsOverNoAxesAndScalars() {
    NDArray x = NDArray.of(7.0);
    NDArray scalar = x.at(0);
    assertEquals(7, sum(scalar).item());
    assertEquals(0, var(scalar).item());
    assertEquals(0, argmax(scalar).itemLong());
    assertArrayEquals(
        new double[] {0, 0}, sum(NDArray.zeros(DType.FLOAT64, 2, 0), 1).eval().toDoubleArray());
    assertArrayEquals(new long[] {0}, max(NDArray.zeros(DType.FLOAT64, 0, 3), 1).eval().shape());
  }
}
