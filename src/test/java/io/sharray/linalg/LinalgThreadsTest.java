package io.sharray.linalg;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNull;

import io.sharray.DType;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.Scope;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** Calls of every size from many threads with small stacks, and the engine between them. */
class LinalgThreadsTest {
  private static final int THREADS = 12;
  private static final long SMALL_STACK = 512 << 10;
  private static final double SECONDS = 2;

  private record Case(NDArray a, double det, double sum, double largest) {
    static Case of(long seed, long... shape) {
      NDArray a = Matrices.random(seed, DType.FLOAT64, shape);
      a.assign(a.times(0.1).plus(NDArray.eye(shape[shape.length - 1])));
      return new Case(a, det(a), sum(a), largest(a));
    }

    static double det(NDArray a) {
      try (NDArray logarithms = Linalg.slogdet(a).logabsdet()) {
        return Functions.sum(logarithms).item();
      }
    }

    static double sum(NDArray a) {
      try (NDArray product = Linalg.matmul(a, a);
          NDArray solution = Linalg.solve(a, product)) {
        return Functions.sum(solution).item();
      }
    }

    static double largest(NDArray a) {
      try (NDArray s = Linalg.svdvals(a)) {
        return Functions.max(s).item();
      }
    }

    void check() {
      assertEquals(det, det(a), 1e-9 * Math.abs(det));
      assertEquals(sum, sum(a), 1e-9 * (1 + Math.abs(sum)));
      assertEquals(largest, largest(a), 1e-9 * largest);
      double engine = Functions.sum(Functions.exp(a)).item();
      assertEquals(engine, Functions.sum(Functions.exp(a)).item());
    }
  }

  @Test
  void everyThreadGetsItsOwnResults() throws InterruptedException {
    Scope scope = Scope.open();
    try {
      List<Case> cases =
          List.of(
              Case.of(1, 3, 3),
              Case.of(2, 40, 40),
              Case.of(3, 500, 4, 4),
              Case.of(4, 150, 150),
              Case.of(5, 6, 60, 60));
      AtomicReference<Throwable> failure = new AtomicReference<>();
      long end = System.nanoTime() + (long) (SECONDS * 1e9);
      List<Thread> threads = new ArrayList<>();
      for (int t = 0; t < THREADS; t++) {
        int first = t;
        Runnable calls =
            () -> {
              try {
                for (int i = first; System.nanoTime() < end; i++) {
                  cases.get(i % cases.size()).check();
                }
              } catch (Throwable e) {
                failure.compareAndSet(null, e);
              }
            };
        threads.add(new Thread(null, calls, "small-" + t, SMALL_STACK));
      }
      threads.forEach(Thread::start);
      for (Thread thread : threads) {
        thread.join();
      }
      assertNull(failure.get());
    } finally {
      scope.close();
    }
  }
}
