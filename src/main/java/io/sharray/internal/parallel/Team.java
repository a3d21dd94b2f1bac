package io.sharray.internal.parallel;

import io.sharray.SharrayException;
import io.sharray.internal.jni.NativeApi;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongToIntFunction;

/**
 * Runs calls on the native team of threads. The caller parks in Java, so that a virtual thread
 * frees its carrier; a daemon thread of this class waits for finished calls in native code and
 * unparks the callers. It ends after a second without work, so that it does not keep a class loader
 * that nobody uses. Thread-safe.
 */
public final class Team {
  private static final int IDLE_MILLIS = 1000;
  private static final int BATCH = 64;
  private static final int OK = 0;
  private static final int EXHAUSTED = -5;

  private static final ConcurrentHashMap<Long, Waiter> WAITERS = new ConcurrentHashMap<>();
  private static final AtomicLong TICKETS = new AtomicLong();
  private static final Object LOCK = new Object();
  private static boolean notifying;

  private Team() {}

  private static final class Waiter {
    final Thread thread = Thread.currentThread();
    int status;
    long scalar;
    volatile boolean done;
  }

  /**
   * Evaluates a call: at once on this thread, with the help of the team for calls of medium length;
   * or on the team while this thread sleeps, if that is worth it and sooner.
   *
   * @param call the words of the call, see {@code expression/program.h}; word 0 receives the bits
   *     of a scalar result
   * @param small whether it is certain that this thread need not sleep for it
   */
  public static void run(long[] call, boolean small) {
    long client = NativeApi.client();
    if (!small && submitted(call, ticket -> NativeApi.submit(client, ticket, call, call.length))) {
      return;
    }
    check(NativeApi.evaluate(call, call.length));
  }

  /**
   * Selects elements, on this thread or on the team as for {@link #run}.
   *
   * @param call the words of the call, see {@code expression/gather.h}; word 0 receives the result
   * @param small whether it is certain that this thread need not sleep for it
   */
  public static void gather(long[] call, boolean small) {
    long client = NativeApi.client();
    if (!small
        && submitted(call, ticket -> NativeApi.submitGather(client, ticket, call, call.length))) {
      return;
    }
    check(NativeApi.gather(call, call.length));
  }

  /**
   * Runs a linear algebra call: on this thread with the help of the team, or on the thread of the
   * team while this one sleeps, where it needs the stack or all threads for one matrix.
   *
   * @param call the words of the call, see {@code blas/call.h}; word 0 receives the result
   */
  public static void linalg(long[] call) {
    int status = NativeApi.linalg(call, call.length);
    if (status != 1) {
      check(status);
      return;
    }
    long client = NativeApi.client();
    submitted(call, ticket -> NativeApi.submitLinalg(client, ticket, call, call.length));
  }

  private static boolean submitted(long[] call, LongToIntFunction queue) {
    Waiter waiter = new Waiter();
    int status = submit(waiter, queue);
    if (status != 1) {
      check(status);
      return false;
    }
    await(waiter);
    check(waiter.status);
    call[0] = waiter.scalar;
    return true;
  }

  /**
   * Takes all pages of a range, each by the thread of the team that computes on it.
   *
   * @param address of the first byte
   * @param bytes how many, at least 1
   * @return whether there was room for them
   */
  public static boolean prefault(long address, long bytes) {
    Waiter waiter = new Waiter();
    long client = NativeApi.client();
    int status = submit(waiter, ticket -> NativeApi.prefault(client, ticket, address, bytes));
    if (status == 1) {
      await(waiter);
      status = waiter.status;
    }
    if (status != EXHAUSTED) {
      check(status);
    }
    return status != EXHAUSTED;
  }

  /**
   * Writes a random permutation, on this thread with the help of the team.
   *
   * @param address of n int64 elements
   * @param n how many, not negative
   * @param key of the generator
   * @param call the first of two calls
   */
  public static void permute(long address, long n, long key, long call) {
    check(NativeApi.permute(address, n, key, call));
  }

  /**
   * Runs a Fourier transform: on this thread with the help of the team, or on the thread of the
   * team while this one sleeps, where it needs the stack or all threads.
   *
   * @param call the words of the call, see {@code fft/call.h}
   */
  public static void fft(long[] call) {
    int status = NativeApi.fft(call, call.length);
    if (status != 1) {
      check(status);
      return;
    }
    long client = NativeApi.client();
    submitted(call, ticket -> NativeApi.submitFft(client, ticket, call, call.length));
  }

  private static int submit(Waiter waiter, LongToIntFunction queue) {
    long ticket = TICKETS.incrementAndGet();
    WAITERS.put(ticket, waiter);
    int status = queue.applyAsInt(ticket);
    if (status != 1) {
      WAITERS.remove(ticket);
    }
    return status;
  }

  private static void await(Waiter waiter) {
    notifyFinished();
    boolean interrupted = false;
    while (!waiter.done) {
      LockSupport.park(waiter);
      interrupted |= Thread.interrupted();
    }
    if (interrupted) {
      waiter.thread.interrupt();
    }
  }

  private static void check(int status) {
    if (status == EXHAUSTED) {
      throw new SharrayException(
          "no native memory for the evaluation; free some, or evaluate smaller parts");
    }
    if (status < OK) {
      throw new SharrayException(
          "the core library refused a call with status " + status + "; please report this");
    }
  }

  private static void notifyFinished() {
    synchronized (LOCK) {
      if (!notifying) {
        notifying = true;
        Thread thread = new Thread(null, Team::awaitFinished, "sharray-notifier", 0, false);
        thread.setDaemon(true);
        thread.setContextClassLoader(null);
        thread.start();
      }
    }
  }

  private static void awaitFinished() {
    long[] triples = new long[3 * BATCH];
    for (; ; ) {
      int count = NativeApi.await(NativeApi.client(), triples, BATCH, IDLE_MILLIS);
      for (int i = 0; i < count; i++) {
        finish(triples[3 * i], (int) triples[3 * i + 1], triples[3 * i + 2]);
      }
      if (count <= 0) {
        synchronized (LOCK) {
          if (count < 0 || WAITERS.isEmpty()) {
            notifying = false;
            return;
          }
        }
      }
    }
  }

  private static void finish(long ticket, int status, long scalar) {
    Waiter waiter = WAITERS.remove(ticket);
    waiter.status = status;
    waiter.scalar = scalar;
    waiter.done = true;
    LockSupport.unpark(waiter.thread);
  }
}
