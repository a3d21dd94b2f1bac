package io.sharray.internal.blas;

import io.sharray.DType;
import io.sharray.Functions;
import io.sharray.NDArray;
import io.sharray.SharrayException;
import io.sharray.linalg.Linalg;
import io.sharray.linalg.Svd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** What a JVM of {@link ProvidersTest} does. */
public final class ProviderProbe {
  private ProviderProbe() {}

  /**
   * Computes without and with a provider, and prints which one there is and from how many files.
   *
   * @param arguments none
   */
  public static void main(String[] arguments) {
    try (NDArray a = NDArray.full(DType.FLOAT64, 2.0, 600, 600)) {
      System.out.println("sum " + Functions.sum(a).item());
      try (NDArray c = Linalg.matmul(a, a)) {
        System.out.println("product " + c.getDouble(599, 599));
      }
      // Long calls, whose stack is not this thread's.
      try (Svd svd = Linalg.svd(a)) {
        System.out.println("value " + Math.round(svd.s().getDouble(0)));
      }
      Providers.Description blas = Providers.describe();
      System.out.println("provider " + blas.name() + ", " + blas.reason());
      System.out.println("files " + files());
    } catch (SharrayException | IllegalArgumentException e) {
      System.out.println(e.getClass().getSimpleName() + ": " + e.getMessage());
      System.exit(3);
    }
  }

  private static long files() {
    try {
      return Files.readAllLines(Path.of("/proc/self/maps")).stream()
          .filter(line -> line.matches(".*/lib(openblas|mkl_rt)[^/]*"))
          .map(line -> line.substring(line.indexOf('/')))
          .distinct()
          .count();
    } catch (IOException e) {
      return -1;
    }
  }
}
