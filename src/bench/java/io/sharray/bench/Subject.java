package io.sharray.bench;

import java.util.Arrays;

/** Something whose time can be taken: Java code in this process, or a subject of a {@link Peer}. */
interface Subject {
  /**
   * What it is, for the table.
   *
   * @return a few words
   */
  String name();

  /**
   * Measures once: calls it twice to warm up, then again and again.
   *
   * @param seconds how long, about
   * @return the median time of an evaluation in ns per element
   */
  double measure(double seconds);

  /**
   * Java code in this process.
   *
   * @param name what it is
   * @param elements how many elements a call computes
   * @param prepare run before each measurement, not timed
   * @param call one evaluation
   * @return the subject
   */
  static Subject of(String name, int elements, Runnable prepare, Runnable call) {
    return new InProcess(name, elements, prepare, call);
  }

  /** See {@link #of}. Samples are taken as in peers.py and fused_loop.cpp. */
  record InProcess(String name, int elements, Runnable prepare, Runnable call) implements Subject {
    private static final double SAMPLE_NANOS = 2e6;
    private static final int MIN_SAMPLES = 3;

    @Override
    public double measure(double seconds) {
      prepare.run();
      time(1);
      int calls = (int) Math.max(1, Math.ceil(SAMPLE_NANOS / time(1)));
      double[] samples = new double[16];
      int count = 0;
      long start = System.nanoTime();
      while (count < MIN_SAMPLES || System.nanoTime() - start < seconds * 1e9) {
        if (count == samples.length) {
          samples = Arrays.copyOf(samples, 2 * count);
        }
        samples[count++] = (double) time(calls) / calls / elements;
      }
      return median(Arrays.copyOf(samples, count));
    }

    private long time(int calls) {
      long start = System.nanoTime();
      for (int i = 0; i < calls; i++) {
        call.run();
      }
      return System.nanoTime() - start;
    }
  }

  /**
   * The median.
   *
   * @param values at least one; left as they are
   * @return the middle one, or the mean of the two in the middle
   */
  static double median(double[] values) {
    double[] sorted = values.clone();
    Arrays.sort(sorted);
    return (sorted[sorted.length / 2] + sorted[(sorted.length - 1) / 2]) / 2;
  }
}
