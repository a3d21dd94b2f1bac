package io.sharray.random;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.Sharray;
import io.sharray.internal.jni.NativeApi;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Which element gets which number: everything but whether they look random. */
class ArrayRandomTest {
  private static final long SEED = 0x0123456789abcdefL;
  private final int threads = Sharray.threads();
  private Scope scope;

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
    NativeApi.selectCpu("auto");
    Sharray.setThreads(threads);
  }

  /** The number of element i of a call, by Philox in Java. */
  private static double uniform(long seed, long call, long i) {
    return (Keys.block(i, call, seed) >>> 11) * 0x1p-53;
  }

  @Test
  void the_published_vectors_come_out() {
    assertEquals(0xe169c58d_6627e8d5L, Keys.block(0, 0, 0));
    assertEquals(0x41c83b0e_408f276dL, Keys.block(-1, -1, -1));
    assertEquals(
        0x94fdcceb_d16cfe09L,
        Keys.block(0x85a308d3_243f6a88L, 0x03707344_13198a2eL, 0x299f31d0_a4093822L));
  }

  @Test
  void element_i_of_a_call_has_counter_i() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    for (long call = 0; call < 3; call++) {
      assertEquals(call, rng.position());
      double[] drawn = rng.uniform(7, 300).toDoubleArray();
      for (int i = 0; i < drawn.length; i++) {
        assertEquals(uniform(SEED, call, i), drawn[i]);
      }
    }
    long far = (1L << 40) + 12345;
    double[] drawn = rng.at(5).startingAt(far).uniform(1000).toDoubleArray();
    for (int i = 0; i < drawn.length; i++) {
      assertEquals(uniform(SEED, 5, far + i), drawn[i]);
    }
    double[] single = rng.at(5).uniform(DType.FLOAT32, 1000).toDoubleArray();
    for (int i = 0; i < single.length; i++) {
      assertEquals((Keys.block(i, 5, SEED) >>> 40) * 0x1p-24, single[i]);
    }
    // test_random.py has the same, by the Python of docs/random.md.
    assertArrayEquals(
        new double[] {0x1.1d887a4c69647p-1, 0x1.ee17293f9a360p-4, 0x1.bd79eda9a7710p-2},
        rng.at(7).uniform(3).toDoubleArray());
    NDArray bits = rng.at(5).bits().into(NDArray.zeros(DType.UINT64, 10));
    assertEquals(Keys.block(3, 5, SEED), bits.getLong(3));
  }

  private record Part(String name, NDArray array) {}

  /** Arrays of shape (rows, columns) of all layouts. */
  private static List<Part> layouts(DType dtype, long rows, long columns) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part("C order", NDArray.zeros(dtype, rows, columns)));
    parts.add(new Part("Fortran order", NDArray.zeros(dtype, columns, rows).T()));
    parts.add(new Part("a part", NDArray.zeros(dtype, rows + 3, columns + 5).slice("2:-1, 3:-2")));
    parts.add(new Part("steps", NDArray.zeros(dtype, 2 * rows, 3 * columns).slice("::2, ::3")));
    parts.add(new Part("backwards", NDArray.zeros(dtype, rows, columns).slice("::-1, ::-1")));
    return parts;
  }

  @Test
  void numbers_do_not_depend_on_the_layout_of_the_destination() {
    for (long[] shape : new long[][] {{3, 5}, {1, 2000}, {2000, 1}, {37, 400}, {600, 700}}) {
      ArrayRandom rng = ArrayRandom.philox(SEED);
      NDArray expected = rng.normal(shape);
      for (Part part : layouts(DType.FLOAT64, shape[0], shape[1])) {
        rng.at(0).normal().into(part.array);
        assertSame(expected, part.array, part.name);
      }
    }
  }

  @Test
  void numbers_do_not_depend_on_the_layout_of_what_they_meet() {
    long rows = 600;
    long columns = 700;
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray a = rng.uniform(rows, columns);
    NDArray expected = rng.normal(rows, columns).plus(a).eval();
    NDArray sums = sum(expected, 0).eval();
    NDArray across = sum(expected, 1).eval();
    for (Part operand : layouts(DType.FLOAT64, rows, columns)) {
      a.into(operand.array);
      Expr fused = rng.at(1).normal().plus(operand.array);
      for (Part out : layouts(DType.FLOAT64, rows, columns)) {
        fused.into(out.array);
        assertSame(expected, out.array, operand.name + " into " + out.name);
      }
      assertSame(sums, sum(fused, 0).eval(), "sums of " + operand.name);
      assertSame(across, sum(fused, 1).eval(), "sums across " + operand.name);
      assertEquals(sum(expected).item(), sum(fused).item());
    }
  }

  @Test
  void numbers_do_not_depend_on_threads_nor_on_the_processor() {
    List<Expr> all =
        List.of(
            ArrayRandom.philox(1).normal(),
            ArrayRandom.philox(2).gamma(0.7),
            ArrayRandom.philox(3).poisson(33.3).astype(DType.FLOAT64),
            ArrayRandom.philox(4).binomial(1000, 0.9).astype(DType.FLOAT64),
            ArrayRandom.philox(5).exponential().times(ArrayRandom.philox(6).uniform()));
    for (Expr expr : all) {
      NDArray expected = expr.into(NDArray.zeros(DType.FLOAT64, 300_001));
      for (String path : new String[] {"baseline", "avx2", "avx512", "neon"}) {
        if (NativeApi.selectCpu(path) != 0) {
          continue;
        }
        for (int n = 1; n <= 3; n++) {
          Sharray.setThreads(n);
          assertSame(expected, expr.into(NDArray.zeros(DType.FLOAT64, 300_001)), path + " " + n);
        }
      }
      NativeApi.selectCpu("auto");
    }
  }

  @Test
  void parts_of_one_array_can_be_made_by_several() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray whole = rng.gamma(2.5, 30, 70);
    NDArray made = NDArray.zeros(DType.FLOAT64, 30, 70);
    for (long part = 0; part < 4; part++) {
      NDArray mine = made.split((int) part, 4);
      long before = 0;
      for (int earlier = 0; earlier < part; earlier++) {
        before += made.split(earlier, 4).size();
      }
      ArrayRandom.philox(SEED).startingAt(before).gamma(2.5).into(mine);
    }
    assertSame(whole, made, "parts");
  }

  @Test
  void an_expression_keeps_its_numbers() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray x = NDArray.zeros(DType.FLOAT64, 50, 60);
    Expr z = rng.normal().plus(x);
    NDArray first = z.eval();
    assertSame(first, z.eval(), "again");
    assertSame(first.minus(mean(first, true, 1)).eval(), z.minus(mean(z, true, 1)).eval(), "less");
    assertNotEquals(first.getDouble(0, 0), rng.normal().plus(x).eval().getDouble(0, 0));
    NDArray doubled = NDArray.zeros(DType.FLOAT64, 50, 60);
    z.plus(z).into(doubled);
    assertSame(first.times(2.0).eval(), doubled, "twice the same");
  }

  @Test
  void fusing_does_not_change_a_bit() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray mu = rng.uniform(70);
    NDArray sigma = rng.uniform(40, 1);
    NDArray out = NDArray.zeros(DType.FLOAT64, 5, 40, 70);
    rng.normal().times(sigma).plus(mu).into(out);
    NDArray z = rng.at(2).normal(5, 40, 70);
    assertSame(z.times(sigma).plus(mu).eval(), out, "fused");
    assertTrue(rng.normal().times(sigma).explain().contains("random normal"));
  }

  @Test
  void a_shape_of_its_own_is_reduced_without_being_stored() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    Expr own = rng.withShape(400, 500).normal();
    NDArray stored = rng.at(0).normal(400, 500);
    assertArrayEquals(new long[] {400, 500}, own.shape());
    assertEquals(sum(stored).item(), sum(own).item());
    assertSame(mean(stored, 0).eval(), mean(own, 0).eval(), "by columns");
    assertSame(cumulativeSum(stored, 1).eval(), cumulativeSum(own, 1).eval(), "scan");
    // Broadcast against more dimensions it repeats.
    NDArray more = own.plus(NDArray.zeros(DType.FLOAT64, 3, 400, 500)).eval();
    for (int k = 0; k < 3; k++) {
      assertSame(stored, more.at(k), "repeated");
    }
    assertThrows(
        IllegalArgumentException.class, () -> own.into(NDArray.zeros(DType.FLOAT64, 3, 400, 500)));
  }

  @Test
  void parameters_may_be_expressions() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray means = rng.uniform(20, 30).times(50.0).eval();
    NDArray drawn = rng.poisson(means.plus(mean(means))).eval();
    NDArray shifted = means.plus(mean(means)).eval();
    assertSame(rng.at(1).poisson(shifted).eval(), drawn, "with a reduction inside");
    for (int i = 0; i < 20; i++) {
      long one = rng.at(1).startingAt(30 * i + 7).poisson(shifted.getDouble(i, 7)).eval().getLong();
      assertEquals(one, drawn.getLong(i, 7));
    }
    NDArray n = NDArray.of(1.0, 10.0, 100.0);
    NDArray p = NDArray.of(new double[][] {{0.0}, {1.0}});
    assertArrayEquals(
        new double[] {0, 0, 0, 1, 10, 100}, rng.binomial(n, p).eval().toDoubleArray());
  }

  @Test
  void integers_have_every_value_and_no_other() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray dice = rng.integers(1, 7, 10_000);
    assertEquals(1, min(dice).itemLong());
    assertEquals(6, max(dice).itemLong());
    assertEquals(DType.INT64, dice.dtype());
    NDArray one = rng.integers(-5, -4, 100);
    assertEquals(-5, max(one).itemLong());
    NDArray wide = rng.integers(Long.MIN_VALUE, Long.MAX_VALUE, 10_000);
    assertTrue(min(wide).itemLong() < -(1L << 62) && max(wide).itemLong() > 1L << 62);
    // A third of 2^64 and more: every third number is drawn again.
    NDArray third = rng.integers(0, Long.MAX_VALUE, 10_000);
    assertTrue(min(third).itemLong() >= 0);
  }

  @Test
  void a_permutation_has_each_number_once_and_is_the_same_for_any_threads() {
    for (long n : new long[] {0, 1, 2, 1000, 65_536, 65_537, 1_000_003}) {
      Sharray.setThreads(1);
      long[] order = ArrayRandom.philox(SEED).permutation(n).toLongArray();
      for (String path : new String[] {"baseline", "auto"}) {
        NativeApi.selectCpu(path);
        Sharray.setThreads(2);
        assertArrayEquals(order, ArrayRandom.philox(SEED).permutation(n).toLongArray());
      }
      Arrays.sort(order);
      for (int i = 0; i < n; i++) {
        assertEquals(i, order[i]);
      }
    }
  }

  @Test
  void choices_are_parts_of_the_array() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    NDArray rows = NDArray.of(new double[][] {{0, 1}, {10, 11}, {20, 21}, {30, 31}});
    NDArray shuffled = rng.permutation(rows);
    assertEquals(2, rng.position());
    assertEquals(60, sum(shuffled.slice(":, 0")).item());
    NDArray some = rng.choice(rows, 3, false);
    assertArrayEquals(new long[] {3, 2}, some.shape());
    assertEquals(
        3, Arrays.stream(some.toDoubleArray()).filter(x -> x % 10 == 0).distinct().count());
    assertArrayEquals(new long[] {100, 2}, rng.choice(rows, 100, true).shape());
    assertEquals(5, rng.position());
    assertThrows(IllegalArgumentException.class, () -> rng.choice(rows, 5, false));
    assertThrows(IllegalArgumentException.class, () -> rng.permutation(NDArray.of(1.0).at(0)));
  }

  @Test
  void streams_differ_and_can_be_had_again() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    double first = rng.stream(0).uniform(1).getDouble(0);
    assertNotEquals(first, rng.stream(1).uniform(1).getDouble(0));
    assertNotEquals(first, rng.uniform(1).getDouble(0));
    assertEquals(first, ArrayRandom.philox(SEED).stream(0).uniform(1).getDouble(0));
    assertEquals(1, rng.position());
    assertEquals(uniform(Keys.derive(SEED, 3), 0, 0), rng.stream(3).uniform(1).getDouble(0));
  }

  @Test
  void an_open_expression_fits_what_it_broadcasts_to() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    Expr open = rng.normal().plus(NDArray.of(1.0, 2.0, 3.0));
    open.into(NDArray.zeros(DType.FLOAT64, 4, 3));
    IllegalArgumentException e =
        assertThrows(
            IllegalArgumentException.class, () -> open.into(NDArray.zeros(DType.FLOAT64, 4, 2)));
    assertTrue(e.getMessage().contains("broadcast"), e.getMessage());
    assertArrayEquals(new long[] {3}, open.eval().shape());
    assertEquals(0, rng.normal().eval().ndim());
    rng.normal().into(NDArray.zeros(DType.FLOAT64, 0, 7));
  }

  @Test
  void wrong_arguments_are_refused() {
    ArrayRandom rng = ArrayRandom.philox(SEED);
    List<Runnable> wrong =
        List.of(
            () -> rng.integers(3, 3),
            () -> rng.poisson(-1),
            () -> rng.poisson(Double.NaN),
            () -> rng.gamma(-0.5),
            () -> rng.binomial(-1, 0.5),
            () -> rng.binomial(1, 1.5),
            () -> rng.uniform(DType.INT32),
            () -> rng.uniform(3, -1),
            () -> rng.startingAt(-1),
            () -> rng.withShape(-1),
            () -> rng.at(1L << 48),
            () -> rng.poisson(NDArray.zeros(DType.COMPLEX128, 2)));
    for (Runnable call : wrong) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
  }

  private static void assertSame(NDArray expected, NDArray actual, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), what);
    if (!Arrays.equals(expected.toDoubleArray(), actual.toDoubleArray())) {
      assertArrayEquals(expected.toDoubleArray(), actual.toDoubleArray(), what);
    }
  }
}
