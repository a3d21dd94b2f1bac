package io.sharray.bench;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** Subjects that are measured alternately in rounds. Not thread-safe. */
final class Contest {
  private final Map<Subject, double[]> times = new HashMap<>();

  /**
   * Measures every subject once in each round, in alternating order, after a round that does not
   * count.
   *
   * @param what a line for who waits
   * @param subjects whom
   * @param rounds how many rounds count
   * @param seconds how long to measure a subject in each
   */
  Contest(String what, List<Subject> subjects, int rounds, double seconds) {
    System.err.println(what);
    List<Subject> order = new ArrayList<>(subjects);
    subjects.forEach(subject -> times.put(subject, new double[rounds]));
    for (int round = -1; round < rounds; round++) {
      for (Subject subject : order) {
        double time = subject.measure(seconds);
        if (round >= 0) {
          times.get(subject)[round] = time;
        }
      }
      Collections.reverse(order);
    }
  }

  /**
   * The median of the rounds.
   *
   * @param subject one of them
   * @return ns per element, NaN if it was skipped
   */
  double median(Subject subject) {
    return Subject.median(times.get(subject));
  }

  /**
   * How two subjects compare.
   *
   * @param theirs one of them
   * @param ours another
   * @return the median over the rounds of their time by ours in the same round
   */
  double ratio(Subject theirs, Subject ours) {
    double[] ratios = times.get(theirs).clone();
    for (int i = 0; i < ratios.length; i++) {
      ratios[i] /= times.get(ours)[i];
    }
    return Subject.median(ratios);
  }

  /**
   * A number for a table.
   *
   * @param value or NaN
   * @return three digits or so, or a dash
   */
  static String number(double value) {
    if (Double.isNaN(value)) {
      return "-";
    }
    String format = value < 10 ? "%.3f" : value < 1000 ? "%.1f" : "%.0f";
    return String.format(Locale.ROOT, format, value);
  }
}
