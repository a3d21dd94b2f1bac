package io.sharray.internal.blas;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.jni.Jvm;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/** Each case runs in a JVM of its own, since a process chooses its provider once. */
class ProvidersTest {
  private static final String PROBE = ProviderProbe.class.getName();
  private static final String CACHE =
      "-Dsharray.cache.dir=" + System.getProperty("sharray.cache.dir");

  private static String without(String... jars) {
    return Arrays.stream(Jvm.wholeClassPath().split(File.pathSeparator))
        .filter(entry -> Arrays.stream(jars).noneMatch(entry::contains))
        .collect(Collectors.joining(File.pathSeparator));
  }

  private static Jvm.Outcome run(String classPath, String... options) throws Exception {
    String[] all = Arrays.copyOf(options, options.length + 1);
    all[options.length] = CACHE;
    return new Jvm(classPath, all).run(PROBE);
  }

  private static void assertRefused(Jvm.Outcome outcome, String... words) {
    assertEquals(3, outcome.status(), outcome.output());
    // The engine needs no provider.
    assertTrue(outcome.output().startsWith("sum 720000.0\n"), outcome.output());
    for (String word : words) {
      assertTrue(outcome.output().contains(word), word + " is not in: " + outcome.output());
    }
  }

  private static void assertRan(Jvm.Outcome outcome, String provider) {
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(
        outcome.output().contains("product 2400.0\nvalue 1200\nprovider " + provider),
        outcome.output());
    assertTrue(outcome.output().contains("files 1\n"), outcome.output());
  }

  @Test
  void openBlasOfTheClassPathIsTaken() throws Exception {
    assertRan(run(without("/mkl/")), "OpenBLAS, on the class path; MKL: not on the class path");
    assertRan(run(without("/mkl/"), "-Dsharray.blas=openblas"), "OpenBLAS, sharray.blas is");
  }

  @Test
  void withoutAProviderTheEngineWorksAndLinearAlgebraSaysWhatToAdd() throws Exception {
    assertRefused(
        run(without("/mkl/", "/openblas/")),
        "NativeLibraryException: ",
        "MKL: not on the class path; OpenBLAS: not on the class path",
        "org.bytedeco:openblas:",
        "classifier linux-x86_64",
        "org.bytedeco:mkl:",
        "sharray.blas");
    assertRefused(
        run(without("/mkl/"), "-Dsharray.blas=mkl"), "MKL: not on the class path", "add org");
  }

  @Test
  void aPathThatIsNoProviderIsRefusedWithItsReason() throws Exception {
    String all = Jvm.wholeClassPath();
    assertRefused(run(all, "-Dsharray.blas=/no/lib.so"), "/no/lib.so", "cannot open");
    Path libc = Path.of("/lib/x86_64-linux-gnu/libc.so.6");
    assumeTrue(Files.exists(libc));
    assertRefused(run(all, "-Dsharray.blas=" + libc), libc + ": it has no dgemm_");
    assertRefused(
        run(all, "-Dsharray.blas=fastest"),
        "IllegalArgumentException: sharray.blas is 'fastest'; it can be auto");
  }

  @Test
  void mainThreadsOfHalfAMegabyteAreEnough() throws Exception {
    assertRan(run(Jvm.wholeClassPath(), "-Xss512k"), "");
  }
}
