package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Formula;
import io.sharray.FormulaSyntaxException;
import io.sharray.NDArray;
import io.sharray.Sharray;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Every {@link Row} beside NumPy, numexpr, parallel streams and ND4J, all in the same minutes. */
final class PeerTable {
  private static final int[] SIZES = {10_000, 1_000_000, 10_000_000};

  private final int rounds;
  private final double seconds;
  private final int threads;
  private final Peer python;
  private final Peer nd4j;

  PeerTable(int rounds, double seconds, int threads, Peer python, Peer nd4j) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.threads = threads;
    this.python = python;
    this.nd4j = nd4j;
  }

  /**
   * Measures.
   *
   * @return Markdown
   * @throws IOException if a peer cannot be talked to
   */
  String run() throws IOException {
    StringBuilder table = new StringBuilder();
    for (int n : SIZES) {
      table.append(String.format("%n### n = %d%n%n", n));
      table.append(
          """
          | expression | Sharray | NumPy | numexpr | parallel stream | ND4J | best peer by ours | |
          |---|---:|---:|---:|---:|---:|---:|---|
          """);
      for (Row row : Row.values()) {
        // Where memory is slow, no row should be so by chance alone.
        try (Operands operands = new Operands(n)) {
          table.append(line(row, n, operands));
        }
      }
    }
    return table.toString();
  }

  private String line(Row row, int n, Operands operands) throws IOException {
    Runnable call = call(row, operands);
    if (call == null) {
      return String.format("| %s | no such function yet | | | | | | |%n", row.title());
    }
    try (Peer stream = Peer.stream(row)) {
      Subject ours = Subject.of("Sharray", n, () -> Sharray.setThreads(threads), call);
      List<Subject> peers = new ArrayList<>();
      peers.add(python.subject("NumPy", row.id() + "-numpy", operands, threads));
      peers.add(python.subject("numexpr", row.id() + "-numexpr", operands, threads));
      peers.add(stream.subject("parallel stream", row.id(), n, threads));
      peers.add(nd4j.subject("ND4J", row.id(), n, threads));
      List<Subject> all = new ArrayList<>(peers);
      all.add(ours);
      Contest contest = new Contest(row.formula + ", n = " + n, all, rounds, seconds);
      StringBuilder line = new StringBuilder("| " + row.title());
      line.append(" | ").append(Contest.number(contest.median(ours)));
      double best = Double.NaN;
      for (Subject peer : peers) {
        line.append(" | ").append(Contest.number(contest.median(peer)));
        double ratio = contest.ratio(peer, ours);
        best = Double.isNaN(best) || ratio < best ? ratio : best;
      }
      String verdict = Double.isNaN(best) || best >= 1 ? "" : "**slower**";
      return String.format("%s | %s | %s |%n", line, Contest.number(best), verdict);
    }
  }

  /** One evaluation of the row, or null where a function is missing. */
  private static Runnable call(Row row, Operands operands) {
    Formula formula;
    try {
      formula = Formula.parse(row.formula);
    } catch (FormulaSyntaxException missing) {
      return null;
    }
    if (row.isReduction()) {
      return () -> formula.item(operands.byName);
    }
    boolean isTruth = formula.bind(operands.byName).dtype() == DType.BOOL;
    NDArray out = isTruth ? operands.truth : operands.out;
    return () -> formula.into(out, operands.byName);
  }
}
