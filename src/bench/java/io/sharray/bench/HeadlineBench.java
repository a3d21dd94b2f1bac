package io.sharray.bench;

import static io.sharray.Functions.exp;
import static io.sharray.Functions.gammaln;

import io.sharray.Sharray;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.apache.commons.math3.special.Gamma;
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

/** How long does exp(gammaln(1.5a)-b) take, into an existing array? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(HeadlineBench.ELEMENTS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 2)
public class HeadlineBench implements AutoCloseable {
  static final int ELEMENTS = 10_000_000;

  private double[] a;
  private double[] b;
  private double[] out;
  private Operands shared;

  /** Makes the operands. */
  @Setup
  public void open() {
    a = Data.a(ELEMENTS);
    b = Data.b(ELEMENTS);
    out = new double[ELEMENTS];
    shared = new Operands(ELEMENTS);
  }

  /** Frees them. */
  @TearDown
  @Override
  public void close() {
    shared.close();
  }

  /**
   * Sharray.
   *
   * @param threads how many of them
   */
  @Benchmark
  public void sharray(Threads threads) {
    evaluate();
  }

  /** A parallel stream with Commons Math. */
  @Benchmark
  public void stream() {
    IntStream.range(0, ELEMENTS)
        .parallel()
        .forEach(i -> out[i] = Math.exp(Gamma.logGamma(1.5 * a[i]) - b[i]));
  }

  private void evaluate() {
    exp(gammaln(shared.a.times(1.5)).minus(shared.b)).into(shared.out);
  }

  Operands operands() {
    return shared;
  }

  Subject sharraySubject(int threads) {
    String name = "Sharray, threads: " + threads;
    return Subject.of(name, ELEMENTS, () -> Sharray.setThreads(threads), this::evaluate);
  }

  Subject streamSubject() {
    return Subject.of("parallel stream, Commons Math", ELEMENTS, () -> {}, this::stream);
  }

  /** Fails unless both ways agree. */
  void verify() {
    stream();
    evaluate();
    Checks.same(out, shared.out, 1e-11);
  }
}
