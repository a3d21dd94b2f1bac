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
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * What does a fresh array for each result cost, against an array that is there, seen on 2a+3b-c?
 * Small results lie in a pool segment, large ones in a segment of their own that is used again.
 * Times are per call.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 3, time = 1)
@Measurement(iterations = 5, time = 1)
public class FreshBench implements AutoCloseable {
  private static final int IN_SCOPE = 10;

  /** Elements. */
  @Param({"1000", "1000000"})
  public int elements;

  private final Formula formula = Formula.parse("2*a + 3*b - c");
  private Map<String, NDArray> operands;
  private NDArray out;

  /** Set by JMH. */
  public FreshBench() {}

  FreshBench(int elements) {
    this.elements = elements;
  }

  /** Makes the operands. */
  @Setup
  public void open() {
    operands =
        Map.of(
            "a", NDArray.of(Data.a(elements)),
            "b", NDArray.of(Data.b(elements)),
            "c", NDArray.of(Data.c(elements)));
    out = NDArray.zeros(DType.FLOAT64, elements);
  }

  /** Frees them. */
  @TearDown
  @Override
  public void close() {
    operands.values().forEach(NDArray::close);
    out.close();
  }

  /** Into an existing array. */
  @Benchmark
  public void into() {
    formula.into(out, operands);
  }

  /** Into a new array, closed at once. */
  @Benchmark
  public void fresh() {
    formula.eval(operands).close();
  }

  /** Ten times into a new array, closed by a scope. */
  // The scope is open for what is made inside it.
  @SuppressWarnings("try")
  @Benchmark
  public void tenInScope() {
    try (io.sharray.Scope scope = io.sharray.Scope.open()) {
      for (int i = 0; i < IN_SCOPE; i++) {
        formula.eval(operands);
      }
    }
  }

  /** No computing, only a new array. */
  @Benchmark
  public void emptyAndClose() {
    NDArray.empty(DType.FLOAT64, elements).close();
  }

  Subject intoSubject(int threads) {
    return subject("into an array that is there", elements, threads, this::into);
  }

  Subject freshSubject(int threads) {
    return subject("fresh result, closed", elements, threads, this::fresh);
  }

  Subject scopeSubject(int threads) {
    return subject("ten fresh results in a scope", IN_SCOPE * elements, threads, this::tenInScope);
  }

  private static Subject subject(String name, int elements, int threads, Runnable call) {
    return Subject.of(name, elements, () -> Sharray.setThreads(threads), call);
  }
}
