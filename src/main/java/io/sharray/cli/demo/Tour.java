package io.sharray.cli.demo;

import static io.sharray.Functions.abs;
import static io.sharray.Functions.exp;
import static io.sharray.Functions.gammaln;
import static io.sharray.Functions.max;
import static io.sharray.Functions.sum;

import io.sharray.DType;
import io.sharray.Expr;
import io.sharray.NDArray;
import io.sharray.Sharray;
import io.sharray.Storage;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.hipparchus.special.Gamma;

/**
 * Several JVMs evaluate {@code exp(gammaln(a*1.5) - b)} over the same memory; one of them is killed
 * in the middle. Prints figures and checks, and fails if a check does.
 */
public final class Tour {
  private static final long ELEMENTS = 60_000_000;
  private static final long FEWEST = 1_000_000;
  private static final int ARRAYS = 3;

  /** Elements between two reports of a worker: a millisecond or so. */
  private static final long CHUNK = 1 << 18;

  /** Pieces in the slice of a worker at least, so that it is killed in the middle. */
  private static final int FEWEST_PIECES = 64;

  private static final int FILL = 1 << 20;
  private static final int SAMPLE = 200_000;
  private static final int PLAIN = 2_000_000;

  /** The exponent is below 80, and both sides round it. */
  private static final double TOLERANCE = 1e-12;

  private final PrintWriter out;
  private final long n;

  private Tour(PrintWriter out) {
    this.out = out;
    this.n = elements();
  }

  /**
   * Runs it.
   *
   * @param out where the figures go
   * @throws IllegalStateException if a check fails
   */
  public static void run(PrintWriter out) {
    new Tour(out).run();
  }

  private void run() {
    int count = Math.min(8, Runtime.getRuntime().availableProcessors()) + 1;
    out.printf(
        Locale.ROOT,
        "Worker JVMs and shared memory: exp(gammaln(a*1.5) - b), %,d doubles in each of %d arrays%s%n",
        n,
        ARRAYS,
        n < ELEMENTS ? ", fewer than usual because memory is small" : "");
    try (Workers workers = Workers.start(count)) {
      out.printf("  %d worker JVMs started, one thread each, before there is any array%n", count);
      boolean both = roomForPosix();
      try (NDArray a = NDArray.create(Storage.systemV(), DType.FLOAT64, n);
          NDArray b = NDArray.create(both ? Storage.posix() : Storage.systemV(), DType.FLOAT64, n);
          NDArray result = NDArray.create(Storage.systemV(), DType.FLOAT64, n)) {
        out.println(
            "  arrays created afterwards, handles sent over pipes; a and the result are in System V memory, b "
                + (both ? "in POSIX memory" : "too: /dev/shm is small"));
        fill(a, 1, 0.05, 20);
        fill(b, 2, 0.1, 20);
        compute(workers, a, b, result);
        check(a, b, result);
        compare(a, b, result);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean roomForPosix() {
    try {
      long free = Files.getFileStore(Path.of("/dev/shm")).getUsableSpace();
      return free > 2 * n * Double.BYTES;
    } catch (IOException e) {
      return false;
    }
  }

  /** Half of what is available, at most. */
  private static long elements() {
    long available = Long.MAX_VALUE;
    try {
      for (String line : Files.readAllLines(Path.of("/proc/meminfo"))) {
        if (line.startsWith("MemAvailable:")) {
          available = Long.parseLong(line.split("\\s+")[1]) * 1024;
        }
      }
      Path limit = Path.of("/sys/fs/cgroup/memory.max");
      Path used = Path.of("/sys/fs/cgroup/memory.current");
      if (Files.isReadable(limit) && Files.isReadable(used)) {
        String text = Files.readString(limit).strip();
        if (!text.equals("max")) {
          long room = Long.parseLong(text) - Long.parseLong(Files.readString(used).strip());
          available = Math.min(available, room);
        }
      }
    } catch (IOException | NumberFormatException e) {
      // Then the size is the usual one.
    }
    long fits = available / 2 / (ARRAYS * Double.BYTES);
    return Math.max(FEWEST, Math.min(ELEMENTS, fits));
  }

  /** Reproducible numbers, whatever the number of threads. */
  private void fill(NDArray array, long seed, double low, double high) {
    LongStream.rangeClosed(0, (n - 1) / FILL)
        .parallel()
        .forEach(
            part -> {
              long begin = part * FILL;
              long end = Math.min(n, begin + FILL);
              SplittableRandom random = new SplittableRandom(seed * 1_000_003 + part);
              try (NDArray slice = array.slice(begin + ":" + end)) {
                ByteBuffer bytes = slice.asByteBuffer();
                for (int i = 0; i < end - begin; i++) {
                  bytes.putDouble(i * Double.BYTES, low + (high - low) * random.nextDouble());
                }
              }
            });
  }

  private void compute(Workers workers, NDArray a, NDArray b, NDArray result) throws IOException {
    long chunk = Math.min(CHUNK, n / workers.count() / FEWEST_PIECES);
    long start = System.nanoTime();
    Workers.Outcome outcome =
        workers.run(
            a.handle().toString(),
            b.handle().toString(),
            result.handle().toString(),
            n,
            chunk,
            this::progress);
    double seconds = (System.nanoTime() - start) * 1e-9;
    out.printf(
        Locale.ROOT,
        "  worker %d (pid %d) got kill -9 after %d of the %d pieces of its slice; the others took over the rest%n",
        outcome.victim(),
        outcome.victimPid(),
        outcome.finishedByVictim(),
        outcome.assignedToVictim());
    out.printf(
        Locale.ROOT,
        "  all %,d elements done in %.3f s, %.2f ns an element, first touch of the memory,"
            + " attaching, killing and taking over included%n",
        n,
        seconds,
        seconds * 1e9 / n);
  }

  /** One line that overwrites itself, on a terminal only. */
  private void progress(long done) {
    if (System.console() != null) {
      out.printf(Locale.ROOT, "\r  %3d %% %s", 100 * done / n, done >= n ? "\r" : "");
      out.flush();
    }
  }

  private static Expr formula(NDArray a, NDArray b) {
    return exp(gammaln(a.times(1.5)).minus(b));
  }

  private static double plain(double a, double b) {
    return Math.exp(Gamma.logGamma(a * 1.5) - b);
  }

  private void check(NDArray a, NDArray b, NDArray result) {
    long sample = Math.min(SAMPLE, n);
    long stride = n / sample;
    long wrong =
        LongStream.range(0, sample)
            .parallel()
            .map(k -> k * stride)
            .filter(i -> !close(result.getDouble(i), plain(a.getDouble(i), b.getDouble(i))))
            .count();
    verify(
        wrong == 0,
        "%,d of %,d elements agree with Hipparchus logGamma and Math.exp, relative difference at most %.0e",
        sample - wrong,
        sample,
        TOLERANCE);
    double difference = max(abs(result.minus(formula(a, b)))).item();
    verify(difference == 0, "all elements have the same bits as from this JVM with its whole team");
    double total = sum(result).item();
    double loop =
        LongStream.rangeClosed(0, (n - 1) / FILL)
            .parallel()
            .mapToDouble(p -> part(result, p))
            .sum();
    verify(close(total, loop), "their sum, %.12e, agrees with a Java loop over the memory", total);
  }

  /** False for NaN, too. */
  private static boolean close(double value, double expected) {
    return Math.abs(value - expected) <= TOLERANCE * Math.abs(expected);
  }

  private double part(NDArray array, long part) {
    long begin = part * FILL;
    long end = Math.min(n, begin + FILL);
    double total = 0;
    try (NDArray slice = array.slice(begin + ":" + end)) {
      ByteBuffer bytes = slice.asByteBuffer();
      for (int i = 0; i < end - begin; i++) {
        total += bytes.getDouble(i * Double.BYTES);
      }
    }
    return total;
  }

  private void verify(boolean holds, String format, Object... values) {
    String text = String.format(Locale.ROOT, format, values);
    if (!holds) {
      throw new IllegalStateException("check failed: " + text);
    }
    out.println("  check: " + text);
  }

  private void compare(NDArray a, NDArray b, NDArray result) {
    double library = best(() -> formula(a, b).into(result)) / n;
    int m = (int) Math.min(n, PLAIN);
    double[] x;
    double[] y;
    try (NDArray head = a.slice("0:" + m);
        NDArray other = b.slice("0:" + m)) {
      x = head.toDoubleArray();
      y = other.toDoubleArray();
    }
    double[] z = new double[m];
    double loop =
        best(
                () -> {
                  for (int i = 0; i < m; i++) {
                    z[i] = plain(x[i], y[i]);
                  }
                })
            / m;
    double stream =
        best(() -> IntStream.range(0, m).parallel().forEach(i -> z[i] = plain(x[i], y[i]))) / m;
    out.printf(
        Locale.ROOT,
        "  ns per element: this JVM with %d threads %.2f; a plain Java loop %.1f (%.0f times as long); a parallel"
            + " Java stream %.1f (%.0f times as long)%n",
        Sharray.threads(),
        library,
        loop,
        loop / library,
        stream,
        stream / library);
  }

  /** Nanoseconds of the best of some runs. */
  private static double best(Runnable work) {
    double best = Double.POSITIVE_INFINITY;
    for (int i = 0; i < 4; i++) {
      long start = System.nanoTime();
      work.run();
      best = Math.min(best, System.nanoTime() - start);
    }
    return best;
  }
}
