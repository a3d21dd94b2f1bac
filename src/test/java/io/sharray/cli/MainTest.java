package io.sharray.cli;

import static io.sharray.cli.Cli.run;
import static io.sharray.cli.Cli.start;
import static org.junit.jupiter.api.Assertions.assertArrayEquals;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.sharray.LocalFolder;
import io.sharray.NDArray;
import io.sharray.cli.Cli.Answer;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.DisplayNameGeneration;
import org.junit.jupiter.api.DisplayNameGenerator;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

@DisplayNameGeneration(DisplayNameGenerator.ReplaceUnderscores.class)
class MainTest {
  @TempDir(factory = LocalFolder.class)
  Path directory;

  private Path npy(String name, double... values) {
    Path file = directory.resolve(name);
    try (NDArray array = NDArray.of(values)) {
      array.saveNpy(file);
    }
    return file;
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '"',
      value = {
        "; 2; which command",
        "frobnicate; 2; frobnicate",
        "eval; 2; TEXT",
        "eval x x; 2; NAME=VALUE",
        "eval x x=; 2; NAME=VALUE",
        "eval x 1x=2; 2; NAME=VALUE",
        "eval x x=1 x=2; 2; given twice",
        "eval x x=1 --dtype float99; 2; unknown dtype 'float99'",
        "eval x x=1 -o result.txt; 2; FILE.npy or a handle",
        "eval x x=1 --repeat 0; 2; at least 1",
        "eval x x=1 --repeat many; 2; many",
        "eval x x=1 --json; 2; --repeat",
        "eval x y=1; 1; no value for the variable 'x'",
        "eval x x=nonsense; 1; neither",
        "eval x x=/no/such/file.npy; 1; there is no file /no/such/file.npy",
        "eval x x=sharray:1:nonsense; 1; sharray:1",
        "eval x x=sharray:9:AAAA; 1; sharray",
        "eval x x=1 -o sharray:1:nonsense; 1; sharray",
        "eval x x=1 --cpu z80; 1; no CPU path 'z80'",
        "hold; 2; FILE.npy",
        "hold x.npy --storage tape; 2; unknown storage 'tape'",
        "hold x.npy --storage file: ; 2; unknown storage 'file:'",
        "hold x.npy --storage file:/tmp/x --name y; 2; --name is for",
        "hold x.npy --storage sysv --name x; 2; no names",
        "hold /no/such/file.npy; 1; there is no file",
        "put; 2; FILE.npy",
        "put x.npy; 2; --name NAME",
        "put x.npy --name x --storage sysv; 2; cannot stay",
        "put x.npy --storage posix; 2; --name NAME",
        "put x.npy --storage tape --name x; 2; --name is for",
        "put x.npy --storage tape; 2; unknown storage 'tape'",
        "put x.npy --name x --storage file:/tmp/x; 2; --name is for",
        "put x.npy --name a/b; 1; no name",
        "put /no/such/file.npy --name x; 1; there is no file",
        "rm; 2; HANDLE|NAME",
        "rm no-such-name-of-sharray; 1; `sharray ls`",
        "rm 99999999; 1; `sharray ls`",
        "rm sharray:1:nonsense; 1; no handle",
        "rm /no/such/directory/x; 1; No such file",
        "rm .hidden; 1; neither a handle",
        "get x; 2; -o",
        "get x -o y.txt; 2; FILE.npy",
        "get sharray:1:nonsense -o y.npy; 1; sharray",
        "ls --nonsense; 2; --nonsense",
        "gc 1; 2; 1",
      })
  void a_mistake_is_one_clear_line(String arguments, int status, String message) {
    Answer answer = run(arguments == null ? new String[0] : arguments.split(" "));
    assertEquals(status, answer.status(), answer.err());
    assertEquals("", answer.out());
    assertTrue(answer.err().startsWith("sharray: "), answer.err());
    assertTrue(
        answer.err().contains(message.equals("neither") ? "not a number" : message), answer.err());
    assertEquals(1, answer.err().lines().count(), answer.err());
    assertFalse(answer.err().contains("\tat "), answer.err());
  }

  @Test
  void a_wrong_formula_is_shown_with_a_caret() {
    Answer answer = run("eval", "exp(x");
    assertEquals(1, answer.status());
    assertTrue(answer.err().endsWith("\n  exp(x\n     ^\n"), answer.err());
  }

  @Test
  void the_stack_trace_is_shown_on_request() {
    assertTrue(run("--verbose", "eval", "x").err().contains("\tat "));
    assertTrue(run("eval", "x", "--verbose").err().contains("\tat "));
  }

  @Test
  void shapes_that_do_not_fit_are_both_named() {
    Path two = npy("two.npy", 1, 2);
    Path three = npy("three.npy", 1, 2, 3);
    Answer answer = run("eval", "a + b", "a=" + two, "b=" + three);
    assertEquals(1, answer.status());
    assertTrue(answer.err().contains("2") && answer.err().contains("3"), answer.err());
    assertEquals(1, answer.err().lines().count());
  }

  @Test
  void a_damaged_file_is_refused() throws Exception {
    Path file = npy("a.npy", 1, 2, 3);
    byte[] bytes = Files.readAllBytes(file);
    Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length - 5));
    Answer truncated = run("eval", "a", "a=" + file);
    assertEquals(1, truncated.status());
    assertEquals(1, truncated.err().lines().count(), truncated.err());
    Files.writeString(file, "nonsense");
    Answer nonsense = run("hold", file.toString());
    assertEquals(1, nonsense.status());
    assertEquals(1, nonsense.err().lines().count(), nonsense.err());
  }

  @Test
  void eval_prints_saves_and_writes_into_handles() throws Exception {
    Path a = npy("a.npy", 1, 2, 3);
    Path result = directory.resolve("result.npy");
    Answer printed = run("eval", "2*a + x", "a=" + a, "x=-1.5e0");
    assertEquals(0, printed.status(), printed.err());
    assertTrue(printed.out().contains("0.5") && printed.out().contains("4.5"), printed.out());
    assertEquals(0, run("eval", "2*a", "a=" + a, "-o", result.toString()).status());
    assertFile(result, 2, 4, 6);
    try (NDArray shared = NDArray.of(0.0, 0.0, 0.0)) {
      String handle = shared.handle().toString();
      assertEquals(0, run("eval", "a + 1", "a=" + a, "-o", handle).status());
      assertArrayEquals(new double[] {2, 3, 4}, shared.toDoubleArray());
      assertEquals(0, run("eval", "h * h", "h=" + handle, "-o", result.toString()).status());
      assertFile(result, 4, 9, 16);
      assertEquals(0, run("get", handle, "-o", result.toString()).status());
      assertFile(result, 2, 3, 4);
      Answer wrong = run("eval", "sum(a)", "a=" + a, "-o", handle);
      assertEquals(1, wrong.status());
      assertEquals(1, wrong.err().lines().count(), wrong.err());
    }
  }

  private static void assertFile(Path file, double... expected) {
    try (NDArray array = NDArray.loadNpy(file)) {
      assertArrayEquals(expected, array.toDoubleArray());
    }
  }

  @Test
  void eval_reports_times_as_one_line_of_JSON() {
    Path a = npy("a.npy", 1, 2, 3);
    Answer answer = run("eval", "2*a", "a=" + a, "--repeat", "4", "--json", "--cpu", "baseline");
    assertEquals(0, answer.status(), answer.err());
    assertTrue(
        answer
            .out()
            .matches(
                "\\{\"n\": 3, \"threads\": \\d+, \"cpu\": \"baseline\", \"best_ns_per_element\": [\\d.E]+,"
                    + " \"median_ns_per_element\": [\\d.E]+}\n"),
        answer.out());
    run("eval", "1", "--cpu", "auto");
  }

  @Test
  void eval_explains_instead() {
    Path a = npy("a.npy", 1, 2, 3);
    Answer answer = run("eval", "exp(a)", "a=" + a, "--explain");
    assertEquals(0, answer.status(), answer.err());
    assertTrue(answer.out().contains("exp"), answer.out());
  }

  @Test
  void every_function_is_listed() {
    Answer table = run("functions");
    Answer json = run("functions", "--json");
    assertEquals(0, table.status());
    int rows = io.sharray.internal.expression.Op.values().length;
    assertEquals(rows + 1, table.out().lines().count());
    assertEquals(rows, json.out().lines().count());
    assertTrue(json.out().contains("{\"name\": \"gammaln\", \"aliases\": [\"lgamma\""), json.out());
  }

  @Test
  void doctor_has_the_keys_that_other_programs_read() {
    Answer answer = run("doctor", "--json");
    assertEquals(0, answer.status(), answer.err());
    assertEquals(1, answer.out().lines().count());
    for (String key :
        List.of(
            "version",
            "java",
            "cpu",
            "cpuPaths",
            "threads",
            "threadsReason",
            "blas",
            "fft",
            "glibc",
            "nativeLibrary",
            "sharedMemory",
            "hugePages",
            "numa",
            "truncationHandler")) {
      assertTrue(answer.out().contains("\"" + key + "\": "), key);
    }
    assertFalse(answer.out().contains("\"cpu\": null"), answer.out());
    assertEquals(0, run("doctor").status());
  }

  @Test
  void ls_shows_a_segment_while_it_is_held() {
    String id = null;
    try (NDArray a = NDArray.zeros(io.sharray.DType.FLOAT64, 1000, 1000)) {
      id = Long.toString(io.sharray.internal.Access.view(a).mapping().name().id());
      Answer table = run("ls");
      assertEquals(0, table.status(), table.err());
      assertTrue(table.out().contains("(1000, 1000)"), table.out());
      Answer json = run("ls", "--json");
      assertTrue(
          json.out().contains("{\"name\": \"" + id + "\", \"storage\": \"sysv\""), json.out());
      assertTrue(
          json.out().contains("\"dtype\": \"float64\", \"shape\": [1000, 1000]"), json.out());
    }
    assertFalse(run("ls", "--json").out().contains("{\"name\": \"" + id + "\""));
  }

  @Test
  void ls_shows_segments_of_small_arrays_as_pools() {
    try (NDArray a = NDArray.zeros(io.sharray.DType.FLOAT64, 10)) {
      String id = Long.toString(io.sharray.internal.Access.view(a).mapping().name().id());
      Answer json = run("ls", "--json");
      String line =
          json.out()
              .lines()
              .filter(each -> each.startsWith("{\"name\": \"" + id + "\""))
              .findFirst()
              .orElseThrow();
      assertTrue(line.contains("\"dtype\": \"pool\", \"shape\": []"), line);
      assertTrue(line.contains("\"state\": \"pool\""), line);
      assertFalse(run("ls").out().contains("sharray:"));
      Answer doctor = run("doctor", "--json");
      assertTrue(doctor.out().contains("\"pool\": {\"segments\": "), doctor.out());
      assertTrue(doctor.out().contains("\"liveBlocks\": "), doctor.out());
      assertTrue(run("doctor").out().contains("mostIdleBytes: "));
    }
  }

  @Test
  void gc_says_what_it_freed() {
    Answer answer = run("gc");
    assertEquals(0, answer.status(), answer.err());
    assertTrue(
        answer.out().matches("(?s).*\\d+ segments? removed, \\d+ bytes freed\n"), answer.out());
  }

  @ParameterizedTest
  @CsvSource({"sysv", "posix"})
  void hold_keeps_an_array_until_its_input_ends(String storage) throws Exception {
    Path file = npy("held.npy", 1, 2, 4);
    Process process = start("hold", file.toString(), "--storage", storage);
    try (BufferedReader lines =
        new BufferedReader(
            new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))) {
      String handle = lines.readLine();
      String python = lines.readLine();
      assertNotNull(python);
      assertTrue(python.startsWith("import "), python);
      try (NDArray attached = NDArray.attach(handle)) {
        assertArrayEquals(new double[] {1, 2, 4}, attached.toDoubleArray());
        assertPythonSees(python);
        process.getOutputStream().close();
        assertTrue(process.waitFor(60, TimeUnit.SECONDS));
        assertEquals(0, process.exitValue());
        assertArrayEquals(new double[] {1, 2, 4}, attached.toDoubleArray());
      }
      Answer gone = run("get", handle, "-o", directory.resolve("x.npy").toString());
      assertEquals(1, gone.status());
      assertEquals(1, gone.err().lines().count(), gone.err());
    } finally {
      process.destroyForcibly();
    }
  }

  @Test
  void hold_can_leave_a_file_behind() throws Exception {
    Path file = npy("left.npy", 1, 2, 4);
    Path left = directory.resolve("it's left");
    Process process = start("hold", file.toString(), "--storage", "file:" + left);
    try (BufferedReader lines = process.inputReader(StandardCharsets.UTF_8)) {
      String handle = lines.readLine();
      String python = lines.readLine();
      process.getOutputStream().close();
      assertTrue(process.waitFor(60, TimeUnit.SECONDS));
      Answer answer = run("get", handle, "-o", directory.resolve("back.npy").toString());
      assertEquals(0, answer.status(), answer.err());
      assertPythonSees(python);
      try (NDArray array = NDArray.openFile(left)) {
        assertEquals(2, array.getDouble(1));
      }
    } finally {
      process.destroyForcibly();
    }
  }

  /** Where there is a Python with NumPy. */
  private static void assertPythonSees(String line) throws Exception {
    Process probe = new ProcessBuilder("sh", "-c", "python3 -c 'import numpy' 2>&1").start();
    probe.getInputStream().readAllBytes();
    org.junit.jupiter.api.Assumptions.assumeTrue(probe.waitFor() == 0, "no NumPy here");
    Process python =
        new ProcessBuilder("python3", "-c", line + "; print(a.tolist()); a[0] = 1")
            .redirectErrorStream(true)
            .start();
    String text = new String(python.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertEquals("[1.0, 2.0, 4.0]\n", text);
    assertEquals(0, python.waitFor());
  }
}
