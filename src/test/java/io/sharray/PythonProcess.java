package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A Python interpreter that runs statements and answers with the values of expressions. */
final class PythonProcess implements AutoCloseable {
  private static final String LOOP =
      "import sys\n"
          + "names = {}\n"
          + "for line in sys.stdin:\n"
          + "    kind, text = line[0], line[1:].rstrip('\\n')\n"
          + "    print(repr(eval(text, names)) if kind == '=' else exec(text, names), flush=True)\n";

  private static final Path PACKAGE = Path.of("src/main/python").toAbsolutePath();
  private static final String INTERPRETER = interpreter();

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter orders;

  /** Starts it; the test is skipped where there is no Python with the modules. */
  PythonProcess(String... modules) throws IOException {
    process = command("-c", LOOP).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    answers = process.inputReader(StandardCharsets.UTF_8);
    orders = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
    for (String module : modules) {
      boolean there =
          eval("__import__('importlib.util').util.find_spec('" + module + "') is not None")
              .equals("True");
      if (!there) {
        close();
      }
      assumeTrue(there, "this Python has no " + module);
      exec("import " + module);
    }
  }

  /**
   * A command of the interpreter that has NumPy, else of any, with our Python package on its path;
   * the test is skipped where there is no Python.
   */
  static ProcessBuilder command(String... arguments) {
    assumeTrue(!INTERPRETER.isEmpty(), "there is no python3");
    List<String> command = new ArrayList<>(List.of(INTERPRETER));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("PYTHONPATH", PACKAGE.toString());
    builder.environment().put("PYTHONDONTWRITEBYTECODE", "1");
    builder.environment().put("OPENBLAS_NUM_THREADS", "1");
    return builder;
  }

  private static String interpreter() {
    for (String statement : List.of("import numpy", "pass")) {
      for (String candidate : List.of("python3", "/usr/bin/python3")) {
        if (Programs.succeeds(candidate, "-c", statement)) {
          return candidate;
        }
      }
    }
    return "";
  }

  /** Runs a statement. */
  void exec(String statement) throws IOException {
    orders.println("!" + statement);
    assertEquals("None", answers.readLine(), statement);
  }

  /** The {@code repr} of an expression. */
  String eval(String expression) throws IOException {
    orders.println("=" + expression);
    return answers.readLine();
  }

  @Override
  public void close() {
    orders.close();
    process
        .onExit()
        .orTimeout(30, TimeUnit.SECONDS)
        .whenComplete((p, e) -> process.destroyForcibly())
        .join();
  }
}
