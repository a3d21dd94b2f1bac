package io.sharray.bench;

import io.sharray.Sharray;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Measures the library and its peers alternately on this machine and prints the ratios of the
 * medians of several rounds. It judges nothing but ratios, since times differ from machine to
 * machine and from day to day.
 *
 * <p>Arguments: {@code --rounds N}, {@code --seconds S} for each measurement, {@code --only
 * memory,peers,small,ratios} for some sections, {@code --table} to write all into {@code
 * docs/performance.md}; or {@code attach} for {@link AttachBench}; or {@code layout} for {@link
 * LayoutBench}; or {@code linalg} with pairs, seconds and tasks for {@link LinalgBench}; or {@code
 * jmh} and arguments of JMH, which then runs the benchmark classes of this package, each subject in
 * a JVM of its own.
 */
public final class Ratios {
  private static final double NONE = Double.NaN;
  private static final Set<String> FACTS =
      Set.of("version", "cpu", "threads", "threadsReason", "numaNodes", "waitPolicy");
  private static final Path PERFORMANCE = Path.of("docs", "performance.md");

  private final int rounds;
  private final double seconds;
  private final Set<String> sections;
  private final int threads = Machine.cores();
  private final Peer python;
  private final Peer cpp;

  private final Peer nd4j;

  private Ratios(
      int rounds, double seconds, Set<String> sections, Peer python, Peer cpp, Peer nd4j) {
    this.rounds = rounds;
    this.seconds = seconds;
    this.sections = sections;
    this.python = python;
    this.cpp = cpp;
    this.nd4j = nd4j;
  }

  /**
   * Runs the comparisons; takes about a quarter of an hour.
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
    if (arguments.length == 1 && arguments[0].equals("layout")) {
      LayoutBench.run(9);
      return;
    }
    if (arguments.length > 0 && arguments[0].equals("linalg")) {
      int pairs = arguments.length > 1 ? Integer.parseInt(arguments[1]) : 31;
      double each = arguments.length > 2 ? Double.parseDouble(arguments[2]) : 0.1;
      LinalgBench.run(pairs, each, arguments.length > 3 ? Set.of(arguments[3].split(",")) : null);
      return;
    }
    int rounds = 5;
    double seconds = 0.2;
    boolean writes = false;
    Set<String> sections = Set.of("memory", "peers", "small", "ratios");
    for (int i = 0; i < arguments.length; i++) {
      switch (arguments[i]) {
        case "--rounds" -> rounds = Integer.parseInt(arguments[++i]);
        case "--seconds" -> seconds = Double.parseDouble(arguments[++i]);
        case "--only" -> sections = Set.of(arguments[++i].split(","));
        case "--table" -> writes = true;
        default -> {
          System.err.println(
              "usage: [--rounds N] [--seconds S] [--only SECTION,...] [--table] | attach"
                  + " | layout | linalg [PAIRS [S [TASK,...]]] | jmh [arguments of JMH]");
          System.exit(2);
        }
      }
    }
    try (Peer python = Peer.python();
        Peer cpp = Peer.fusedLoop();
        Peer nd4j = sections.contains("peers") ? Peer.nd4j() : Peer.none("not asked")) {
      String report = new Ratios(rounds, seconds, sections, python, cpp, nd4j).run();
      System.out.println(report);
      if (writes) {
        Files.writeString(PERFORMANCE, report);
      }
    }
  }

  private String run() throws IOException {
    String load = Machine.load();
    // Linear first, since a JVM that has seen two lambdas in parallel streams inlines neither.
    String ratios = sections.contains("ratios") ? ratios() : "";
    String memory =
        sections.contains("memory") ? new MemoryTable(rounds, seconds, threads, cpp).run() : "";
    String small = sections.contains("small") ? new SmallTable(rounds, seconds, python).run() : "";
    String peers =
        sections.contains("peers")
            ? new PeerTable(rounds, seconds, threads, python, nd4j).run()
            : "";
    return """
        # Performance

        Written by `./dev bench --table`; do not edit. All figures of a line are of the same minutes: the subjects were
        measured alternately, %d rounds of %s s each, and the medians of the rounds are shown. Ratios are medians of the
        ratios of each round. Times differ from machine to machine and from day to day; ratios do less so.

        ## The machine

        %s
        ## Where memory is the limit, and in the caches

        Beside loops in C++ with `-O3 -march=native -ffp-contract=off -fopenmp`, into arrays that exist.

        %s
        ## Beside peers

        In ns per element, %d threads for all but NumPy and ND4J, which choose themselves; results of Sharray, numexpr and
        the streams go into arrays that exist. A ratio below 1 means that a peer was faster.
        %s
        ## Small calls

        In ns per call: a parsed `Formula` with a map of its variables, an expression that was built before, and the same
        with NumPy and numexpr.

        %s
        ## Other ratios

        %s
        """
            .formatted(rounds, seconds, machine(load), memory, threads, peers, small, ratios)
            .replaceAll("\n{3,}", "\n\n")
            .strip()
        + "\n";
  }

  private String ratios() {
    String linear = linear();
    return Comparison.HEADER
        + headline()
        + linear
        + small()
        + fresh(1000, NONE)
        + fresh(1_000_000, 1 / 1.1);
  }

  private String machine(String load) {
    return String.format(
            "- CPU: %s, cores: %d, caches: %s%n", Machine.cpu(), Machine.cores(), Machine.caches())
        + String.format("- memory: %s%n", Machine.memory())
        + String.format("- load averages: %s before, %s after%n", load, Machine.load())
        + String.format("- %s, %s%n", Machine.libc(), cpp.facts())
        + String.format("- Java: %s%n", Machine.java())
        + String.format("- peers: %s; %s; Commons Math 3.6.1%n", python.facts(), nd4j.facts())
        + String.format("- Sharray: %s%n", sharray());
  }

  /** What of the library's facts belongs into a report: no paths of this machine. */
  private static String sharray() {
    return String.valueOf(Sharray.info())
        .lines()
        .filter(line -> FACTS.contains(line.split("\t")[0]))
        .map(line -> line.replace('\t', ' '))
        .collect(Collectors.joining("; "));
  }

  private String headline() {
    Comparison comparison = new Comparison("exp(gammaln(1.5a)-b), n = 10^7");
    try (HeadlineBench bench = new HeadlineBench()) {
      bench.open();
      bench.verify();
      Operands shared = bench.operands();
      Subject all = bench.sharraySubject(threads);
      Subject two = threads == 2 ? all : bench.sharraySubject(2);
      comparison.add(all, bench.streamSubject(), 15);
      comparison.add(all, python.subject("NumPy + SciPy", "headline-numpy", shared, threads), 10);
      comparison.add(
          all,
          python.subject("NumPy + SciPy, no temporaries", "headline-numpy-out", shared, threads),
          NONE);
      comparison.add(two, bench.sharraySubject(1), threads > 1 ? 1.85 : NONE);
      comparison.run(rounds, seconds);
      return comparison.table();
    }
  }

  private String linear() {
    Comparison comparison = new Comparison("2a+3b-c, n = 10^7");
    try (LinearBench bench = new LinearBench()) {
      bench.open();
      bench.verify();
      Operands shared = bench.operands();
      Subject all = bench.sharraySubject(threads);
      Subject one = bench.sharraySubject(1);
      comparison.add(all, bench.streamSubject(), 1);
      comparison.add(all, python.subject("numexpr", "linear-numexpr", shared, threads), 1);
      comparison.add(
          all, cpp.subject("C++ loop, threads: " + threads, "linear", shared, threads), 1 / 1.25);
      comparison.add(one, cpp.subject("C++ loop, one thread", "linear", shared, 1), NONE);
      comparison.add(one, bench.loopSubject(), NONE);
      comparison.add(all, python.subject("NumPy", "linear-numpy", shared, threads), NONE);
      comparison.run(rounds, seconds);
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
      comparison.run(rounds, seconds);
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
      comparison.run(rounds, seconds);
      return comparison.table();
    }
  }
}
