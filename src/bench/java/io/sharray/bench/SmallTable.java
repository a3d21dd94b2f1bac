package io.sharray.bench;

import io.sharray.Expr;
import io.sharray.Formula;
import java.util.List;

/** What a call costs where there is little to compute, in ns a call. */
final class SmallTable {
  private static final int[] SIZES = {1, 10, 100, 1000};

  private final int rounds;
  private final double seconds;
  private final Peer python;

  SmallTable(int rounds, double seconds, Peer python) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.python = python;
  }

  /**
   * Measures.
   *
   * @return Markdown
   */
  String run() {
    StringBuilder table =
        new StringBuilder(
            """
            | expression | n | parsed `Formula` | prebuilt `Expr` | NumPy | numexpr |
            |---|---:|---:|---:|---:|---:|
            """);
    for (Row row : List.of(Row.ADD, Row.LINEAR, Row.EXP_LOG, Row.HORNER, Row.SUM, Row.VAR)) {
      for (int n : SIZES) {
        table.append(line(row, n));
      }
    }
    return table.toString();
  }

  private String line(Row row, int n) {
    try (Operands operands = new Operands(n)) {
      Formula formula = Formula.parse(row.formula);
      Expr expr = formula.bind(operands.byName);
      Subject parsed =
          Subject.of(
              "Formula",
              n,
              () -> {},
              row.isReduction()
                  ? () -> formula.item(operands.byName)
                  : () -> formula.into(operands.out, operands.byName));
      Subject prebuilt =
          Subject.of(
              "Expr", n, () -> {}, row.isReduction() ? expr::item : () -> expr.into(operands.out));
      Subject numpy = python.subject("NumPy", row.id() + "-numpy", n, 1);
      Subject numexpr = python.subject("numexpr", row.id() + "-numexpr", n, 1);
      List<Subject> all = List.of(parsed, prebuilt, numpy, numexpr);
      Contest contest = new Contest(row.formula + ", n = " + n, all, rounds, seconds);
      StringBuilder line = new StringBuilder("| " + row.title() + " | " + n);
      for (Subject subject : all) {
        double nanos = contest.median(subject) * n;
        line.append(" | ").append(Double.isNaN(nanos) ? "-" : String.valueOf(Math.round(nanos)));
      }
      return line.append(" |\n").toString();
    }
  }
}
