package io.sharray.fft;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.jni.Jvm;
import java.io.File;
import org.junit.jupiter.api.Test;

/** Each provider that can be had here, and what is said where one cannot. */
class FftProvidersTest {
  private static Jvm.Outcome probe(String classPath, String setting) throws Exception {
    return new Jvm(classPath, "-Xmx256m", "-Dsharray.fft=" + setting)
        .run("io.sharray.fft.FftProbe");
  }

  private static void assertGood(Jvm.Outcome outcome, String name) {
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(outcome.output().contains("fft\t" + name + "\n"), outcome.output());
    assertTrue(outcome.output().contains("error\tsmall"), outcome.output());
  }

  @Test
  void the_core_itself() throws Exception {
    assertGood(probe(Jvm.wholeClassPath(), "builtin"), "builtin");
  }

  @Test
  void fftw_of_the_node() throws Exception {
    Jvm.Outcome outcome = probe(Jvm.wholeClassPath(), "fftw");
    assumeTrue(!outcome.output().contains("libfftw3"), "there is no FFTW: " + outcome.output());
    assertGood(outcome, "FFTW");
  }

  /** Half a minute, most of it to copy the libraries out of the jar. */
  @Test
  void mkl_of_the_class_path() throws Exception {
    String jar = System.getProperty("sharray.test.mkl");
    assumeTrue(jar != null, "a step of ./dev check");
    assertGood(probe(Jvm.wholeClassPath() + File.pathSeparator + jar, "auto"), "MKL");
  }

  @Test
  void what_cannot_be_had_is_told() throws Exception {
    Jvm.Outcome outcome = probe(Jvm.wholeClassPath(), "/no/such/libfftw3.so.3");
    assertTrue(outcome.status() != 0);
    assertTrue(outcome.output().contains("NativeLibraryException"), outcome.output());
    assertTrue(outcome.output().contains("/no/such/libfftw3.so.3"), outcome.output());
    outcome = probe(Jvm.wholeClassPath(), "fast");
    assertTrue(outcome.output().contains("it can be auto, mkl, fftw, builtin"), outcome.output());
  }
}
