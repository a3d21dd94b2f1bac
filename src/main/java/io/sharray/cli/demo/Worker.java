package io.sharray.cli.demo;

import static io.sharray.Functions.exp;
import static io.sharray.Functions.gammaln;

import io.sharray.NDArray;
import io.sharray.Sharray;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * A worker process of the tour. It reads commands, one a line: {@code attach A B OUT} with handles,
 * then {@code slice BEGIN END CHUNK}. For each chunk it evaluates, it answers {@code done BEGIN
 * END}. It ends with its standard input.
 */
public final class Worker {
  private Worker() {}

  /**
   * Runs a worker on standard input and output.
   *
   * @param arguments none
   * @throws IOException if standard input cannot be read
   */
  public static void main(String[] arguments) throws IOException {
    BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    NDArray[] arrays = {};
    // There are as many workers as cores, and one to be killed.
    Sharray.setThreads(1);
    System.out.println("ready");
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      String[] words = line.split(" ");
      if (words[0].equals("attach")) {
        arrays =
            new NDArray[] {
              NDArray.attach(words[1]), NDArray.attach(words[2]), NDArray.attach(words[3])
            };
      } else {
        long end = Long.parseLong(words[2]);
        long chunk = Long.parseLong(words[3]);
        for (long i = Long.parseLong(words[1]); i < end; i += chunk) {
          evaluate(arrays, i, Math.min(end, i + chunk), System.out);
        }
      }
    }
    for (NDArray array : arrays) {
      array.close();
    }
  }

  private static void evaluate(NDArray[] arrays, long begin, long end, PrintStream out) {
    String range = begin + ":" + end;
    try (NDArray a = arrays[0].slice(range);
        NDArray b = arrays[1].slice(range);
        NDArray result = arrays[2].slice(range)) {
      exp(gammaln(a.times(1.5)).minus(b)).into(result);
    }
    out.println("done " + begin + " " + end);
  }
}
