package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;

/** A Python interpreter that runs statements and answers with the values of expressions. */
final class PythonProcess implements AutoCloseable {
  private static final String LOOP =
      "import sys\n"
          + "names = {}\n"
          + "for line in sys.stdin:\n"
          + "    kind, text = line[0], line[1:].rstrip('\\n')\n"
          + "    print(repr(eval(text, names)) if kind == '=' else exec(text, names), flush=True)\n";

  private final Process process;
  private final BufferedReader answers;
  private final PrintWriter orders;

  /** Starts it; the test is skipped where there is no Python with the modules. */
  PythonProcess(String... modules) throws IOException {
    Process started = null;
    try {
      started =
          new ProcessBuilder("python3", "-c", LOOP)
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
    } catch (IOException e) {
      assumeTrue(false, "there is no python3");
    }
    process = started;
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
    process.onExit().join();
  }
}
