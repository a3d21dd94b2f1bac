package io.sharray.bench;

import io.sharray.NDArray;

/** A time of a wrong result says nothing, so results are compared before times are taken. */
final class Checks {
  private Checks() {}

  /**
   * Compares all elements.
   *
   * @param expected what another way computed
   * @param actual what Sharray computed
   * @param tolerance greatest difference, relative to the larger of the expected value and 1
   * @throws IllegalStateException where the difference is greater
   */
  static void same(double[] expected, NDArray actual, double tolerance) {
    double[] values = actual.toDoubleArray();
    for (int i = 0; i < expected.length; i++) {
      double scale = Math.max(1, Math.abs(expected[i]));
      if (!(Math.abs(values[i] - expected[i]) <= tolerance * scale)) {
        throw new IllegalStateException(
            "element " + i + " is " + values[i] + " and should be " + expected[i]);
      }
    }
  }
}
