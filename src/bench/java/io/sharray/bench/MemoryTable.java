package io.sharray.bench;

import static io.sharray.Functions.sum;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Formula;
import io.sharray.NDArray;
import io.sharray.Sharray;
import java.util.List;

/** Where memory is the limit, and in the caches, beside loops that a C++ programmer would write. */
final class MemoryTable {
  private static final int LARGE = 50_000_000;
  private static final int SIDE = 5000;
  private static final int CACHED = 60_000;

  private final int rounds;
  private final double seconds;
  private final int threads;
  private final Peer cpp;
  private final StringBuilder table =
      new StringBuilder(
          """
          | expression | ns/element | against | ns/element | ours by theirs | at most | |
          |---|---:|---|---:|---:|---:|---|
          """);

  MemoryTable(int rounds, double seconds, int threads, Peer cpp) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.threads = threads;
    this.cpp = cpp;
  }

  /**
   * Measures.
   *
   * @return Markdown
   */
  String run() {
    try (Operands operands = new Operands(LARGE)) {
      elementwise(operands, Row.LINEAR, "linear", 1.2);
      elementwise(operands, Row.HORNER, "horner", 1.3);
      Subject read = cpp.subject("loop that reads", "read", operands, threads);
      for (Row row : List.of(Row.SUM, Row.MEAN, Row.VAR)) {
        Formula formula = Formula.parse(row.formula);
        Subject ours = ours(LARGE, threads, () -> formula.item(operands.byName));
        compare(row.title() + ", n = 5·10^7", ours, List.of(read), 1 / 0.9);
      }
    }
    axes();
    try (Operands operands = new Operands(CACHED)) {
      Formula formula = Formula.parse(Row.HORNER.formula);
      Subject ours = ours(CACHED, 1, () -> formula.into(operands.out, operands.byName));
      Subject loop = cpp.subject("loop, one thread", "horner", operands, 1);
      compare(Row.HORNER.title() + ", n = 6·10^4, one thread", ours, List.of(loop), 3);
    }
    return table.toString();
  }

  private void elementwise(Operands operands, Row row, String loop, double demanded) {
    Formula formula = Formula.parse(row.formula);
    Subject ours = ours(LARGE, threads, () -> formula.into(operands.out, operands.byName));
    Subject streaming = cpp.subject("loop, streaming stores", loop + "-stream", operands, threads);
    Subject plain = cpp.subject("loop", loop, operands, threads);
    compare(row.title() + ", n = 5·10^7", ours, List.of(streaming, plain), demanded);
  }

  private void axes() {
    try (NDArray square = NDArray.ones(DType.FLOAT64, SIDE, SIDE);
        NDArray sums = NDArray.zeros(DType.FLOAT64, SIDE)) {
      int n = SIDE * SIDE;
      Subject all = ours("full sum", n, threads, () -> sum(square).item());
      for (int axis = 0; axis < 2; axis++) {
        Expr along = sum(square, axis);
        Subject ours = ours(n, threads, () -> along.into(sums));
        compare("sum of 5000 x 5000 along axis " + axis, ours, List.of(all), 1.5);
      }
    }
  }

  /** The demand is on the first of the others. */
  private void compare(String what, Subject ours, List<Subject> others, double demanded) {
    List<Subject> all = new java.util.ArrayList<>(others);
    all.add(ours);
    Contest contest = new Contest(what, all, rounds, seconds);
    for (Subject other : others) {
      boolean isDemanded = other == others.get(0);
      double ratio = contest.ratio(ours, other);
      String verdict =
          !isDemanded || Double.isNaN(ratio) ? "" : ratio <= demanded ? "ok" : "**above**";
      table.append(
          String.format(
              "| %s | %s | %s | %s | %s | %s | %s |%n",
              what,
              Contest.number(contest.median(ours)),
              other.name(),
              Contest.number(contest.median(other)),
              Contest.number(ratio),
              isDemanded ? Contest.number(demanded) : "",
              verdict));
    }
  }

  private static Subject ours(int n, int threads, Runnable call) {
    return ours("Sharray", n, threads, call);
  }

  private static Subject ours(String name, int n, int threads, Runnable call) {
    return Subject.of(name, n, () -> Sharray.setThreads(threads), call);
  }
}
