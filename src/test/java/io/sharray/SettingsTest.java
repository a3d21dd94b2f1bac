package io.sharray;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Settings are read once in a process, so each is tried in a JVM of its own. */
class SettingsTest {
  /** Prints a value that no array has made ready, then the facts. */
  public static final class Probe {
    private Probe() {}

    /**
     * Runs in the other JVM.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) {
      System.out.println(Formula.parse("sum(exp(0))").item(java.util.Map.of()));
      System.out.println(Sharray.info());
    }
  }

  private static String run(String property) throws IOException, InterruptedException {
    Process process =
        new ProcessBuilder(
                List.of(
                    Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                    property,
                    // Java 22 and later warn on the stream that is compared here.
                    Runtime.version().feature() >= 22
                        ? "--enable-native-access=ALL-UNNAMED"
                        : "-Xshare:auto",
                    "-cp",
                    System.getProperty("java.class.path"),
                    Probe.class.getName()))
            .redirectErrorStream(true)
            .start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    process.waitFor();
    return output;
  }

  @Test
  void cpuPathAndThreadsAreTakenOver() throws Exception {
    String output = run("-Dsharray.cpu=baseline");
    assertEquals("1.0", output.lines().findFirst().orElse(""), output);
    assertTrue(output.contains("cpu\tbaseline\n"), output);
    assertTrue(run("-Dsharray.threads=1").contains("threads\t1\n"));
  }

  @Test
  void wrongSettingsAreToldWithTheRemedy() throws Exception {
    assertTrue(run("-Dsharray.cpu=sse9").contains("sharray.cpu is 'sse9'"));
    assertTrue(run("-Dsharray.threads=many").contains("it must be a number from 1"));
  }
}
