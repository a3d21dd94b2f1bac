package io.sharray.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** What a figure depends on besides the code. */
final class Machine {
  private Machine() {}

  /**
   * The processor.
   *
   * @return its model, or "unknown" where the system does not tell
   */
  static String cpu() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/cpuinfo"))) {
      return lines
          .filter(line -> line.startsWith("model name"))
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("unknown");
    } catch (IOException noProc) {
      return "unknown";
    }
  }

  /**
   * The processors this JVM may use.
   *
   * @return their number
   */
  static int cores() {
    return Runtime.getRuntime().availableProcessors();
  }

  /**
   * The JVM.
   *
   * @return its name and version
   */
  static String java() {
    return System.getProperty("java.vm.name") + " " + Runtime.version();
  }

  /**
   * What else runs: more than a little makes the figures worthless.
   *
   * @return the load averages of the system, or "unknown"
   */
  static String load() {
    try {
      String text = Files.readString(Path.of("/proc/loadavg"));
      return String.join(" ", text.split(" ", 4)[0], text.split(" ", 4)[1], text.split(" ", 4)[2]);
    } catch (IOException noProc) {
      return "unknown";
    }
  }
}
