package io.sharray.bench;

import io.sharray.Sharray;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** How many threads Sharray uses in a benchmark that takes this. */
@State(Scope.Benchmark)
public class Threads {
  /** Their number. */
  @Param({"1", "2"})
  public int threads;

  /** Tells the library. */
  @Setup
  public void set() {
    Sharray.setThreads(threads);
  }
}
