package io.sharray.fft;

import static io.sharray.Functions.*;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Sharray;
import io.sharray.random.ArrayRandom;

/** Prints who transforms, and the largest errors of transforms of all kinds. */
final class FftProbe {
  private FftProbe() {}

  public static void main(String[] arguments) {
    double error = 0;
    for (DType dtype : new DType[] {DType.FLOAT64, DType.FLOAT32}) {
      double unit = dtype == DType.FLOAT64 ? 1 : 1e-8;
      for (int n = 1; n <= 130; n++) {
        error = Math.max(error, unit * error(dtype, 3, n, 2));
      }
      error = Math.max(error, unit * error(dtype, 1, 10_007, 1));
      error = Math.max(error, unit * error(dtype, 200, 1024, 1));
    }
    Sharray.info().lines().filter(line -> line.startsWith("fft")).forEach(System.out::println);
    System.out.println("error\t" + (error < 1e-12 ? "small" : error));
  }

  /** Of transforms along the middle, there and back, and of real against complex ones. */
  private static double error(DType dtype, long outer, long n, long inner) {
    ArrayRandom rng = ArrayRandom.philox(n);
    try (NDArray x = rng.normal(dtype, outer, n, inner);
        NDArray z = complex(x, rng.normal(dtype, outer, n, inner)).eval();
        NDArray y = Fft.fft(z, n, 1);
        NDArray again = Fft.ifft(y, n, 1);
        NDArray full = Fft.fft(x, n, 1);
        NDArray half = Fft.rfft(x, n, 1);
        NDArray part = full.slice(":, :" + (n / 2 + 1));
        NDArray back = Fft.irfft(half, n, 1)) {
      return Math.max(
          off(z, again),
          Math.max(off(part, half) / Math.sqrt(n), Math.max(off(x, back), first(z, y, n))));
    }
  }

  private static double off(Expr expected, Expr actual) {
    return max(abs(expected.minus(actual))).item();
  }

  /** Element 0 is the sum. */
  private static double first(NDArray z, NDArray y, long n) {
    try (NDArray first = y.slice(":, 0")) {
      return off(sum(z, 1), first) / Math.sqrt(n);
    }
  }
}
