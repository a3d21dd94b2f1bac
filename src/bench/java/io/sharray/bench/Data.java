package io.sharray.bench;

import java.util.SplittableRandom;

/**
 * Operands of the measured expressions; the same at every call. The peers draw from the same
 * intervals.
 */
final class Data {
  private Data() {}

  static double[] a(int n) {
    return uniform(1, n, 0.05, 20);
  }

  static double[] b(int n) {
    return uniform(2, n, 0.1, 20);
  }

  static double[] c(int n) {
    return uniform(3, n, 0, 1);
  }

  private static double[] uniform(long seed, int n, double low, double high) {
    return new SplittableRandom(seed).doubles(n, low, high).toArray();
  }
}
