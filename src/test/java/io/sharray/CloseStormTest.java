package io.sharray;

import static io.sharray.Functions.sum;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.ref.Reference;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReferenceArray;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;

/**
 * Sixteen threads compute on arrays that four others close, attach again and replace: every result
 * is right, or an exception that says that the array was closed. {@code ./dev check} runs it for
 * longer.
 */
class CloseStormTest {
  private static final int COMPUTING = 16;
  private static final int CLOSING = 4;
  private static final int PLACES = 12;

  /** An array whose elements all have the value, and which anybody may close at any time. */
  private record Shown(NDArray array, Handle handle, double value) {}

  private final AtomicReferenceArray<Shown> places = new AtomicReferenceArray<>(PLACES);
  private final LongAdder right = new LongAdder();
  private final LongAdder late = new LongAdder();
  private final LongAdder closed = new LongAdder();
  private final LongAdder attached = new LongAdder();
  private volatile boolean over;

  @Test
  void whoeverComputesWhileOthersCloseGetsRightNumbersOrAnException() throws Exception {
    double seconds = Double.parseDouble(System.getProperty("sharray.storm.seconds", "8"));
    Random random = new Random(1);
    for (int i = 0; i < PLACES; i++) {
      places.set(i, fresh(random));
    }
    ExecutorService pool = Executors.newFixedThreadPool(COMPUTING + CLOSING);
    try {
      List<Future<?>> running = new ArrayList<>();
      for (int i = 0; i < COMPUTING + CLOSING; i++) {
        Random own = new Random(100 + i);
        running.add(pool.submit(i < COMPUTING ? () -> computeOn(own) : () -> closeAndReopen(own)));
      }
      long end = System.nanoTime() + (long) (seconds * 1e9);
      while (System.nanoTime() < end && running.stream().noneMatch(Future::isDone)) {
        Thread.sleep(20);
      }
      over = true;
      for (Future<?> each : running) {
        each.get(60, TimeUnit.SECONDS);
      }
    } finally {
      over = true;
      pool.shutdownNow();
    }
    for (int i = 0; i < PLACES; i++) {
      places.get(i).array.close();
    }
    String told =
        "%d right results, %d exceptions, %d closed, %d attached again"
            .formatted(right.sum(), late.sum(), closed.sum(), attached.sum());
    System.out.println("close storm: " + told);
    assertTrue(right.sum() > 100 && late.sum() > 0 && attached.sum() > 10, told);
  }

  private static Shown fresh(Random random) {
    int kind = random.nextInt(3);
    Storage storage = kind == 0 ? Storage.systemV() : kind == 1 ? Storage.posix() : Storage.memfd();
    // Small ones are computed on the calling thread, large ones by the team.
    long size = random.nextInt(8) == 0 ? 100_000 : 1 + random.nextInt(3000);
    double value = 1 + random.nextInt(1000);
    NDArray array = NDArray.create(storage, DType.FLOAT64, size);
    array.plus(value).into(array);
    return new Shown(array, kind == 2 ? null : array.handle(), value);
  }

  private void closeAndReopen(Random random) {
    while (!over) {
      int place = random.nextInt(PLACES);
      Shown old = places.get(place);
      Shown next;
      if (random.nextBoolean() && old.handle != null) {
        next = again(old, random);
      } else {
        next = fresh(random);
      }
      if (places.compareAndSet(place, old, next)) {
        old.array.close();
        closed.increment();
      } else {
        next.array.close();
      }
      Thread.yield();
    }
  }

  private Shown again(Shown old, Random random) {
    try {
      NDArray array =
          random.nextBoolean() ? NDArray.attach(old.handle) : NDArray.attachReadOnly(old.handle);
      attached.increment();
      return new Shown(array, old.handle, old.value);
    } catch (SegmentGoneException e) {
      late.increment();
      return fresh(random);
    }
  }

  private void computeOn(Random random) {
    while (!over) {
      Shown one = places.get(random.nextInt(PLACES));
      Shown two = places.get(random.nextInt(PLACES));
      try {
        compute(one, two, random.nextInt(5));
        right.increment();
      } catch (IllegalStateException e) {
        assertTrue(e.getMessage().contains("closed"), e.getMessage());
        late.increment();
      }
    }
  }

  private static void compute(Shown one, Shown two, int kind) {
    NDArray a = one.array;
    long size = a.size();
    switch (kind) {
      case 0 -> assertEquals(size * one.value, sum(a).item());
      case 1 -> {
        try (NDArray result = a.times(2).plus(1).eval()) {
          assertEquals(2 * one.value + 1, result.getDouble(size - 1));
          assertEquals(size * (2 * one.value + 1), sum(result).item());
        }
      }
      case 2 -> {
        double[] copy = a.toDoubleArray();
        assertEquals(one.value, copy[0]);
        assertEquals(one.value, copy[copy.length - 1]);
      }
      case 3 -> {
        try (NDArray first = a.slice("0:1");
            NDArray last = two.array.slice("-1:")) {
          assertEquals(one.value + two.value, sum(first.plus(last)).item());
        }
      }
      default -> {
        double value = a.getDouble(size - 1);
        // An element that is read while its array is closed may be 0; nobody may see anything else.
        assertTrue(value == one.value || value == 0 && a.isClosed(), value + " of " + one.value);
      }
    }
    Reference.reachabilityFence(a);
  }
}
