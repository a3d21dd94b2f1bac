package io.sharray.bench;

import io.sharray.Sharray;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
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

/** How long does 2a+3b-c take, into an existing array, where memory is the limit? */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(LinearBench.ELEMENTS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class LinearBench implements AutoCloseable {
  static final int ELEMENTS = 10_000_000;

  private double[] a;
  private double[] b;
  private double[] c;
  private double[] out;
  private Operands shared;

  /** Makes the operands. */
  @Setup
  public void open() {
    a = Data.a(ELEMENTS);
    b = Data.b(ELEMENTS);
    c = Data.c(ELEMENTS);
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

  /** A parallel stream. */
  @Benchmark
  public void stream() {
    IntStream.range(0, ELEMENTS).parallel().forEach(i -> out[i] = 2 * a[i] + 3 * b[i] - c[i]);
  }

  /** A plain loop on one thread. */
  @Benchmark
  public void loop() {
    for (int i = 0; i < ELEMENTS; i++) {
      out[i] = 2 * a[i] + 3 * b[i] - c[i];
    }
  }

  private void evaluate() {
    shared.a.times(2).plus(shared.b.times(3)).minus(shared.c).into(shared.out);
  }

  Operands operands() {
    return shared;
  }

  Subject sharraySubject(int threads) {
    String name = "Sharray, threads: " + threads;
    return Subject.of(name, ELEMENTS, () -> Sharray.setThreads(threads), this::evaluate);
  }

  Subject streamSubject() {
    return Subject.of("parallel stream", ELEMENTS, () -> {}, this::stream);
  }

  Subject loopSubject() {
    return Subject.of("Java loop, one thread", ELEMENTS, () -> {}, this::loop);
  }

  /** Fails unless all ways agree. */
  void verify() {
    stream();
    evaluate();
    Checks.same(out, shared.out, 1e-12);
    loop();
    Checks.same(out, shared.out, 1e-12);
  }
}
