package io.sharray.bench;

import io.sharray.Sharray;
import java.io.IOException;
import java.util.Arrays;

/**
 * Measures the library and its peers alternately on this machine and prints the ratios of the
 * medians of several rounds. It judges nothing but ratios, since times differ from machine to
 * machine and from day to day.
 *
 * <p>Arguments: none, or {@code --rounds N}; or {@code attach} for {@link AttachBench}; or {@code
 * layout} for {@link LayoutBench}; or {@code jmh} and arguments of JMH, which then runs the
 * benchmark classes of this package, each subject in a JVM of its own.
 */
public final class Ratios {
  private static final double NONE = Double.NaN;
  private static final double LARGE_SECONDS = 0.4;
  private static final double SMALL_SECONDS = 0.2;

  private final int rounds;
  private final int threads = Machine.cores();
  private final Peer python;
  private final Peer cpp;

  private Ratios(int rounds, Peer python, Peer cpp) {
    this.rounds = rounds;
    this.python = python;
    this.cpp = cpp;
  }

  /**
   * Runs the comparisons; takes about three minutes.
   *
   * @param arguments see the class
   * @throws IOException if a peer cannot be talked to
   * @throws InterruptedException if interrupted
   */
  public static void main(String[] arguments) throws IOException, InterruptedException {
    if (arguments.length > 0 && arguments[0].equals("jmh")) {
      org.openjdk.jmh.Main.main(Arrays.copyOfRange(arguments, 1, arguments.length));
      return;
    }
    if (arguments.length == 1 && arguments[0].equals("attach")) {
      AttachBench.run();
      return;
    }
    int rounds = 9;
    if (arguments.length == 1 && arguments[0].equals("layout")) {
      LayoutBench.run(rounds);
      return;
    }
    if (arguments.length == 2 && arguments[0].equals("--rounds")) {
      rounds = Integer.parseInt(arguments[1]);
    } else if (arguments.length > 0) {
      System.err.println("usage: [--rounds N] | attach | layout | jmh [arguments of JMH]");
      System.exit(2);
    }
    try (Peer python = Peer.python();
        Peer cpp = Peer.fusedLoop()) {
      new Ratios(rounds, python, cpp).run();
    }
  }

  private void run() {
    String load = Machine.load();
    // Linear first: once the JVM has seen two lambdas in parallel streams it inlines neither, and
    // the
    // linear one, which has little else to do, takes twice the time. Alone it would not.
    String linear = linear();
    String table =
        Comparison.HEADER
            + headline()
            + linear
            + small()
            + fresh(1000, NONE)
            + fresh(1_000_000, 1 / 1.1);
    System.out.printf(
        "%nMedians of %d rounds; a ratio is their time by ours.%n%n%s%n", rounds, table);
    System.out.printf("- CPU: %s, cores: %d%n", Machine.cpu(), Machine.cores());
    System.out.printf("- load averages: %s before, %s after%n", load, Machine.load());
    System.out.printf("- Java: %s%n", Machine.java());
    System.out.printf("- %s%n", python.facts());
    System.out.printf("- %s, -O3 -march=native -fopenmp%n", cpp.facts());
    System.out.printf(
        "- Sharray: %s%n", String.valueOf(Sharray.info()).strip().replace("\n", "; "));
  }

  private String headline() {
    int n = HeadlineBench.ELEMENTS;
    Comparison comparison = new Comparison("exp(gammaln(1.5a)-b), n = 10^7");
    try (HeadlineBench bench = new HeadlineBench()) {
      bench.open();
      bench.verify();
      Subject all = bench.sharraySubject(threads);
      Subject two = threads == 2 ? all : bench.sharraySubject(2);
      comparison.add(all, bench.streamSubject(), 15);
      comparison.add(all, python.subject("NumPy + SciPy", "headline-numpy", n, threads), 10);
      comparison.add(
          all,
          python.subject("NumPy + SciPy, no temporaries", "headline-numpy-out", n, threads),
          NONE);
      comparison.add(two, bench.sharraySubject(1), threads > 1 ? 1.85 : NONE);
      comparison.run(rounds, LARGE_SECONDS);
      return comparison.table();
    }
  }

  private String linear() {
    int n = LinearBench.ELEMENTS;
    Comparison comparison = new Comparison("2a+3b-c, n = 10^7");
    try (LinearBench bench = new LinearBench()) {
      bench.open();
      bench.verify();
      Subject all = bench.sharraySubject(threads);
      Subject one = bench.sharraySubject(1);
      comparison.add(all, bench.streamSubject(), 1);
      comparison.add(all, python.subject("numexpr", "linear-numexpr", n, threads), 1);
      comparison.add(
          all, cpp.subject("C++ loop, threads: " + threads, "linear", n, threads), 1 / 1.25);
      comparison.add(one, cpp.subject("C++ loop, one thread", "linear", n, 1), NONE);
      comparison.add(one, bench.loopSubject(), NONE);
      comparison.add(all, python.subject("NumPy", "linear-numpy", n, threads), NONE);
      comparison.run(rounds, LARGE_SECONDS);
      return comparison.table();
    }
  }

  private String fresh(int n, double demanded) {
    Comparison comparison = new Comparison("2a+3b-c, n = " + n);
    try (FreshBench bench = new FreshBench(n)) {
      bench.open();
      Subject into = bench.intoSubject(threads);
      comparison.add(bench.freshSubject(threads), into, demanded);
      comparison.add(bench.scopeSubject(threads), into, NONE);
      comparison.run(rounds, SMALL_SECONDS);
      return comparison.table();
    }
  }

  private String small() {
    int n = SmallBench.ELEMENTS;
    Comparison comparison = new Comparison("2a+3b-c, n = 1000");
    try (SmallBench bench = new SmallBench()) {
      bench.open();
      bench.verify();
      Subject into = bench.intoSubject(threads);
      Subject numpy = python.subject("NumPy", "linear-numpy", n, threads);
      comparison.add(into, numpy, 1);
      comparison.add(
          into, python.subject("NumPy, no temporaries", "linear-numpy-out", n, threads), NONE);
      comparison.add(into, python.subject("numexpr", "linear-numexpr", n, threads), NONE);
      comparison.add(bench.evalSubject(threads), numpy, NONE);
      comparison.run(rounds, SMALL_SECONDS);
      return comparison.table();
    }
  }
}
