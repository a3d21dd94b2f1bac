package io.sharray.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * One expression: its subjects are measured alternately in rounds, and pairs of them are compared.
 * Not thread-safe.
 */
final class Comparison {
  private record Row(Subject ours, Subject theirs, double demanded) {}

  private final String expression;
  private final List<Row> rows = new ArrayList<>();
  private final Map<Subject, double[]> times = new LinkedHashMap<>();

  Comparison(String expression) {
    this.expression = expression;
  }

  /**
   * Adds a row.
   *
   * @param ours the subject that should be faster
   * @param theirs what it is compared with
   * @param demanded the least ratio of their time to ours, or NaN where none is demanded
   */
  void add(Subject ours, Subject theirs, double demanded) {
    rows.add(new Row(ours, theirs, demanded));
  }

  /**
   * Measures every subject once in each round, in alternating order, after a round that does not
   * count.
   *
   * @param rounds how many rounds count
   * @param seconds how long to measure a subject in each
   */
  void run(int rounds, double seconds) {
    for (Row row : rows) {
      times.computeIfAbsent(row.ours, subject -> new double[rounds]);
      times.computeIfAbsent(row.theirs, subject -> new double[rounds]);
    }
    List<Subject> order = new ArrayList<>(times.keySet());
    for (int round = -1; round < rounds; round++) {
      System.err.printf(
          "%s: %s%n", expression, round < 0 ? "warm-up" : "round " + (round + 1) + " of " + rounds);
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
   * The rows of the table.
   *
   * @return Markdown, with {@link #HEADER} above it
   */
  String table() {
    StringBuilder text = new StringBuilder();
    for (Row row : rows) {
      text.append(line(row));
    }
    return text.toString();
  }

  static final String HEADER =
      """
      | expression | subject | ns/element | against | ns/element | ratio | in rounds | at least | |
      |---|---|---:|---|---:|---:|---:|---:|---|
      """;

  private String line(Row row) {
    double[] ours = times.get(row.ours);
    double[] theirs = times.get(row.theirs);
    double ratio = Subject.median(theirs) / Subject.median(ours);
    double[] each = new double[ours.length];
    for (int i = 0; i < each.length; i++) {
      each[i] = theirs[i] / ours[i];
    }
    Arrays.sort(each);
    return String.format(
        "| %s | %s | %s | %s | %s | %s | %s to %s | %s | %s |%n",
        expression,
        row.ours.name(),
        number(Subject.median(ours), "-"),
        row.theirs.name(),
        number(Subject.median(theirs), "skipped"),
        number(ratio, "-"),
        number(each[0], "-"),
        number(each[each.length - 1], "-"),
        number(row.demanded, "-"),
        verdict(ratio, row.demanded));
  }

  private static String number(double value, String otherwise) {
    return Double.isNaN(value)
        ? otherwise
        : String.format(Locale.ROOT, value < 10 ? "%.3f" : "%.1f", value);
  }

  private static String verdict(double ratio, double demanded) {
    if (Double.isNaN(ratio) || Double.isNaN(demanded)) {
      return "";
    }
    return ratio >= demanded ? "ok" : "**BELOW**";
  }
}
