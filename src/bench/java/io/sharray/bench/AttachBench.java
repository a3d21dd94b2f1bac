package io.sharray.bench;

import io.sharray.DType;
import io.sharray.Handle;
import io.sharray.NDArray;
import io.sharray.Storage;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;

/**
 * How long does another JVM take to attach an array, look at an element and close it, for arrays of
 * 1 MB, 1 GB and 10 GB, and how long to copy 1 MB? The large arrays are System V memory of which
 * only some pages were touched.
 */
final class AttachBench {
  private static final long MEGABYTE = 1_000_000 / 8;
  private static final int ROUNDS = 3000;
  private static final int TOUCHED = 1000;

  private AttachBench() {}

  /**
   * Runs it.
   *
   * @throws IOException if the other JVM cannot be started
   * @throws InterruptedException if interrupted
   */
  static void run() throws IOException, InterruptedException {
    List<NDArray> arrays = new ArrayList<>();
    List<String> command =
        new ArrayList<>(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Other.class.getName()));
    String load = Machine.load();
    try {
      for (long megabytes : new long[] {1, 1000, 10_000}) {
        NDArray array = NDArray.create(Storage.systemV(), DType.FLOAT64, megabytes * MEGABYTE);
        arrays.add(array);
        Random random = new Random(megabytes);
        for (int i = 0; i < TOUCHED; i++) {
          array.setDouble(1, random.nextLong(array.size()));
        }
        array.setDouble(42, -1);
        command.add(array.handle().toString());
      }
      Process other =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
      String table = new String(other.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      other.waitFor();
      System.out.printf("%nMedians of %d rounds in another JVM.%n%n%s%n", ROUNDS, table);
    } finally {
      arrays.forEach(NDArray::close);
    }
    System.out.printf("- CPU: %s, cores: %d%n", Machine.cpu(), Machine.cores());
    System.out.printf("- load averages: %s before, %s after%n", load, Machine.load());
    System.out.printf("- Java: %s%n", Machine.java());
  }

  /** The other JVM. */
  static final class Other {
    private static final byte[] FROM = new byte[1_000_000];
    private static final byte[] TO = new byte[1_000_000];

    private Other() {}

    /**
     * Measures.
     *
     * @param arguments handles of arrays whose last element is 42
     */
    public static void main(String[] arguments) {
      System.out.println("| what | median, us | 90th percentile, us |");
      System.out.println("|---|---|---|");
      // Interleaved, so that no size has a better moment; the first round is for the compiler.
      double[][] times = new double[arguments.length + 1][ROUNDS];
      long[] bytes = new long[arguments.length];
      for (int warm = 0; warm < 2; warm++) {
        for (int round = 0; round < ROUNDS; round++) {
          for (int i = 0; i < arguments.length; i++) {
            Handle handle = Handle.parse(arguments[i]);
            long start = System.nanoTime();
            try (NDArray array = NDArray.attach(handle)) {
              if (array.getDouble(-1) != 42) {
                throw new IllegalStateException("wrong bytes in " + array);
              }
              bytes[i] = array.byteSize();
            }
            times[i][round] = (System.nanoTime() - start) / 1000.0;
          }
          FROM[round]++;
          long start = System.nanoTime();
          System.arraycopy(FROM, 0, TO, 0, FROM.length);
          times[arguments.length][round] = (System.nanoTime() - start) / 1000.0;
        }
      }
      for (int i = 0; i < arguments.length; i++) {
        print("attach, read an element, close: " + bytes[i] / 1_000_000 + " MB", times[i]);
      }
      print("copy 1 MB between Java arrays", times[arguments.length]);
    }

    private static void print(String what, double[] times) {
      Arrays.sort(times);
      System.out.printf(
          "| %s | %.1f | %.1f |%n", what, times[times.length / 2], times[times.length * 9 / 10]);
    }
  }
}
