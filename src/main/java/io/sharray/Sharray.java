package io.sharray;

import io.sharray.internal.blas.Providers;
import io.sharray.internal.jni.NativeApi;
import io.sharray.internal.jni.NativeLibrary;
import io.sharray.internal.jni.Status;
import io.sharray.internal.segment.Segments;

/** Facts and settings of the library in this process. Thread-safe. */
public final class Sharray {
  private static final int FACTS_BYTES = 1 << 16;

  private Sharray() {}

  /**
   * How many threads evaluate expressions.
   *
   * @return at least 1
   * @throws NativeLibraryException if there is no native library for this system
   */
  public static int threads() {
    Segments.ready();
    return NativeApi.threads(0);
  }

  /**
   * Sets how many threads evaluate expressions, for the whole process.
   *
   * @param n at least 1; more than the process may use count as that many
   * @throws IllegalArgumentException if it is less than 1
   * @throws NativeLibraryException if there is no native library for this system
   */
  public static void setThreads(int n) {
    Segments.ready();
    if (n < 1) {
      throw new IllegalArgumentException(n + " threads; at least 1 is needed");
    }
    NativeApi.threads(n);
  }

  /**
   * What was loaded from where, which CPU path is used, which library of BLAS and LAPACK, how many
   * threads, and why; and what the pool of memory has: segments, live blocks (large arrays
   * included), bytes that are kept for further arrays, and the most that is kept.
   *
   * @return lines of a name, a tab and a value
   * @throws NativeLibraryException if there is no native library for this system
   */
  public static String info() {
    Segments.ready();
    // Chosen now, so that the facts tell of it.
    Providers.Description blas = Providers.describe();
    byte[] facts = new byte[FACTS_BYTES];
    io.sharray.internal.fft.Providers.Description fft =
        io.sharray.internal.fft.Providers.describe();
    NativeApi.describe(facts, facts.length);
    String library = Status.text(facts).stripTrailing();
    String transforms =
        library.contains("\nfft\t")
            ? ""
            : "fft\t" + fft.name() + "\n" + "fftReason\t" + fft.reason() + "\n";
    return "version\t"
        + version()
        + "\n"
        + "java\t"
        + Runtime.version()
        + "\n"
        + library
        + "\n"
        + transforms
        + "nativeLibrary\t"
        + NativeLibrary.path()
        + "\n"
        + "origin\t"
        + NativeLibrary.origin()
        + "\n"
        + "waitPolicy\t"
        + NativeLibrary.waitPolicy()
        + "\n"
        + (blas.path() == null
            ? "blas\tnone\nblasReason\t" + blas.reason() + "\n"
            : "blasThreads\t" + blas.threads() + "\n");
  }

  /**
   * Gives memory back now: closes the arrays that the collector has found unreachable, and lets go
   * of what the pool keeps for further arrays, which it would do by itself after a while.
   * Thread-safe.
   *
   * @throws NativeLibraryException if there is no native library for this system
   */
  public static void trim() {
    Segments.trim();
  }

  /**
   * The version of the library.
   *
   * @return for example {@code 1.0.0}
   * @throws NativeLibraryException if there is no native library for this system
   */
  public static String version() {
    NativeLibrary.load();
    return NativeApi.version();
  }
}
