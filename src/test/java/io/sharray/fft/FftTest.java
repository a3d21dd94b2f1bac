package io.sharray.fft;

import static io.sharray.Functions.*;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.Complex;
import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Scope;
import io.sharray.random.ArrayRandom;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Transforms by their definition and identities, with the provider that {@code sharray.fft} says.
 */
class FftTest {
  private static final double ERROR = 1e-13;
  private static final double SINGLE_ERROR = 2e-5;
  private Scope scope;
  private final ArrayRandom rng = ArrayRandom.philox(20);

  @BeforeEach
  void open() {
    scope = Scope.open();
  }

  @AfterEach
  void close() {
    scope.close();
  }

  private NDArray complexNumbers(long... shape) {
    return complex(rng.normal(shape), rng.normal(shape)).eval();
  }

  /** The definition along an axis, by a matrix of roots of unity. */
  private static NDArray definition(NDArray x, int axis, boolean isInverse) {
    int n = Math.toIntExact(x.shape()[axis]);
    NDArray j = NDArray.arange(DType.FLOAT64, (long) n);
    NDArray out = NDArray.zeros(DType.COMPLEX128, x.shape());
    for (int k = 0; k < n; k++) {
      // The angle is exact before it is multiplied by 2 pi.
      Expr turns = remainder(j.times((double) k), (double) n).div((double) n);
      Expr angle = turns.times(2 * Math.PI * (isInverse ? 1 : -1));
      long[] shape = new long[x.ndim()];
      java.util.Arrays.fill(shape, 1);
      shape[axis] = n;
      NDArray root = complex(cos(angle), sin(angle)).eval().reshape(shape);
      NDArray sum = sum(x.astype(DType.COMPLEX128).times(root), axis).eval();
      io.sharray.Slice[] place = new io.sharray.Slice[axis + 1];
      java.util.Arrays.fill(place, io.sharray.Slice.all());
      place[axis] = io.sharray.Slice.at(k);
      sum.into(out.slice(place));
    }
    return out;
  }

  private static void assertClose(NDArray expected, NDArray actual, double error, String what) {
    assertArrayEquals(expected.shape(), actual.shape(), what);
    if (expected.size() == 0) {
      return;
    }
    double size = Math.sqrt(sum(square(abs(expected))).item());
    Expr difference = abs(expected.astype(DType.COMPLEX128).minus(actual.astype(DType.COMPLEX128)));
    double off = Math.sqrt(sum(square(difference)).item());
    assertTrue(off <= error * Math.max(size, 1e-300), what + " is off by " + off / size);
  }

  @Test
  void every_length_along_every_axis() {
    int[] lengths =
        IntStream.concat(IntStream.rangeClosed(1, 20), IntStream.of(31, 64, 97)).toArray();
    for (int n : lengths) {
      for (int axis = 0; axis < 3; axis++) {
        long[] shape = {2, 3, 4};
        shape[axis] = n;
        NDArray x = complexNumbers(shape);
        String what = n + " along " + axis;
        assertClose(definition(x, axis, false), Fft.fft(x, n, axis), ERROR, what);
        NDArray inverse = Fft.ifft(x, n, axis, Norm.FORWARD);
        assertClose(definition(x, axis, true), inverse, ERROR, "inverse of " + what);
        NDArray r = real(x).eval();
        NDArray half = Fft.rfft(r, Fft.WHOLE, axis);
        io.sharray.Slice[] first = new io.sharray.Slice[axis + 1];
        java.util.Arrays.fill(first, io.sharray.Slice.all());
        first[axis] = io.sharray.Slice.range(0, n / 2 + 1);
        assertClose(definition(r, axis, false).slice(first), half, ERROR, "real of " + what);
        assertClose(r, Fft.irfft(half, n, axis), ERROR, "real inverse of " + what);
      }
    }
  }

  @Test
  void large_lengths_come_back() {
    for (int n : new int[] {1000, 4099, 10_007, 65_536, 65_537, 99_991, 1 << 17}) {
      NDArray x = complexNumbers(2, n);
      NDArray y = Fft.fft(x);
      assertClose(x, Fft.ifft(y), 1e-13, "back " + n);
      double before = sum(square(abs(x))).item();
      assertEquals(1, sum(square(abs(y))).item() / n / before, 1e-12);
      NDArray single = Fft.fft(x.astype(DType.COMPLEX64).eval());
      assertEquals(DType.COMPLEX64, single.dtype());
      assertClose(y, single, SINGLE_ERROR, "single " + n);
      NDArray r = real(x).eval();
      assertClose(r, Fft.irfft(Fft.rfft(r), n, -1), 1e-13, "real back " + n);
      // A shift in time turns the phases.
      NDArray shifted = NDArray.zeros(DType.COMPLEX128, 2, n);
      x.slice(":, 1:").into(shifted.slice(":, :-1"));
      x.slice(":, :1").into(shifted.slice(":, -1:"));
      Expr angle = NDArray.arange(DType.FLOAT64, (long) n).times(2 * Math.PI / n);
      assertClose(
          y.times(complex(cos(angle), sin(angle))).eval(), Fft.fft(shifted), 1e-11, "shift " + n);
    }
  }

  @Test
  void several_axes_are_one_after_the_other() {
    NDArray x = complexNumbers(5, 6, 7);
    NDArray expected = definition(definition(definition(x, 0, false), 1, false), 2, false);
    assertClose(expected, Fft.fftn(x), ERROR, "fftn");
    assertClose(x, Fft.ifftn(Fft.fftn(x)), ERROR, "ifftn");
    NDArray two = definition(definition(x, 1, false), 2, false);
    assertClose(two, Fft.fft2(x), ERROR, "fft2");
    assertClose(x, Fft.ifft2(two), ERROR, "ifft2");
    assertClose(two, Fft.fftn(x, null, new int[] {2, -2}, Norm.BACKWARD), ERROR, "axes");
    NDArray r = real(x).eval();
    NDArray half = Fft.rfftn(r);
    assertClose(Fft.fftn(r).slice(":, :, :4"), half, ERROR, "rfftn");
    assertClose(r, Fft.irfftn(half, new long[] {0, 0, 7}, null, Norm.BACKWARD), ERROR, "irfftn");
    NDArray other = Fft.rfftn(r, null, new int[] {2, 0}, Norm.ORTHO);
    assertArrayEquals(new long[] {3, 6, 7}, other.shape());
    NDArray back = Fft.irfftn(other, new long[] {7, 5}, new int[] {2, 0}, Norm.ORTHO);
    assertClose(r, back, ERROR, "irfftn of other axes");
  }

  @Test
  void lengths_cut_off_and_fill_up() {
    NDArray x = complexNumbers(3, 10);
    NDArray wide = NDArray.zeros(DType.COMPLEX128, 3, 16);
    x.into(wide.slice(":, :10"));
    assertClose(Fft.fft(wide), Fft.fft(x, 16, 1), ERROR, "longer");
    assertClose(Fft.fft(x.slice(":, :4")), Fft.fft(x, 4, -1), ERROR, "shorter");
    NDArray both = Fft.fftn(x, new long[] {5, 4}, null, Norm.BACKWARD);
    NDArray tall = NDArray.zeros(DType.COMPLEX128, 5, 4);
    x.slice(":, :4").into(tall.slice(":3"));
    assertClose(Fft.fftn(tall), both, ERROR, "both");
    NDArray r = real(x).eval();
    assertClose(Fft.rfft(r.slice(":, :7")), Fft.rfft(r, 7, 1), ERROR, "real");
    assertClose(Fft.irfft(x, 18, 1), Fft.irfft(x), ERROR, "the default is even");
    assertArrayEquals(new long[] {3, 7}, Fft.irfft(x, 7, 1).shape());
  }

  @Test
  void layouts_and_dtypes() {
    NDArray base = complexNumbers(8, 30);
    NDArray expected = Fft.fft(base.slice("::2, ::3").astype(DType.COMPLEX128).eval());
    assertClose(expected, Fft.fft(base.slice("::2, ::3")), ERROR, "steps");
    assertClose(expected, Fft.fft(base.slice("::2, ::3").plus(0.0)), ERROR, "an expression");
    NDArray back = base.slice("::-1, ::-1").astype(DType.COMPLEX128).eval();
    assertClose(Fft.fft(back), Fft.fft(base.slice("::-1, ::-1")), ERROR, "backwards");
    NDArray turned = base.T().astype(DType.COMPLEX128).eval();
    assertClose(Fft.fft(turned), Fft.fft(base.T()), ERROR, "transposed");
    assertClose(Fft.rfft(real(turned).eval()), Fft.rfft(real(base.T())), ERROR, "real");
    NDArray repeated = base.slice("0").broadcastTo(4, 30);
    assertClose(Fft.fft(repeated.plus(0.0).eval()), Fft.fft(repeated), ERROR, "broadcast");
    NDArray whole = NDArray.of(1, 2, 3, 4);
    assertClose(Fft.fft(whole.astype(DType.FLOAT64).eval()), Fft.fft(whole), ERROR, "integers");
    assertEquals(DType.COMPLEX128, Fft.fft(whole).dtype());
    NDArray single = whole.astype(DType.FLOAT32).eval();
    assertEquals(DType.COMPLEX64, Fft.fft(single).dtype());
    assertEquals(DType.COMPLEX64, Fft.rfft(single).dtype());
    assertEquals(DType.FLOAT32, Fft.irfft(single).dtype());
    assertEquals(DType.FLOAT64, Fft.hfft(base).dtype());
    double[] before = real(base.slice("0")).eval().toDoubleArray();
    Fft.irfftn(base);
    assertArrayEquals(before, real(base.slice("0")).eval().toDoubleArray());
  }

  @Test
  void norms_and_hermitian_arrays() {
    NDArray x = complexNumbers(3, 12);
    NDArray y = Fft.fft(x);
    double root = Math.sqrt(12);
    assertClose(y.div(root).eval(), Fft.fft(x, 0, -1, Norm.ORTHO), ERROR, "ortho");
    assertClose(y.div(12.0).eval(), Fft.fft(x, 0, -1, Norm.FORWARD), ERROR, "forward");
    assertClose(x, Fft.ifft(Fft.fft(x, 0, -1, Norm.ORTHO), 0, -1, Norm.ORTHO), ERROR, "back");
    NDArray half = x.slice(":, :7");
    assertClose(Fft.irfft(conj(half), 12, -1, Norm.FORWARD), Fft.hfft(half, 12, -1), ERROR, "hfft");
    NDArray h = Fft.hfft(half);
    NDArray again = Fft.ihfft(h);
    assertArrayEquals(new long[] {3, 7}, again.shape());
    assertClose(h, Fft.hfft(again), ERROR, "hfft of ihfft");
  }

  @Test
  void known_transforms() {
    NDArray x = NDArray.of(1.0, 2.0, 3.0, 4.0);
    Complex[] expected = {
      Complex.of(10, 0), Complex.of(-2, 2), Complex.of(-2, 0), Complex.of(-2, -2)
    };
    NDArray y = Fft.fft(x);
    for (int k = 0; k < 4; k++) {
      assertEquals(expected[k], y.getComplex(k));
    }
  }

  @Test
  void frequencies_and_shifts() {
    assertArrayEquals(
        new double[] {0, 1.25, 2.5, 3.75, -5, -3.75, -2.5, -1.25},
        Fft.fftfreq(8, 0.1).toDoubleArray(),
        1e-14);
    assertArrayEquals(
        new double[] {0, 0.2, 0.4, -0.4, -0.2}, Fft.fftfreq(5, 1).toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {0, 0.2, 0.4}, Fft.rfftfreq(5, 1).toDoubleArray(), 1e-15);
    assertArrayEquals(new double[] {0}, Fft.fftfreq(1, 1).toDoubleArray());
    NDArray x = NDArray.of(new double[][] {{0, 1, 2}, {3, 4, 5}});
    assertArrayEquals(new double[] {5, 3, 4, 2, 0, 1}, Fft.fftshift(x).toDoubleArray());
    assertArrayEquals(new double[] {2, 0, 1, 5, 3, 4}, Fft.fftshift(x, 1).toDoubleArray());
    assertArrayEquals(x.toDoubleArray(), Fft.ifftshift(Fft.fftshift(x)).toDoubleArray());
    assertArrayEquals(
        x.plus(1.0).eval().toDoubleArray(),
        Fft.fftshift(Fft.ifftshift(x.plus(1.0), -1), 1).toDoubleArray());
    assertEquals(0, Fft.fftshift(NDArray.zeros(DType.INT8, 0)).size());
  }

  @Test
  void empty_batches_give_empty_results() {
    assertArrayEquals(new long[] {0, 5}, Fft.fft(NDArray.zeros(DType.FLOAT64, 0, 5)).shape());
    assertArrayEquals(new long[] {0, 3}, Fft.rfft(NDArray.zeros(DType.FLOAT64, 0, 5)).shape());
    NDArray none = NDArray.zeros(DType.FLOAT64, 3, 0);
    assertClose(NDArray.zeros(DType.COMPLEX128, 3, 4), Fft.fft(none, 4, 1), ERROR, "filled up");
  }

  @Test
  void wrong_arguments_are_refused() {
    NDArray x = complexNumbers(3, 4);
    List<Runnable> wrong =
        List.of(
            () -> Fft.fft(x, 4, 2),
            () -> Fft.fft(x, -1, 0),
            () -> Fft.rfft(x),
            () -> Fft.ihfft(x),
            () -> Fft.fft(NDArray.zeros(DType.FLOAT64, 3, 0)),
            () -> Fft.fft(NDArray.of(1.0).slice("0")),
            () -> Fft.fftn(x, new long[] {1}, new int[] {0, 1}, Norm.ORTHO),
            () -> Fft.fftn(x, null, new int[] {0, -2}, Norm.ORTHO),
            () -> Fft.fft2(NDArray.of(1.0, 2.0)),
            () -> Fft.irfft(NDArray.of(1.0)),
            () -> Fft.fftfreq(0, 1),
            () -> Fft.fftshift(x, 5));
    for (Runnable call : wrong) {
      assertThrows(IllegalArgumentException.class, call::run);
    }
  }

  @Test
  void many_threads_share_plans() {
    NDArray x = complexNumbers(50, 1024);
    NDArray expected = Fft.fft(x);
    IntStream.range(0, 16)
        .parallel()
        .forEach(
            i -> {
              try (NDArray mine = Fft.fft(x);
                  NDArray other = Fft.fft(x, 100 + i, 1)) {
                assertClose(expected, mine, ERROR, "thread " + i);
                assertEquals(100 + i, other.shape()[1]);
              }
            });
  }
}
