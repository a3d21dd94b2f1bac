package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.sharray.internal.Access;
import io.sharray.internal.segment.SegmentName;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The programs in {@code examples/}, as the user starts them. */
@org.junit.jupiter.api.Timeout(
    value = 90,
    threadMode = org.junit.jupiter.api.Timeout.ThreadMode.SEPARATE_THREAD)
class ExamplesTest {
  @TempDir static Path directory;
  private static String compiled = "";

  private record Outcome(int status, String output) {}

  @BeforeAll
  static void compile() throws Exception {
    Path program = directory.resolve("attach");
    try {
      Outcome outcome =
          run(
              new ProcessBuilder(
                  "gcc",
                  "-Wall",
                  "-Wextra",
                  "-Werror",
                  "-O2",
                  "-o",
                  program.toString(),
                  "examples/c/attach.c"));
      assertEquals(new Outcome(0, ""), outcome);
      compiled = program.toString();
    } catch (IOException none) {
      // There is no gcc.
    }
  }

  @Test
  void aProgramInCAttachesWhatJavaHolds() throws Exception {
    for (Storage storage :
        List.of(Storage.systemV(), Storage.posix(), Storage.posix("of-attach.c"))) {
      try (NDArray array = NDArray.create(storage, DType.FLOAT64, 300, 500)) {
        for (int i = 0; i < 300; i++) {
          array.setDouble(i + 0.5, i, i);
        }
        assertEquals(new Outcome(0, "dtype <f8 shape (300, 500) sum 45000\n"), attach(array));
        assertEquals(299.5, array.getDouble(299, 299), "and leaves it alone");
      }
    }
  }

  @ParameterizedTest
  @EnumSource
  void aProgramInCReadsEveryDType(DType dtype) throws Exception {
    try (NDArray array = NDArray.create(Storage.systemV().dedicated(), dtype, 3, 2)) {
      array.setLong(dtype.kind() == 'b' ? 1 : 100, 0, 1);
      array.setLong(dtype.kind() == 'u' || dtype.kind() == 'b' ? 1 : -2, 2, 0);
      if (dtype.isComplex()) {
        array.setComplex(Complex.of(0.5, -1.5), 1, 1);
      }
      String sum =
          switch (dtype.kind()) {
            case 'b' -> "2";
            case 'u' -> "101";
            case 'c' -> "98.5-1.5j";
            default -> "98";
          };
      String expected = "dtype " + dtype.typestr() + " shape (3, 2) sum " + sum + "\n";
      assertEquals(new Outcome(0, expected), attach(array));
    }
  }

  @Test
  void aProgramInCRefusesWhatIsGoneOrDamaged() throws Exception {
    // The kernel knows the id of a dedicated segment until it is closed, and not longer.
    NDArray array = NDArray.create(Storage.systemV().dedicated(), DType.FLOAT64, 300, 500);
    assertEquals(0, attach(array).status());
    // The header is before the data; the byte is in the shape.
    long header = Access.view(array).mapping().address();
    Access.view(array).mapping().putDouble(header + 128, 1e300);
    Outcome damaged = attach(array);
    assertEquals(new Outcome(1, "attach: header: wrong checksum\n"), damaged);
    String id = title(array);
    array.close();
    Outcome gone = run(new ProcessBuilder(compiled, id));
    assertEquals(1, gone.status());
    assertTrue(gone.output().startsWith("attach: " + id + ": "), gone.output());
  }

  @Test
  void aProgramInPythonSharesAnArray() throws Exception {
    try (PythonProcess needed = new PythonProcess("numpy")) {
      assertEquals("True", needed.eval("numpy is not None"));
    }
    Outcome outcome = run(PythonProcess.command("-W", "error", "examples/python/share.py"));
    assertEquals(0, outcome.status(), outcome.output());
    assertTrue(outcome.output().matches("1500000\\.0 sharray:1:\\S+\n"), outcome.output());
  }

  private static Outcome attach(NDArray array) throws Exception {
    assumeTrue(!compiled.isEmpty(), "there is no gcc");
    return run(new ProcessBuilder(compiled, title(array)));
  }

  private static String title(NDArray array) {
    SegmentName name = Access.view(array).block().name();
    return name.name().isEmpty() ? Long.toString(name.id()) : name.name();
  }

  private static Outcome run(ProcessBuilder builder) throws Exception {
    Process process = builder.redirectErrorStream(true).start();
    process.getOutputStream().close();
    try {
      String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      assertTrue(process.waitFor(60, TimeUnit.SECONDS), () -> "does not end: " + output);
      return new Outcome(process.exitValue(), output);
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
  }
}
