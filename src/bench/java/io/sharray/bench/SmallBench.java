package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Formula;
import io.sharray.NDArray;
import io.sharray.Sharray;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does the call of a parsed formula cost, seen on 2a+3b-c over a thousand elements? Times are
 * per call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class SmallBench implements AutoCloseable {
  static final int ELEMENTS = 1000;

  private final Formula formula = Formula.parse("2*a + 3*b - c");
  private double[] a;
  private double[] b;
  private double[] c;
  private NDArray sharedA;
  private NDArray sharedB;
  private NDArray sharedC;
  private NDArray sharedOut;

  /** Makes the operands. */
  @Setup
  public void open() {
    a = Data.a(ELEMENTS);
    b = Data.b(ELEMENTS);
    c = Data.c(ELEMENTS);
    sharedA = NDArray.of(a);
    sharedB = NDArray.of(b);
    sharedC = NDArray.of(c);
    sharedOut = NDArray.zeros(DType.FLOAT64, ELEMENTS);
  }

  /** Frees them. */
  @TearDown
  @Override
  public void close() {
    sharedA.close();
    sharedB.close();
    sharedC.close();
    sharedOut.close();
  }

  /** Into an existing array. */
  @Benchmark
  public void into() {
    formula.into(sharedOut, Map.of("a", sharedA, "b", sharedB, "c", sharedC));
  }

  /** Into a new array, closed at once. */
  @Benchmark
  public void eval() {
    formula.eval(Map.of("a", sharedA, "b", sharedB, "c", sharedC)).close();
  }

  Subject intoSubject(int threads) {
    return Subject.of("Formula.into", ELEMENTS, () -> Sharray.setThreads(threads), this::into);
  }

  Subject evalSubject(int threads) {
    return Subject.of(
        "Formula.eval and close", ELEMENTS, () -> Sharray.setThreads(threads), this::eval);
  }

  /** Fails unless the formula and a loop agree. */
  void verify() {
    into();
    double[] expected = new double[ELEMENTS];
    for (int i = 0; i < ELEMENTS; i++) {
      expected[i] = 2 * a[i] + 3 * b[i] - c[i];
    }
    Checks.same(expected, sharedOut, 1e-12);
  }
}
