package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Sharray;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/** What do transposed and Fortran-ordered operands cost against C order, on 5000 x 5000 doubles? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LayoutBench.ELEMENTS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 4, time = 1)
public class LayoutBench implements AutoCloseable {
  private static final int SIDE = 5000;
  static final int ELEMENTS = SIDE * SIDE;

  /** Two matrices and a result in C order; the other order are views of them. */
  private NDArray a;

  private NDArray b;
  private NDArray out;
  private NDArray row;
  private NDArray fortranA;
  private NDArray fortranB;
  private NDArray fortranOut;

  /** Makes the operands. */
  @Setup
  public void open() {
    a = NDArray.arange(ELEMENTS).reshape(SIDE, SIDE);
    b = NDArray.full(DType.FLOAT64, 0.5, SIDE, SIDE);
    out = NDArray.zeros(DType.FLOAT64, SIDE, SIDE);
    row = NDArray.zeros(DType.FLOAT64, SIDE);
    fortranA = a.T();
    fortranB = b.T();
    fortranOut = out.T();
  }

  /** Frees them. */
  @TearDown
  @Override
  public void close() {
    List.of(a, b, out, row, fortranA, fortranB, fortranOut).forEach(NDArray::close);
  }

  /**
   * {@code a + b}.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void add(Threads threads) {
    a.plus(b).into(out);
  }

  /**
   * {@code a + b} in Fortran order throughout.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void addFortran(Threads threads) {
    fortranA.plus(fortranB).into(fortranOut);
  }

  /**
   * {@code a.T + b}.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void addTransposed(Threads threads) {
    fortranA.plus(b).into(out);
  }

  /**
   * Both operands in Fortran order, the result in C order.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void addFortranIntoC(Threads threads) {
    fortranA.plus(fortranB).into(out);
  }

  /**
   * The full sum.
   *
   * @param threads how many of them
   * @return the sum
   */
  @Benchmark
  public double sum(Threads threads) {
    return Functions.sum(a).item();
  }

  /**
   * The full sum of Fortran order, in the sequence of C order.
   *
   * @param threads how many of them
   * @return the sum
   */
  @Benchmark
  public double sumFortran(Threads threads) {
    return Functions.sum(fortranA).item();
  }

  /**
   * The sums of the columns.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void sumColumns(Threads threads) {
    Functions.sum(a, 0).into(row);
  }

  /**
   * The sums of the rows.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void sumRows(Threads threads) {
    Functions.sum(a, 1).into(row);
  }

  /** The ways to add, and the ways to sum, each with a name; the first one is in C order. */
  List<List<Subject>> subjects(int threads) {
    List<List<Subject>> result = new ArrayList<>();
    result.add(
        List.of(
            into("a + b in C order", threads, a.plus(b), out),
            into("all in Fortran order", threads, fortranA.plus(fortranB), fortranOut),
            into("a.T + b", threads, fortranA.plus(b), out),
            into("Fortran order into C order", threads, fortranA.plus(fortranB), out)));
    result.add(
        List.of(
            into("copy in C order", threads, a, out),
            into("copy of Fortran order into C order", threads, fortranA, out)));
    result.add(
        List.of(
            item("full sum in C order", threads, Functions.sum(a)),
            into("sum over axis 0", threads, Functions.sum(a, 0), row),
            into("sum over axis 1", threads, Functions.sum(a, 1), row),
            into("Fortran order, sum over axis 0", threads, Functions.sum(fortranA, 0), row),
            into("Fortran order, sum over axis 1", threads, Functions.sum(fortranA, 1), row),
            item("Fortran order, full sum", threads, Functions.sum(fortranA))));
    return result;
  }

  private static Subject into(String name, int threads, Expr expr, NDArray out) {
    return Subject.of(name, ELEMENTS, () -> Sharray.setThreads(threads), () -> expr.into(out));
  }

  private static Subject item(String name, int threads, Expr expr) {
    return Subject.of(name, ELEMENTS, () -> Sharray.setThreads(threads), expr::item);
  }

  /**
   * Measures alternately, and prints the ratios to C order.
   *
   * @param rounds how many
   */
  static void run(int rounds) {
    int threads = Machine.cores();
    StringBuilder table = new StringBuilder(Comparison.HEADER);
    try (LayoutBench bench = new LayoutBench()) {
      bench.open();
      for (List<Subject> ways : bench.subjects(threads)) {
        Comparison comparison = new Comparison("5000 x 5000 doubles");
        for (Subject way : ways.subList(1, ways.size())) {
          comparison.add(way, ways.get(0), 1 / 1.5);
        }
        comparison.run(rounds, 0.3);
        table.append(comparison.table());
      }
    }
    System.out.printf("%nMedians of %d rounds; a ratio is their time by ours.%n%n", rounds);
    System.out.println(table);
    System.out.printf("- CPU: %s, cores: %d%n", Machine.cpu(), threads);
  }
}
