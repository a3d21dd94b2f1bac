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
   * The caches of the first processor.
   *
   * @return level, kind and size of each, or "unknown"
   */
  static String caches() {
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 5; i++) {
      Path cache = Path.of("/sys/devices/system/cpu/cpu0/cache/index" + i);
      try {
        String kind = Files.readString(cache.resolve("type")).strip();
        text.append(text.isEmpty() ? "" : ", ").append("L");
        text.append(Files.readString(cache.resolve("level")).strip());
        text.append(kind.equals("Data") ? "d " : kind.equals("Instruction") ? "i " : " ");
        text.append(Files.readString(cache.resolve("size")).strip());
      } catch (IOException noMore) {
        break;
      }
    }
    return text.isEmpty() ? "unknown" : text.toString();
  }

  /**
   * The memory.
   *
   * @return its size, or "unknown"
   */
  static String memory() {
    try (Stream<String> lines = Files.lines(Path.of("/proc/meminfo"))) {
      return lines
          .filter(line -> line.startsWith("MemTotal:"))
          .map(line -> Long.parseLong(line.replaceAll("\\D", "")) / (1 << 20) + " GiB")
          .findFirst()
          .orElse("unknown");
    } catch (IOException noProc) {
      return "unknown";
    }
  }

  /**
   * The C library.
   *
   * @return its name and version, or "unknown libc"
   */
  static String libc() {
    try {
      Process process = new ProcessBuilder("getconf", "GNU_LIBC_VERSION").start();
      String line = process.inputReader().readLine();
      return line == null ? "unknown libc" : line;
    } catch (IOException missing) {
      return "unknown libc";
    }
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
