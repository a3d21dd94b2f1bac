package io.sharray;

import static io.sharray.Functions.exp;
import static io.sharray.Functions.gammaln;
import static io.sharray.Functions.greater;
import static io.sharray.Functions.log;
import static io.sharray.Functions.max;
import static io.sharray.Functions.mean;
import static io.sharray.Functions.min;
import static io.sharray.Functions.sum;
import static io.sharray.Functions.where;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.jni.NativeApi;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.IntToDoubleFunction;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ExpressionTest {
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    NativeApi.selectCpu("auto");
    scope.close();
  }

  private static double[] random(int n, double low, double high) {
    return new Random(n).doubles(n, low, high).toArray();
  }

  @Test
  void arithmeticIsThatOfJava() {
    double[] a = random(5000, -3, 3);
    double[] b = random(5000, 0.5, 9);
    NDArray x = NDArray.of(a);
    NDArray y = NDArray.of(b);
    double[] result = x.times(2).plus(y.times(3)).minus(x.div(y)).rem(0.75).eval().toDoubleArray();
    for (int i = 0; i < a.length; i++) {
      assertEquals((2 * a[i] + 3 * b[i] - a[i] / b[i]) % 0.75, result[i]);
    }
  }

  @Test
  void everyPairOfCheapOperationsKeepsItsTwoRoundings() {
    double[] a = random(300, -3, 3);
    double[] b = random(301, 0.5, 9);
    NDArray x = NDArray.of(a);
    NDArray y = NDArray.of(b).slice("1:");
    for (int inner = 0; inner < 3; inner++) {
      for (int outer = 0; outer < 5; outer++) {
        Expr in = inner == 0 ? x.plus(y) : inner == 1 ? x.minus(y) : x.times(y);
        Expr out =
            switch (outer) {
              case 0 -> in.plus(x);
              case 1 -> in.minus(x);
              case 2 -> x.minus(in);
              case 3 -> in.times(x);
              default -> in.times(in);
            };
        double[] result = out.eval().toDoubleArray();
        for (int i = 0; i < a.length; i++) {
          double p = a[i];
          double q = b[i + 1];
          double t = inner == 0 ? p + q : inner == 1 ? p - q : p * q;
          double expected =
              switch (outer) {
                case 0 -> t + p;
                case 1 -> t - p;
                case 2 -> p - t;
                case 3 -> t * p;
                default -> t * t;
              };
          assertEquals(expected, result[i]);
        }
      }
    }
  }

  @Test
  void shapesAreBroadcast() {
    NDArray column = NDArray.of(1.0, 2, 3).reshape(3, 1);
    NDArray row = NDArray.of(10.0, 20);
    NDArray result = column.plus(row).eval();
    assertArrayEquals(new long[] {3, 2}, result.shape());
    assertArrayEquals(new double[] {11, 21, 12, 22, 13, 23}, result.toDoubleArray());
  }

  @Test
  void shapesThatDoNotBroadcastAreBothNamed() {
    NDArray x = NDArray.zeros(DType.FLOAT64, 3, 4);
    NDArray y = NDArray.zeros(DType.FLOAT64, 5);
    String message = assertThrows(IllegalArgumentException.class, () -> x.plus(y)).getMessage();
    assertTrue(message.contains("(3, 4)") && message.contains("(5,)"), message);
  }

  @Test
  void wrongDTypesAreNamedWithTheRemedy() {
    Expr mask = greater(NDArray.of(1.0, 2), NDArray.of(2.0, 1));
    String message =
        assertThrows(IllegalArgumentException.class, () -> mask.plus(mask)).getMessage();
    assertTrue(message.contains("bool") && message.contains("astype("), message);
    NDArray out = NDArray.zeros(DType.FLOAT64, 2);
    assertThrows(IllegalArgumentException.class, () -> mask.into(out));
    assertThrows(IllegalArgumentException.class, () -> NDArray.of(1.0, 2, 3).plus(1).into(out));
  }

  @Test
  void comparisonsGiveBoolsAndWhereChooses() {
    NDArray x = NDArray.of(1, 5, Double.NaN);
    NDArray mask = greater(x, NDArray.of(2.0, 2, 2)).eval();
    assertEquals(DType.BOOL, mask.dtype());
    assertTrue(mask.getBoolean(1) && !mask.getBoolean(0) && !mask.getBoolean(2));
    assertArrayEquals(
        new double[] {-1, 5, -1}, where(mask, x, NDArray.of(-1.0, -1, -1)).eval().toDoubleArray());
    assertEquals(1, sum(mask).itemLong());
  }

  @Test
  void bitsDependNeitherOnThreadsNorOnTheCpuPathNorOnSlices() {
    int n = 200_003;
    NDArray a = NDArray.of(random(n, 0.05, 20));
    NDArray b = NDArray.of(random(n + 1, 0.1, 20)).slice("1:");
    double[] expected = null;
    double total = 0;
    int threads = Sharray.threads();
    for (String path : List.of("baseline", "avx2", "avx512", "neon")) {
      if (NativeApi.selectCpu(path) != 0) {
        continue;
      }
      for (int team = 1; team <= threads; team++) {
        Sharray.setThreads(team);
        double[] whole = exp(gammaln(a.times(1.5)).minus(b)).eval().toDoubleArray();
        double sum = sum(exp(gammaln(a.times(1.5)).minus(b))).item();
        if (expected == null) {
          expected = whole;
          total = sum;
        }
        assertArrayEquals(expected, whole);
        assertEquals(total, sum);
      }
      NDArray out = NDArray.zeros(DType.FLOAT64, n);
      for (int part = 0; part < 7; part++) {
        exp(gammaln(a.split(part, 7).times(1.5)).minus(b.split(part, 7))).into(out.split(part, 7));
      }
      assertArrayEquals(expected, out.toDoubleArray());
    }
    Sharray.setThreads(threads);
  }

  @Test
  void reductionsOverAxesAgreeWithLoops() {
    NDArray x = NDArray.of(random(60, -1, 1)).reshape(3, 4, 5);
    assertArrayEquals(new long[] {4}, sum(x, 0, 2).shape());
    assertArrayEquals(new long[] {1, 4, 1}, sum(x, true, 0, -1).shape());
    NDArray sums = sum(x, 0, 2).eval();
    NDArray smallest = min(x.T(), 0, 2).eval();
    NDArray means = mean(x, true, 1).eval();
    for (int j = 0; j < 4; j++) {
      double sum = 0;
      double least = Double.POSITIVE_INFINITY;
      for (int i = 0; i < 3; i++) {
        for (int k = 0; k < 5; k++) {
          sum += x.getDouble(i, j, k);
          least = Math.min(least, x.getDouble(i, j, k));
        }
      }
      assertEquals(sum, sums.getDouble(j), 1e-14);
      assertEquals(least, smallest.getDouble(j));
    }
    double mean = 0;
    for (int j = 0; j < 4; j++) {
      mean += x.getDouble(2, j, 4) / 4;
    }
    assertEquals(mean, means.getDouble(2, 0, 4), 1e-15);
  }

  @Test
  void reductionsInsideExpressionsBecomePassesOfTheirOwn() {
    NDArray x = NDArray.of(random(300, -5, 5)).reshape(30, 10);
    Expr weights = exp(x.minus(max(x, true, 1)));
    NDArray softmax = weights.div(sum(weights, true, 1)).eval();
    double[] rows = sum(softmax, 1).eval().toDoubleArray();
    assertEquals(30, rows.length);
    for (double row : rows) {
      assertEquals(1, row, 1e-14);
    }
    String plan = weights.div(sum(weights, true, 1)).explain();
    assertTrue(
        plan.contains("pass 3") && plan.contains("exp(") && plan.contains("max of (30, 10)"), plan);
    assertEquals(
        Math.log(sum(exp(x)).item()), log(sum(exp(x.minus(max(x))))).plus(max(x)).item(), 1e-13);
  }

  @Test
  void sumsOfNothingAreZeroAndMinimaOfNothingAreRefused() {
    NDArray x = NDArray.zeros(DType.FLOAT64, 0, 3);
    assertEquals(0, sum(x).item());
    assertArrayEquals(new double[3], sum(x, 0).eval().toDoubleArray());
    assertThrows(IllegalArgumentException.class, () -> min(x, 0));
    assertThrows(IllegalArgumentException.class, () -> sum(x, 2));
    assertThrows(IllegalArgumentException.class, () -> sum(x, 0, -2));
    assertEquals(0, x.plus(1).eval().size());
  }

  @Test
  void targetsMayBeOperands() {
    double[] values = random(3000, 0, 1);
    NDArray x = NDArray.of(values);
    x.times(2).plus(1).into(x);
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[i] * 2 + 1, x.getDouble(i));
    }
    NDArray y = NDArray.of(values);
    y.slice(":-1").plus(0).into(y.slice("1:"));
    NDArray z = NDArray.of(values);
    z.flip(0).plus(0).into(z);
    NDArray same = NDArray.attach(z.handle());
    same.flip(0).plus(0).into(z);
    for (int i = 0; i < values.length; i++) {
      assertEquals(values[Math.max(0, i - 1)], y.getDouble(i));
      assertEquals(values[i], z.getDouble(i));
    }
    NDArray wide = NDArray.of(1.0, 2).broadcastTo(3, 2);
    String message =
        assertThrows(IllegalArgumentException.class, () -> wide.plus(1).into(wide)).getMessage();
    assertTrue(message.contains("broadcast"), message);
  }

  @Test
  void sumsOfScaledArraysAreOneInstructionWithFourRoundings() {
    double[] a = random(5000, -1, 3);
    double[] b = random(5000, -11, 7);
    double[] c = random(5000, 0.1, 0.7);
    NDArray x = NDArray.of(a);
    NDArray y = NDArray.of(b);
    NDArray z = NDArray.of(c);
    double third = 1 / 3.0;
    assertOnePass(x.times(2).plus(y.times(3)).minus(z), i -> 2 * a[i] + 3 * b[i] - c[i]);
    assertOnePass(
        x.times(third).minus(y.times(-0.7)).plus(z), i -> a[i] * third - b[i] * -0.7 + c[i]);
    assertOnePass(z.minus(x.times(third).plus(y.times(7))), i -> c[i] - (a[i] * third + b[i] * 7));
    assertOnePass(z.minus(x.times(third).minus(y.times(7))), i -> c[i] - (a[i] * third - b[i] * 7));
    assertOnePass(z.plus(x.times(third).minus(y.times(7))), i -> c[i] + (a[i] * third - b[i] * 7));
    assertOnePass(x.times(third).plus(y.times(7)).minus(0.1), i -> a[i] * third + b[i] * 7 - 0.1);
    assertOnePass(
        x.times(third).plus(NDArray.of(5.0).times(7)).minus(z), i -> a[i] * third + 35 - c[i]);
    x.times(third).plus(y.times(7)).minus(x).into(x);
    double[] updated = x.toDoubleArray();
    for (int i = 0; i < a.length; i++) {
      assertEquals(a[i] * third + b[i] * 7 - a[i], updated[i]);
    }
  }

  @Test
  void scaledArraysThatAreUsedTwiceKeepTheirValue() {
    NDArray x = NDArray.of(1.0, 2.0);
    Expr scaled = x.times(0.1);
    assertArrayEquals(
        new double[] {1 * 0.1 + 1 * 0.1 - 1 * 0.1, 2 * 0.1 + 2 * 0.1 - 2 * 0.1},
        scaled.plus(scaled).minus(scaled).eval().toDoubleArray());
  }

  private static void assertOnePass(Expr linear, IntToDoubleFunction expected) {
    String plan = linear.explain();
    assertEquals(1, plan.split("block\\d+ = ", -1).length - 1, plan);
    double[] result = linear.eval().toDoubleArray();
    for (int i = 0; i < result.length; i++) {
      assertEquals(expected.applyAsDouble(i), result[i]);
    }
  }

  @Test
  void closedOperandsAreRefused() {
    NDArray x = NDArray.of(1.0, 2);
    Expr doubled = x.times(2);
    x.close();
    assertThrows(IllegalStateException.class, doubled::eval);
  }

  @Test
  void deepAndSharedExpressionsAreNoTrouble() {
    Expr power = NDArray.of(1 + 0x1p-30);
    for (int i = 0; i < 40; i++) {
      power = power.times(power);
    }
    assertEquals(Math.exp(1024), power.item(), Double.MAX_VALUE);
    Expr chain = NDArray.of(1.0);
    for (int i = 0; i < 900; i++) {
      chain = chain.plus(1);
    }
    assertEquals(901, chain.item());
    Expr tooDeep = chain;
    assertThrows(
        IllegalArgumentException.class,
        () -> {
          Expr more = tooDeep;
          for (int i = 0; i < 900; i++) {
            more = more.plus(1);
          }
        });
  }

  @Test
  void manyThreadsMayEvaluateAtOnce() throws Exception {
    int n = 300_000;
    NDArray a = NDArray.of(random(n, 0.05, 20));
    double expected = sum(gammaln(a)).item();
    ExecutorService pool = Executors.newFixedThreadPool(16);
    try {
      List<Future<Double>> results = new ArrayList<>();
      for (int i = 0; i < 200; i++) {
        results.add(pool.submit(() -> sum(gammaln(a)).item()));
      }
      for (Future<Double> result : results) {
        assertEquals(expected, result.get());
      }
    } finally {
      pool.shutdown();
    }
  }

  @Test
  void aCallThatBeganBeforeCloseFinishesWithTheRightResult() throws Exception {
    int n = 2_000_000;
    double[] values = random(n, 0.05, 20);
    NDArray kept = NDArray.of(values);
    double expected = sum(gammaln(kept)).item();
    for (int round = 0; round < 5; round++) {
      NDArray a = NDArray.of(values);
      ExecutorService pool = Executors.newSingleThreadExecutor();
      Future<Double> running = pool.submit(() -> sum(gammaln(a)).item());
      Thread.sleep(round);
      a.close();
      pool.shutdown();
      try {
        assertEquals(expected, running.get());
      } catch (java.util.concurrent.ExecutionException e) {
        assertTrue(e.getCause() instanceof IllegalStateException, e.toString());
      }
    }
  }
}
