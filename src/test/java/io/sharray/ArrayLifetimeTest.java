package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.internal.segment.Reachability;
import java.lang.ref.Reference;
import java.nio.ByteBuffer;
import java.nio.DoubleBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

class ArrayLifetimeTest {
  private static boolean isGone(Handle handle) {
    try (NDArray found = NDArray.attach(handle)) {
      return found.isClosed();
    } catch (SegmentGoneException e) {
      return true;
    }
  }

  /** Lets the collector run until nobody holds the segment, at most for a while. */
  private static boolean goesByItself(Handle handle) throws InterruptedException {
    for (int i = 0; i < 200; i++) {
      System.gc();
      Thread.sleep(5);
      Reachability.poll();
      if (isGone(handle)) {
        return true;
      }
    }
    return false;
  }

  private static Handle forgotten(Storage storage) {
    NDArray array = NDArray.create(storage, DType.FLOAT64, 1000);
    NDArray view = array.slice("1:");
    view.setDouble(1, 1);
    return array.handle();
  }

  @Test
  void arraysForgottenOpenAreClosedByTheCollector() throws InterruptedException {
    assertTrue(goesByItself(forgotten(Storage.systemV())));
    assertTrue(goesByItself(forgotten(Storage.posix())));
  }

  @Test
  void aBufferHoldsItsMemoryUntilAllMadeFromItAreGarbage() throws InterruptedException {
    NDArray array = NDArray.of(1.0, 2, 3);
    Handle handle = array.handle();
    DoubleBuffer derived = derivedBuffer(array);
    array.close();
    for (int i = 0; i < 5; i++) {
      System.gc();
      Thread.sleep(5);
      Reachability.poll();
    }
    assertFalse(isGone(handle));
    assertEquals(2, derived.get(0));
    Reference.reachabilityFence(derived);
    derived = null;
    assertTrue(goesByItself(handle));
  }

  private static DoubleBuffer derivedBuffer(NDArray array) {
    ByteBuffer buffer = array.asByteBuffer();
    ByteBuffer copy = buffer.duplicate().order(buffer.order());
    return copy.asReadOnlyBuffer().order(buffer.order()).position(8).asDoubleBuffer().slice();
  }

  @Test
  void closingReleasesAtOnceAndTheLastViewDecides() {
    for (Storage storage : new Storage[] {Storage.systemV(), Storage.posix()}) {
      NDArray array = NDArray.create(storage, DType.FLOAT64, 10);
      Handle handle = array.handle();
      NDArray view = array.slice("3:");
      NDArray attached = NDArray.attach(handle);
      array.close();
      view.close();
      assertFalse(isGone(handle));
      attached.close();
      assertTrue(isGone(handle));
    }
  }

  @Test
  void closingDisturbsNoThreadThatReadsWritesOrMakesViews() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(4);
    try {
      for (int round = 0; round < 60; round++) {
        NDArray array = NDArray.ones(DType.FLOAT64, 50_000);
        NDArray other = array.slice("::2");
        AtomicReference<String> wrong = new AtomicReference<>();
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
          running.add(pool.submit(() -> useUntilClosed(array, wrong)));
        }
        Thread.sleep(2);
        array.close();
        for (Future<?> each : running) {
          each.get();
        }
        assertNull(wrong.get());
        assertEquals(25_000, Functions.sum(other).item());
        other.close();
      }
    } finally {
      pool.shutdownNow();
    }
  }

  private static void useUntilClosed(NDArray array, AtomicReference<String> wrong) {
    try {
      while (true) {
        try (NDArray view = array.slice("1:-1");
            NDArray sum = view.plus(1).eval()) {
          double total = Functions.sum(view).item();
          double first = view.toDoubleArray()[0];
          // The mapping is held by another view all the time, so that even late reads are right.
          if (total != 49_998 || first != 1 || sum.getDouble(-1) != 2 || array.getDouble(7) != 1) {
            wrong.set("total " + total + ", first " + first);
          }
        }
      }
    } catch (IllegalStateException closed) {
      if (!closed.getMessage().contains("closed")) {
        wrong.set(closed.getMessage());
      }
    }
  }

  @Test
  void readersThatComeTooLateNeverCrash() throws Exception {
    ExecutorService pool = Executors.newFixedThreadPool(3);
    try {
      for (int round = 0; round < 200; round++) {
        NDArray array = NDArray.ones(DType.FLOAT64, 5000);
        List<Future<?>> running = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
          running.add(
              pool.submit(
                  () ->
                      assertThrows(
                          IllegalStateException.class,
                          () -> {
                            for (long k = 0; ; k++) {
                              double value = array.getDouble(k % 5000);
                              // Zeros are what a reader in flight sees after the release.
                              assertTrue(value == 1 || value == 0 || value == 2);
                              array.setDouble(2, k % 5000);
                            }
                          })));
        }
        Thread.onSpinWait();
        array.close();
        for (Future<?> each : running) {
          each.get();
        }
      }
    } finally {
      pool.shutdownNow();
    }
  }

  @Test
  void manyArraysComeAndGoWithoutALimitBeingReached() {
    for (int i = 0; i < 6000; i++) {
      try (NDArray array = NDArray.of(i)) {
        assertEquals(i, array.getDouble(0));
      }
    }
  }
}
